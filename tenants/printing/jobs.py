"""What the worker does for texts on paper: it makes the PDF files, and erases in time what is not kept."""

from datetime import datetime

import structlog
from sqlalchemy import update

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.encryption import DecryptionFailed
from clais.printing.engine import PrintFault, is_set_up, pdf_of
from clais.sealing import unseal
from clais.services import services
from tenants.people.models import Person
from tenants.people.standing import people_by_id
from tenants.printing.actions import MAKE, give_up, keep_pdf
from tenants.printing.models import Printout
from tenants.printing.queries import first_end, is_waiting, next_waiting

log = structlog.get_logger("tenants.printing")


def make_next(session: ScopedSession, _actor: Actor) -> int:
    """Make the PDF that is awaited for longest. Returns how many were made.

    Each run is one transaction: a worker that is killed meanwhile leaves the text as it was, and another one makes it.
    None is made of a file that was set aside since: nobody could open it.
    """
    given = next_waiting(session)
    if given is None:
        return 0
    if _file_of(session, given).is_set_aside:
        give_up(given)
    else:
        _make(given)
    session.flush()
    if is_waiting(session):
        make_due(session, MAKE)
    return int(given.made_at is not None)


def _file_of(session: ScopedSession, given: Printout) -> Person:
    return people_by_id(session, [given.person_id], every_file=True)[given.person_id]


def _make(given: Printout) -> None:
    keyring = services().keyring
    try:
        keep_pdf(keyring, given, pdf_of(unseal(keyring, given)["text"]))
    except (PrintFault, DecryptionFailed) as fault:
        log.error("a text could not be printed", printout=str(given.id), error=str(fault), set_up=is_set_up())  # noqa: TRY400 - no value in the log.
        give_up(given)


def next_at(session: ScopedSession) -> datetime | None:
    """Now when a text waits for its PDF."""
    return now() if is_waiting(session) else None


def forget_ended(session: ScopedSession, _actor: Actor) -> None:
    """Erase what those say whose time is over; that they were printed, by whom, and their hash stay."""
    session.execute(
        update(Printout)
        .where(Printout.tenant_id == session.scope.tenant_id, Printout.ends_at <= now(), Printout.sealed.is_not(None))
        .values(sealed=None)
    )


def next_end_at(session: ScopedSession) -> datetime | None:
    """When the time of the first one is over."""
    return first_end(session)
