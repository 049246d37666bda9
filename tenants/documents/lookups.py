"""The rows that an address names beside a person, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.web.context import database, get_or_404
from tenants.documents.models import Paper, PaperFile
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person

REVEAL = "paper.reveal"
OPEN = "paper.open"
"""What is on record of a sensitive document that is shown, and of a file of a document that is opened."""


def opened_paper(person_id: UUID, paper_id: UUID, verb: str = "") -> tuple[Person, Paper]:
    """A document of a person, one that was not removed; that the file is read is on record, or that `verb` was done."""
    person = get_or_404(Person, person_id)
    paper = theirs_or_404(person, get_or_404(Paper, paper_id))
    if verb == REVEAL:
        record_reading(database(), person.id, "paper.reveal", subject_id=paper.id)
    elif verb == OPEN:
        record_reading(database(), person.id, "paper.open", subject_id=paper.id)
    else:
        record_reading(database(), person.id)
    if paper.state == "removed":
        abort(404)  # The page of the error shows what was typed beside it.
    return person, paper


def opened_file(paper: Paper, file_id: UUID) -> PaperFile:
    """A file of a document."""
    file = get_or_404(PaperFile, file_id)
    if file.paper_id != paper.id:
        abort(404)
    return file
