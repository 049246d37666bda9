"""`python -m tests.support.small_worker`: the real worker with two jobs of its own, so that a test need not wait.

One sends the mails of the outbox where they are due, as in the house, though what a killed worker had claimed is free
again after LEASE seconds. The other has a clock and writes down each slot that it ran, and where.
"""

import os
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.job import Job
from clais.messaging.jobs import next_mail_at
from clais.messaging.outbox import send_waiting
from clais.messaging.smtp import transport_for
from clais.scheduling import claims, worker
from config.settings import Settings
from config.worker import work


def main() -> None:
    """Work, for the tenants whose slugs end with TAG."""
    Path(os.environ["CLAIS_DIRECTORY"]).mkdir(parents=True, exist_ok=True)
    settings = Settings.from_environment()
    tag, name = os.environ["TAG"], os.environ["NAME"]
    lease = timedelta(seconds=int(os.environ["LEASE"]))

    def send(session: ScopedSession, actor: Actor) -> None:
        if actor.tenant_slug.endswith(tag):
            transport = transport_for(settings.mail_url, settings.mail_directory, settings.mail_from)
            transport.lease = lease
            send_waiting(session, transport)

    def write_down(_session: ScopedSession, actor: Actor) -> None:
        if actor.tenant_slug == f"farciennes-{tag}":
            with (settings.directory / "slots").open("a") as file:
                file.write(f"{name}\n")

    jobs = (
        Job("mail.send", send, next_at=next_mail_at, outside_tenants=True),
        Job(f"write.{tag}", write_down, timedelta(seconds=0.5)),
    )
    # Who leads is asked four times as often as in the house.
    with patch.object(claims, "LEASE", lease), patch.object(worker, "CHECK_SECONDS", 0.5):
        work(settings, str(settings.database_url), jobs)


if __name__ == "__main__":
    main()
