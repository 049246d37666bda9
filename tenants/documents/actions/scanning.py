"""Files that came while the virus scanner gave no answer: scanned afterwards, and erased where a virus is found."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.files.kept import erase_with
from clais.files.scanning import Verdict
from clais.files.store import FileStore
from tenants.documents.actions.papers import move
from tenants.documents.choices import INFECTED
from tenants.documents.models import Paper, PaperFile
from tenants.documents.workflow import PAPER
from tenants.people.actions import lock_file
from tenants.people.models import Person

AGAIN = timedelta(minutes=10)
"""After a silence of the scanner, so that one file which it does not answer for leaves it to the others."""


class Held(NamedTuple):
    """A file that nobody is given before it was scanned, as it is while nothing is locked."""

    file: PaperFile
    paper_id: UUID
    person_id: UUID


def next_held(session: ScopedSession) -> Held | None:
    """The file that has waited longest to be scanned."""
    here = session.scope.tenant_id
    waiting = (
        select(PaperFile, Paper.person_id)
        .join(Paper, (Paper.tenant_id == here) & (Paper.id == PaperFile.paper_id))
        .where(PaperFile.tenant_id == here, PaperFile.scan_due_at <= now())
        .order_by(PaperFile.scan_due_at, PaperFile.id)
        .limit(1)
    )
    found = session.execute(waiting).first()
    return Held(found[0], found[0].paper_id, found[1]) if found else None


def note_verdict(session: ScopedSession, actor: Actor, store: FileStore, held: Held, verdict: Verdict) -> bool:
    """Keep what the scanner said of a file, unless it is gone: clean, infected (that gives True), or nothing yet.

    A document with a virus is refused, wherever it stands, and the content of the file is erased.
    """
    here = session.scope.tenant_id
    # The file of the person before the document, as everywhere.
    lock_file(session, session.get_one(Person, (here, held.person_id)))
    paper = session.get(Paper, (here, held.paper_id), with_for_update=True, populate_existing=True)
    file = session.get(PaperFile, (here, held.file.id), with_for_update=True, populate_existing=True)
    if paper is None or file is None or file.scan_due_at is None:
        return False
    if verdict in {Verdict.NO_ANSWER, Verdict.NOT_TAKEN}:
        file.scan_due_at = now() + AGAIN
        return False
    file.scan_due_at, file.scanned = None, verdict is Verdict.CLEAN
    if verdict is Verdict.INFECTED:
        file.infected_at = now()
        erase_with(session, store, [file.id])
        if any(step.name == "find_virus" for step in PAPER.available(paper, actor.permissions)):
            move(session, actor, paper, "find_virus", reason=INFECTED)
            paper.reason = INFECTED
    return verdict is Verdict.INFECTED
