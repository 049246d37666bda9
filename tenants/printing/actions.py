"""Giving a text on paper: it is written at once, and made a PDF by the worker."""

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.sealing import seal
from tenants.printing.choices import KINDS
from tenants.printing.models import Printout
from tenants.printing.queries import waiting_of

MAKE = "printing.make"
"""The job that makes the PDF files."""
FORGET = "printing.forget"
"""The job that erases what those said whose time is over."""
KEPT = timedelta(hours=24)
"""So long what is not lasting can be opened."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text for paper, in HTML, as a version of its template wrote it."""

    content: str
    template_version: str
    language: str


def give(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    person_id: UUID,
    text: Text,
    *,
    kind: str,
    subject_id: UUID | None = None,
    withheld: bool = False,
) -> Printout:
    """Keep a text that is given on paper, for the worker to make a PDF of. Who asks twice meanwhile gets one.

    `withheld`: it says a text that is sealed elsewhere.
    """
    given = waiting_of(session, actor, person_id, kind, subject_id)
    if given is None:
        given = Printout(
            tenant_id=session.scope.tenant_id,
            id=new_id(),
            person_id=person_id,
            kind=kind,
            subject_id=subject_id,
            membership_id=actor.membership_id,
            asked_by=actor.display_name,
        )
        record(session, "printout.give", "printout", given.id, person_id=person_id, details={"kind": kind})
    given.template_version, given.language, given.asked_at = text.template_version, text.language, now()
    given.withheld_at = given.asked_at if withheld else None
    given.ends_at = None if KINDS[kind].lasting else given.asked_at + KEPT
    given.sealed = sealed(keyring, given, {"text": text.content})
    session.add(given)
    session.flush()
    make_due(session, MAKE)
    if given.ends_at:
        make_due(session, FORGET, at=given.ends_at)
    return given


def withhold_printouts(
    session: ScopedSession, person_id: UUID, kinds: Collection[str], subject_id: UUID | None = None
) -> None:
    """Let only who reads sensitive facts of a file open what was printed of it; of one subject, if given."""
    found = (
        update(Printout)
        .where(Printout.tenant_id == session.scope.tenant_id, Printout.person_id == person_id)
        .where(Printout.kind.in_(kinds), Printout.withheld_at.is_(None))
    )
    if subject_id is not None:
        found = found.where(Printout.subject_id == subject_id)
    session.execute(found.values(withheld_at=now()))


def erase_withheld(
    session: ScopedSession,
    kinds: Collection[str],
    *,
    subject_id: UUID | None = None,
    person_id: UUID | None = None,
    since: datetime | None = None,
) -> None:
    """Erase what printouts of a subject or of a person say, that say a text which was sealed and is erased."""
    found = update(Printout).where(
        Printout.tenant_id == session.scope.tenant_id,
        Printout.kind.in_(kinds),
        Printout.subject_id == subject_id if subject_id is not None else Printout.person_id == person_id,
        Printout.withheld_at.is_not(None),
        Printout.sealed.is_not(None),
    )
    if since is not None:
        found = found.where(Printout.asked_at >= since)
    session.execute(found.values(sealed=None))


def keep_pdf(keyring: Keyring, given: Printout, content: bytes) -> None:
    """Keep the PDF in the place of the text."""
    given.pdf_hash = sha256(content).digest()
    given.sealed = sealed(keyring, given, {"file": b64encode(content).decode()})
    given.made_at = now()


def give_up(given: Printout) -> None:
    """Say that no PDF comes of a text, and erase it: who wants it prints it again."""
    given.failed_at, given.sealed = now(), None


def sealed(keyring: Keyring, given: Printout, facts: dict[str, str]) -> bytes:
    """What a printout says, for its row alone."""
    return seal(keyring, facts, table=given.__tablename__, tenant_id=given.tenant_id, row_id=given.id)
