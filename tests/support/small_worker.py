"""`python -m tests.support.small_worker`: the real worker with two jobs of its own, so that a test need not wait.

One sends the mails of the outbox, as in the house. The other writes down each slot that it ran, and where.
"""

import os
from datetime import timedelta
from pathlib import Path

from clais.database import ScopedSession
from clais.identity.actor import Actor
from clais.messaging.mail import FileTransport
from clais.messaging.outbox import send_waiting
from clais.scheduling.jobs import job
from config.settings import Settings
from config.worker import work


def main() -> None:
    """Work, for the tenants whose slugs end with TAG."""
    settings = Settings.from_environment()
    tag, name = os.environ["TAG"], os.environ["NAME"]
    transport = FileTransport(settings.mail_directory, settings.mail_from)

    def send(session: ScopedSession, actor: Actor) -> None:
        if actor.tenant_slug.endswith(tag):
            send_waiting(session, transport)

    def write_down(_session: ScopedSession, actor: Actor) -> None:
        if actor.tenant_slug == f"farciennes-{tag}":
            with (settings.directory / "slots").open("a") as file:
                file.write(f"{name}\n")

    jobs = (job(f"send.{tag}", timedelta(seconds=1))(send), job(f"write.{tag}", timedelta(seconds=1))(write_down))
    work(settings, str(settings.database_url), jobs)


if __name__ == "__main__":
    Path(os.environ["CLAIS_DIRECTORY"]).mkdir(parents=True, exist_ok=True)
    main()
