from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import url_for
from marshmallow import fields, validate
from werkzeug.datastructures import FileStorage

from clais.api.application import ApiRoutes, FileField
from clais.api.description import IDEMPOTENCY_KEY, response_name
from clais.api.problems import conflict, invalid, no_room, unavailable
from clais.audit.actions import record_reading
from clais.files.contents import MIMETYPES, Content
from clais.files.store import StoreFault, StoreFull
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.workflow import Refused
from tenants.documents import queries
from tenants.documents.actions import papers as actions
from tenants.documents.api_schemas import Document, DocumentLine
from tenants.documents.downloads import download_of
from tenants.documents.forms import FILE, contents_in, shelf
from tenants.documents.lookups import HeldBack, opened_file, opened_paper, seen_paper
from tenants.documents.models import Paper
from tenants.documents.presentation import is_sensitive
from tenants.documents.refusals import CLOSED_FILE, HELD_BACK, NOT_AWAITED, STORE_FULL, STORE_SILENT
from tenants.documents.schemas import AddSchema, ReceiveSchema
from tenants.documents.shut import are_shut
from tenants.documents.workflow import READ, WRITE
from tenants.people.models import Person

documents_api = ApiRoutes("documents", __name__, description="Documents of people, and their files")
MOST_LISTED = 500
FOLDER = "/people/<uuid:person_id>/documents"
ONE = f"{FOLDER}/<uuid:paper_id>"
BYTES = {"schema": {"type": "string", "format": "binary"}}
GIVEN = {
    "description": "The bytes, to be saved: `attachment`, and of the type that is said.",
    "content": dict.fromkeys(sorted(MIMETYPES.values()), BYTES),
}
SENT_AGAIN = {303: {"description": "The key was used: what it led to."}}


def _files() -> fields.List[FileStorage]:
    return fields.List(
        FileField(), required=True, validate=validate.Length(1, actions.MOST_FILES), metadata={"label": FILE}
    )


class NewDocumentSchema(AddSchema):
    """A document that is brought, with its files in their order: PDF, JPEG, PNG or HEIC, 20 MB in all."""

    file = _files()


class AwaitedDocumentSchema(ReceiveSchema):
    """The files of a document that was asked for."""

    file = _files()


@documents_api.endpoint(FOLDER, READ)
@documents_api.response(200, DocumentLine(many=True))
def index(person_id: UUID) -> Any:
    """The documents of a person that were not removed, the one that changed last first: 500 at most."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    papers = queries.papers_of(database(), person.id, MOST_LISTED)
    shut = are_shut(database(), person, actor(), papers)
    return [_told(paper, shut=shut and is_sensitive(paper)) for paper in papers]


@documents_api.endpoint(ONE, READ)
@documents_api.response(200, Document)
def show(person_id: UUID, paper_id: UUID) -> Any:
    """A document of a person, with its files."""
    _person, paper, shut = seen_paper(person_id, paper_id)
    return _with_files(paper, shut=shut)


@documents_api.endpoint(f"{ONE}/files/<uuid:paper_file_id>", READ)
@documents_api.doc(responses={200: GIVEN, 409: response_name(409)})
def content(person_id: UUID, paper_id: UUID, paper_file_id: UUID) -> Any:
    """The bytes of a file. That it was opened is on record; 409 for one that is not scanned yet."""
    try:
        person, paper, file = opened_file(person_id, paper_id, paper_file_id)
    except HeldBack:
        conflict("not-scanned-yet", title=_("This file is being checked"), detail=_(HELD_BACK))
    return download_of(person, paper, file)


@documents_api.endpoint(FOLDER, WRITE, "POST", brings_a_file=True)
@documents_api.doc(parameters=[IDEMPOTENCY_KEY], responses=SENT_AGAIN)
@documents_api.parts(NewDocumentSchema)
@documents_api.response(201, Document)
def add(data: dict[str, Any], person_id: UUID) -> Any:
    """Bring a document that nobody had asked for; it is to be read then. Nothing is kept unless every file is good."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    contents = _contents_of(data.pop(FILE), data["kind"])
    with _kept_or_refused():
        paper = actions.add(database(), person, actor(), shelf(), contents, **data)
    return _made(person, paper)


@documents_api.endpoint(f"{ONE}/reception", WRITE, "POST", brings_a_file=True)
@documents_api.doc(parameters=[IDEMPOTENCY_KEY], responses=SENT_AGAIN)
@documents_api.parts(AwaitedDocumentSchema)
@documents_api.response(201, Document)
def receive(data: dict[str, Any], person_id: UUID, paper_id: UUID) -> Any:
    """Bring the document that was asked for; it is to be read then."""
    person, paper = opened_paper(person_id, paper_id)
    contents = _contents_of(data.pop(FILE), paper.kind)
    with _kept_or_refused():
        actions.receive(database(), person, actor(), shelf(), paper, contents, **data)
    return _made(person, paper)


def _contents_of(files: Sequence[FileStorage], kind: str) -> Sequence[Content]:
    contents, why = contents_in(files, kind)
    if why:
        invalid({FILE: why})
    return contents


@contextmanager
def _kept_or_refused() -> Iterator[None]:
    """Answer with a problem when nothing could be kept."""
    try:
        yield
    except Refused as refused:
        closed = refused.code == "closed_file"
        conflict("closed-file" if closed else "not-awaited", detail=_(CLOSED_FILE if closed else NOT_AWAITED))
    except StoreFull:
        no_room(_("There is no room for files any more"), _(STORE_FULL))
    except StoreFault:
        unavailable(_(STORE_SILENT))


def _made(person: Person, paper: Paper) -> Any:
    where = url_for("api_documents.show", person_id=person.id, paper_id=paper.id)
    return _with_files(paper, shut=are_shut(database(), person, actor(), [paper])), 201, {"Location": where}


def _with_files(paper: Paper, *, shut: bool) -> dict[str, Any]:
    files = {} if shut else {"files": queries.files_of(database(), paper.id)}
    return _told(paper, shut=shut) | files


def _told(paper: Paper, *, shut: bool) -> dict[str, Any]:
    """What is told of a document, for `DocumentLine`."""
    told = {"id": paper.id, "state": paper.state, "withheld": shut}
    if shut:
        return told
    facts = {name: getattr(paper, name) for name in queries.LISTED if name in DocumentLine().fields}
    return told | facts | {"sensitive": is_sensitive(paper)}
