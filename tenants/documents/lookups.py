"""The rows that an address names beside a person, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.services import services
from clais.web.context import actor, database, get_or_404
from tenants.documents.models import Paper, PaperFile
from tenants.documents.presentation import is_sensitive
from tenants.documents.shut import are_shut
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.sensitive.mails import tell_of_taking

REVEAL = "paper.reveal"
OPEN = "paper.open"
"""What is on record of a sensitive document that is shown, and of a file of a document that is opened."""


def opened_paper(person_id: UUID, paper_id: UUID, verb: str = "") -> tuple[Person, Paper]:
    """A document of a person, one that was not removed; that the file is read is on record, or that `verb` was done.

    403 for a sensitive one when the actor does not read the sensitive facts of the file.
    """
    person, paper, shut = seen_paper(person_id, paper_id, verb)
    if shut:
        abort(403)
    if verb and is_sensitive(paper):
        tell_of_taking(database(), actor(), person, services().permissions)
    return person, paper


def seen_paper(person_id: UUID, paper_id: UUID, verb: str = "") -> tuple[Person, Paper, bool]:
    """The same of whatever document, and whether it is shut to the actor: sensitive, and not theirs to read."""
    person = get_or_404(Person, person_id)
    paper = theirs_or_404(person, get_or_404(Paper, paper_id))
    shut = are_shut(database(), person, actor(), [paper])
    if shut:
        record_reading(database(), person.id)
    elif verb == REVEAL:
        record_reading(database(), person.id, "paper.reveal", subject_id=paper.id)
    elif verb == OPEN:
        record_reading(database(), person.id, "paper.open", subject_id=paper.id)
    else:
        record_reading(database(), person.id)
    if paper.state == "removed":
        abort(404)  # The page of the error shows what was typed beside it.
    return person, paper, shut


class HeldBack(Exception):  # noqa: N818 - an expected event, not a fault.
    """A file that nobody is given before it was scanned."""

    def __init__(self, paper: Paper) -> None:
        super().__init__("held back")
        self.paper = paper


def opened_file(person_id: UUID, paper_id: UUID, file_id: UUID) -> tuple[Person, Paper, PaperFile]:
    """A file of a document of a person; that it is opened is on record. 404 for one that a virus was found in.

    Raises HeldBack, and 403 as for the document.
    """
    file = get_or_404(PaperFile, file_id)
    is_theirs = file.paper_id == paper_id and file.infected_at is None
    is_held = file.scan_due_at is not None
    person, paper = opened_paper(person_id, paper_id, OPEN if is_theirs and not is_held else "")
    if not is_theirs:
        abort(404)
    if is_held:
        raise HeldBack(paper)
    return person, paper, file
