"""What the worker does for texts on paper: it makes the PDF files, and erases in time what is not kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import delete, update

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.encryption import DecryptionFailed
from clais.printing.engine import PrintFault, each_pdf_of, is_set_up, joint_pdf_of, pdf_of
from clais.sealing import unseal
from clais.services import services
from tenants.people.models import Person
from tenants.people.standing import people_by_id
from tenants.printing import queries
from tenants.printing.actions import MAKE, give_up, keep_pdf
from tenants.printing.choices import PRESENCE
from tenants.printing.joint import MAKE_JOINT, give_up_joint, keep_joint_pdf
from tenants.printing.models import JointPrintout, Printout
from tenants.printing.queries import first_end, is_waiting, next_waiting

AT_ONCE = 20
"""The letters that one run makes: some seconds, after which its page says how far it is."""
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


def make_joint_next(session: ScopedSession, _actor: Actor) -> int:
    """Make the next letters of the oldest joint printout, or the PDF of all of them. Returns how many were made.

    Each run is one transaction: a worker that is killed loses what it has in hand alone, and another one goes on.
    """
    joint = queries.next_waiting_joint(session)
    if joint is None:
        return 0
    letters = list(queries.letters_waiting(session, joint.id, AT_ONCE))
    made = _make_letters(session, letters) if letters else _put_together(session, joint)
    session.flush()
    if queries.is_joint_waiting(session):
        make_due(session, MAKE_JOINT)
    return made


def _make_letters(session: ScopedSession, letters: list[Printout]) -> int:
    """Make some letters in one go. When one of them fails, the first is made by itself, and the next run goes on: a
    transaction that waited for all of them would be ended before.
    """
    keyring = services().keyring
    files = people_by_id(session, [given.person_id for given in letters], every_file=True)
    for given in [given for given in letters if files[given.person_id].is_set_aside]:
        give_up(given)
        letters.remove(given)
    if not letters:
        return 0
    try:
        made = each_pdf_of([unseal(keyring, given)["text"] for given in letters])
    except (PrintFault, DecryptionFailed):
        _make(letters[0])
        return 1
    for given, content in zip(letters, made, strict=True):
        keep_pdf(keyring, given, content)
    return len(letters)


def _put_together(session: ScopedSession, joint: JointPrintout) -> int:
    keyring = services().keyring
    try:
        facts = unseal(keyring, joint)
        texts, people = facts["texts"], facts["people"]
        if joint.kind != PRESENCE:
            texts, people = _of_standing_files(session, texts, people)
        keep_joint_pdf(keyring, joint, joint_pdf_of(texts) if texts else None, people)
    except (PrintFault, DecryptionFailed) as fault:
        log.error("texts could not be put together", joint=str(joint.id), error=str(fault), set_up=is_set_up())  # noqa: TRY400 - no value in the log.
        give_up_joint(joint)
    return int(joint.made_at is not None)


def _of_standing_files(
    session: ScopedSession, texts: Sequence[str], people: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The letters, one for each of `people`, without those of files that were set aside since."""
    files = people_by_id(session, [UUID(key) for key in people], every_file=True)
    left = [(text, key) for text, key in zip(texts, people, strict=True) if not files[UUID(key)].is_set_aside]
    return [text for text, _key in left], [key for _text, key in left]


def next_joint_at(session: ScopedSession) -> datetime | None:
    """Now when a joint printout waits to be made."""
    return now() if queries.is_joint_waiting(session) else None


def next_at(session: ScopedSession) -> datetime | None:
    """Now when a text waits for its PDF."""
    return now() if is_waiting(session) else None


def forget_ended(session: ScopedSession, _actor: Actor) -> None:
    """Erase what those say whose time is over; that they were printed, by whom, and their hash stay.

    Of a joint one nothing stays but the letters of its people, each in its file.
    """
    here = session.scope.tenant_id
    session.execute(
        update(Printout)
        .where(Printout.tenant_id == here, Printout.ends_at <= now(), Printout.sealed.is_not(None))
        .values(sealed=None)
    )
    session.execute(delete(JointPrintout).where(JointPrintout.tenant_id == here, JointPrintout.ends_at <= now()))
    if is_waiting(session):
        make_due(session, MAKE)


def next_end_at(session: ScopedSession) -> datetime | None:
    """When the time of the first one is over."""
    return first_end(session)
