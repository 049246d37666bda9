"""A document of a person: the list with the panel, and its files, which nothing but this page gives."""

from uuid import UUID

from flask import Response, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.files.apart import FIRST_PAGES, PAGES, NotDrawn, can, first_pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import render
from tenants.documents import presentation, queries
from tenants.documents.choices import kind_of
from tenants.documents.downloads import content_of, download_of, given
from tenants.documents.lookups import REVEAL, HeldBack, opened_file, opened_paper, seen_paper
from tenants.documents.models import Paper, PaperFile
from tenants.documents.refusals import HELD_BACK
from tenants.documents.schemas import AcceptSchema
from tenants.documents.shut import are_shut
from tenants.documents.urls import paper_url, papers_url
from tenants.documents.workflow import PAPER, READ, VALID, WRITE
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

pages = Pages()


@pages.page("/personnes/<uuid:person_id>/documents/<uuid:paper_id>", READ)
def show(person_id: UUID, paper_id: UUID) -> Response:
    """Where a document stands, with its files beside. A sensitive one stays shut."""
    person, paper, shut = seen_paper(person_id, paper_id)
    return page_of(person, paper, is_open=not presentation.is_sensitive(paper), shut=shut)


@pages.page("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/affichage", READ)
def reveal(person_id: UUID, paper_id: UUID) -> Response:
    """The same with the files of a sensitive document: that they were shown is on record."""
    person, paper = opened_paper(person_id, paper_id, REVEAL)
    return page_of(person, paper, is_open=True)


@pages.page("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/fichiers/<uuid:paper_file_id>", READ)
def content(person_id: UUID, paper_id: UUID, paper_file_id: UUID) -> AnyResponse:
    """A file of a document, as a download that shows in nothing but an image; the opening is on record."""
    try:
        person, paper, file = opened_file(person_id, paper_id, paper_file_id)
    except HeldBack as held:
        return _later(held.paper)
    return download_of(person, paper, file)


@pages.page("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/fichiers/<uuid:paper_file_id>/apercu", READ)
def preview(person_id: UUID, paper_id: UUID, paper_file_id: UUID) -> AnyResponse:
    """The first pages of a PDF as a picture; the opening is on record. 404 where they cannot be drawn."""
    try:
        _person, paper, file = opened_file(person_id, paper_id, paper_file_id)
    except HeldBack as held:
        return _later(held.paper)
    if file.kind != "pdf":
        abort(404)
    try:
        drawn = first_pages(content_of(paper, file))
    except NotDrawn:
        abort(404)
    return given(drawn, "jpeg", {})


def _later(paper: Paper) -> AnyResponse:
    """The document, which says that its files are being checked."""
    flash(_(HELD_BACK), "wait")
    return redirect(paper_url(paper))


def page_of(person: Person, paper: Paper, *, is_open: bool, shut: bool = False, form: Form | None = None) -> Response:
    """The list of the documents with the panel of one; 422 when the form in the panel has errors.

    Of one that is `shut` it tells that it is there, and how it is opened with a reason.
    """
    session, who = database(), actor()
    every = queries.papers_of(session, person.id)
    may_write = who.may(WRITE) and not shut
    files = queries.files_of(session, paper.id)
    kind = kind_of(paper.kind)
    return render(
        "documents/show.html",
        status=422 if form is not None and form.errors else 200,
        person=person,
        paper=paper,
        name=presentation.name_of(paper, shut=shut),
        shut=shut,
        sensitive=kind.sensitive,
        marked=kind.marked,
        is_open=is_open,
        state=presentation.state_tag(paper),
        story="" if shut else presentation.story_of(paper),
        known=[] if shut else presentation.facts_of(paper),
        files=[(file, _file_url(paper, file), _preview_url(paper, file)) for file in files],
        first_pages=FIRST_PAGES,
        scanned=presentation.scanned_text(files),
        groups=presentation.grouped(
            every,
            may_write=may_write and person.stage in OPEN_STAGES,
            shut=shut or are_shut(session, person, who, every),
        ),
        form=form or Form(AcceptSchema(), {"expires_on": paper.expires_on, "issued_on": paper.issued_on}),
        steps={} if shut else PAPER.buttons(paper, who.permissions),
        may_ask_again=may_write and paper.state in {*VALID, "refused"} and person.stage in OPEN_STAGES,
        may_receive=may_write and paper.state == "asked" and person.stage in OPEN_STAGES,
        expires=kind.expires,
        back_url=papers_url(person.id),
    )


def _file_url(paper: Paper, file: PaperFile) -> str:
    return url_for("documents.content", person_id=paper.person_id, paper_id=paper.id, paper_file_id=file.id)


def _preview_url(paper: Paper, file: PaperFile) -> str:
    """Where the first pages of a PDF are drawn; nowhere on a machine that cannot."""
    if file.kind != "pdf" or not can(PAGES):
        return ""
    return url_for("documents.preview", person_id=paper.person_id, paper_id=paper.id, paper_file_id=file.id)
