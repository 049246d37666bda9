"""What the worker does about mails and notifications, one tenant's scope each."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.messaging.outbox import forget_old, send_waiting
from clais.services import services


def send_mails(session: ScopedSession, _actor: Actor) -> None:
    """Send what waits in the outbox of one tenant."""
    # A transport for each run: while one waits for a slow server, the next is under way, and must not speak in between.
    send_waiting(session, services().new_transport())


def forget_messages(session: ScopedSession, _actor: Actor) -> None:
    """Forget, in one tenant, old mails and notifications read long ago."""
    forget_old(session)
