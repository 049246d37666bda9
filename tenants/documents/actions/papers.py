"""Documents of a person: asked for, received, signed elsewhere, answered, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id, unit_of_work
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.files.contents import Content
from clais.files.kept import erase_with, keep_all
from clais.files.store import FileStore
from clais.workflow import Refused
from tenants.documents.actions.withholding import may_say_sealed_text
from tenants.documents.models import Paper, PaperFile
from tenants.documents.queries import asked_in_place_of
from tenants.documents.workflow import PAPER, VALID
from tenants.people.actions import lock_open_file
from tenants.people.models import Person

TIDY = "documents.tidy"
"""The job that erases contents which no row leads to."""
TIDY_AFTER = timedelta(hours=2)
SCAN = "documents.scan"
"""The job that has contents scanned which came while the scanner gave no answer."""
MOST_FILES = 12
"""Of one document."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where contents are kept, and the keys that seal them."""

    store: FileStore
    keyring: Keyring


def ask(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    kind: str,
    title: str | None,
    wanted_by: date,
    why: str | None,
    replaces: Paper | None = None,
) -> Paper:
    """Ask a person for a document, in place of another or not.

    Raises Refused('closed_file'), and Refused('wrong_state') when a newer one is awaited already.
    """
    lock_open_file(session, person)
    if replaces is not None and asked_in_place_of(session, replaces.id) is not None:
        raise Refused("wrong_state")
    paper = Paper(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        person_id=person.id,
        kind=kind,
        title=title,
        asked_on=today(),
        wanted_by=wanted_by,
        why=why,
        changed_by=actor.display_name,
        replaces_id=replaces.id if replaces else None,
    )
    session.add(paper)
    _record(session, "ask", paper)
    return paper


def add(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    shelf: Shelf,
    contents: Sequence[Content],
    *,
    kind: str,
    title: str | None,
    issued_on: date | None,
    expires_on: date | None,
) -> Paper:
    """Keep a document that nobody had asked for. Raises Refused('closed_file') and StoreFault."""
    lock_open_file(session, person)
    paper = _new(session, person, actor, kind=kind, title=title, expires_on=expires_on)
    _take_in(session, actor, shelf, paper, contents, "receive")
    paper.issued_on = issued_on
    return paper


def receive(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    shelf: Shelf,
    paper: Paper,
    contents: Sequence[Content],
    *,
    title: str | None,
    issued_on: date | None,
    expires_on: date | None,
) -> None:
    """Keep what was asked for, to be read. Raises Refused and StoreFault."""
    lock_open_file(session, person)
    _take_in(session, actor, shelf, paper, contents, "receive")
    paper.title, paper.issued_on, paper.expires_on = title, issued_on, expires_on


def bring(
    session: ScopedSession, person: Person, by: Actor, shelf: Shelf, paper: Paper, contents: Sequence[Content]
) -> None:
    """Keep what the person sent by a link, to be read. Raises Refused and StoreFault."""
    lock_open_file(session, person)
    _take_in(session, by, shelf, paper, contents, "bring")


def _replace_former(session: ScopedSession, actor: Actor, paper: Paper) -> None:
    """The one in whose place a document was asked for is replaced."""
    if paper.replaces_id is None:
        return
    former = session.get(Paper, (paper.tenant_id, paper.replaces_id))
    if former is not None and former.state in {*VALID, "refused"}:
        move(session, actor, former, "replace")


def keep_signed(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    shelf: Shelf,
    contents: Sequence[Content],
    *,
    kind: str,
    title: str | None,
    signed_on: date,
    signed_how: str,
    signed_by: str,
    expires_on: date | None,
) -> Paper:
    """Keep what was signed elsewhere, with its scan. Raises Refused('closed_file') and StoreFault."""
    lock_open_file(session, person)
    paper = _new(session, person, actor, kind=kind, title=title, expires_on=expires_on)
    paper.signed_on, paper.signed_how, paper.signed_by = signed_on, signed_how, signed_by
    _take_in(session, actor, shelf, paper, contents, "sign_elsewhere")
    return paper


def accept(
    session: ScopedSession,
    actor: Actor,
    paper: Paper,
    *,
    expires_on: date | None,
    issued_on: date | None,
    original_seen: bool,
) -> None:
    """Accept a document until its last day. What it was asked for in place of is replaced. Raises Refused."""
    move(session, actor, paper, "accept")
    _replace_former(session, actor, paper)
    paper.expires_on, paper.issued_on, paper.original_seen = expires_on, issued_on, original_seen
    paper.reason = None


def refuse(session: ScopedSession, actor: Actor, paper: Paper, *, reason: str, comment: str | None) -> None:
    """Refuse a document for a reason. Raises Refused."""
    move(session, actor, paper, "refuse", reason=reason, comment=comment)
    paper.reason = reason


def look_again(session: ScopedSession, actor: Actor, paper: Paper) -> None:
    """Take a decision back: the document is to be read again. Raises Refused."""
    move(session, actor, paper, "look_again")
    paper.reason, paper.original_seen = None, False


def remove(session: ScopedSession, actor: Actor, shelf: Shelf, paper: Paper) -> None:
    """Remove a document, such as one that came into the wrong file: its contents are erased. Raises Refused."""
    move(session, actor, paper, "remove")
    _erase_files(session, shelf.store, [paper.id])
    paper.pieces = 0


def forget(session: ScopedSession, store: FileStore, person_id: UUID, paper_ids: Sequence[UUID]) -> int:
    """Erase documents of a person, row and content. Returns how many."""
    _erase_files(session, store, paper_ids)
    here = session.scope.tenant_id
    newer = update(Paper).where(Paper.tenant_id == here, Paper.replaces_id.in_(paper_ids)).values(replaces_id=None)
    session.execute(newer)
    erased = session.execute(delete(Paper).where(Paper.tenant_id == here, Paper.id.in_(paper_ids)))
    record(session, "paper.forget", "person", person_id, person_id=person_id, details={"number": len(paper_ids)})
    return int(erased.rowcount)  # type: ignore[attr-defined]


def forget_all_of(session: ScopedSession, store: FileStore, person_id: UUID) -> int:
    """Erase every document of a person. Returns how many."""
    found = select(Paper.id).where(Paper.tenant_id == session.scope.tenant_id, Paper.person_id == person_id)
    paper_ids = session.scalars(found).all()
    return forget(session, store, person_id, paper_ids) if paper_ids else 0


def _new(
    session: ScopedSession, person: Person, actor: Actor, *, kind: str, title: str | None, expires_on: date | None
) -> Paper:
    paper = Paper(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        person_id=person.id,
        kind=kind,
        title=title,
        expires_on=expires_on,
        changed_by=actor.display_name,
    )
    session.add(paper)
    session.flush()
    return paper


def _take_in(
    session: ScopedSession, actor: Actor, shelf: Shelf, paper: Paper, contents: Sequence[Content], step: str
) -> None:
    """Take the files of a document in: the contents first, then their rows."""
    move(session, actor, paper, step)
    paper.received_at = now()
    paper.pieces = len(contents)
    if may_say_sealed_text(session, paper):
        paper.withheld_at = paper.received_at
    _let_leftovers_be_found(session)
    rows = [_file_of(paper, place, one, actor) for place, one in enumerate(contents)]
    keep_all(shelf.store, shelf.keyring, zip(rows, (one.content for one in contents), strict=True), paper.id)
    session.add_all(rows)
    if any(one.waits for one in contents):
        make_due(session, SCAN)


def _file_of(paper: Paper, place: int, content: Content, actor: Actor) -> PaperFile:
    return PaperFile(
        tenant_id=paper.tenant_id,
        id=new_id(),
        paper_id=paper.id,
        place=place,
        kind=content.kind,
        pages=content.pages,
        size=len(content.content),
        scanned=content.scanned,
        scan_due_at=now() if content.waits else None,
        added_by=actor.display_name,
    )


def _let_leftovers_be_found(session: ScopedSession) -> None:
    """Let the job look for contents without a row, whatever becomes of this transaction, hence in one of its own."""
    # The same moment for all that a process does within the hour, so that it is written once.
    at = now().replace(minute=0, second=0, microsecond=0) + TIDY_AFTER
    with unit_of_work(session.get_bind(), session.scope) as apart:  # type: ignore[arg-type]
        make_due(apart, TIDY, at=at)


def _erase_files(session: ScopedSession, store: FileStore, paper_ids: Sequence[UUID]) -> None:
    here = session.scope.tenant_id
    of_them = (PaperFile.tenant_id == here, PaperFile.paper_id.in_(paper_ids))
    erase_with(session, store, session.scalars(select(PaperFile.id).where(*of_them)))
    session.execute(delete(PaperFile).where(*of_them))
    make_due(session, TIDY)


def move(
    session: ScopedSession,
    actor: Actor,
    paper: Paper,
    step: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    """Take a step of a document, and put it on record. Raises Refused."""
    PAPER.apply(session, paper, step, actor, reason=reason, comment=comment)
    paper.changed_at, paper.changed_by = now(), actor.display_name
    _record(session, step, paper)


def _record(session: ScopedSession, verb: str, paper: Paper) -> None:
    record(session, f"paper.{verb}", "paper", paper.id, person_id=paper.person_id)
