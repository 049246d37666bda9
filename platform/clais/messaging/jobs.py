"""The jobs of mails and notifications, each in the scope of one tenant, or of none: the mails of administrators."""

from datetime import datetime

from clais.actor import Actor
from clais.database import ScopedSession
from clais.messaging.outbox import forget_old, next_to_forget, next_waiting, send_waiting
from clais.services import services


def send_mails(session: ScopedSession, _actor: Actor) -> None:
    """Send the waiting mails of one tenant."""
    # A new transport for each run: two runs may overlap when a server is slow, and must not share a connection.
    send_waiting(session, services().new_transport())


def forget_messages(session: ScopedSession, _actor: Actor) -> None:
    """Delete old mails and old read notifications of one tenant."""
    forget_old(session)


def next_mail_at(session: ScopedSession) -> datetime | None:
    """When the next mail of one tenant is to be tried."""
    return next_waiting(session)


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """When the next mail, text of a mail or notification of one tenant is old."""
    return next_to_forget(session)
