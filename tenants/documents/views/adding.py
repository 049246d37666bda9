"""Documents that come: added, brought because they were asked for, signed elsewhere; and those that are asked for."""

from collections.abc import Callable, Sequence
from uuid import UUID

from flask import Response, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.files.contents import LARGEST, Content
from clais.files.store import StoreFault, StoreFull
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from tenants.documents import queries
from tenants.documents.actions import papers as actions
from tenants.documents.choices import SIGNABLE
from tenants.documents.conflicts import state_moved
from tenants.documents.forms import contents_of, shelf
from tenants.documents.lookups import opened_paper
from tenants.documents.models import Paper
from tenants.documents.presentation import name_of
from tenants.documents.refusals import STORE_FULL, STORE_SILENT
from tenants.documents.schemas import AddSchema, AskAgainSchema, AskSchema, ReceiveSchema, SignedSchema
from tenants.documents.urls import paper_url, papers_url
from tenants.documents.workflow import VALID, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person

pages = Pages()


@pages.form_with_file("/personnes/<uuid:person_id>/documents/ajout", WRITE)
def add(person_id: UUID) -> AnyResponse:
    """Add a document: a scan, photos of a phone, a PDF; it is to be read then."""
    person = _file_of(person_id)

    def keep(form: Form, contents: Sequence[Content]) -> Paper:
        return actions.add(database(), person, actor(), shelf(), contents, **form.data)

    return _bringing(person, Form(AddSchema()), _("Add a document"), keep)


@pages.form_with_file("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/reception", WRITE)
def receive(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Add the document that was asked for."""
    person, paper = opened_paper(person_id, paper_id)
    if request.method == "GET":
        require_open(person)
        if paper.state != "asked":
            return redirect_after_post(paper_url(paper))

    def keep(form: Form, contents: Sequence[Content]) -> Paper:
        try:
            actions.receive(database(), person, actor(), shelf(), paper, contents, **form.data)
        except Refused as refused:
            if refused.code == "closed_file":
                raise
            raise state_moved(form, paper) from refused
        return paper

    return _bringing(person, Form(ReceiveSchema(), {"title": paper.title}), name_of(paper), keep, paper)


@pages.form_with_file("/personnes/<uuid:person_id>/documents/signe-ailleurs", WRITE)
def signed(person_id: UUID) -> AnyResponse:
    """Keep what was signed elsewhere, with its scan: when, how, by whom. `?genre=` says which document it is."""
    person = _file_of(person_id)

    def keep(form: Form, contents: Sequence[Content]) -> Paper:
        return actions.keep_signed(database(), person, actor(), shelf(), contents, **form.data)

    kind = request.args.get("genre", "")
    begun = {"kind": kind, "signed_how": "paper", "signed_by": person.full_name} if kind in SIGNABLE else {}
    return _bringing(person, Form(SignedSchema(), begun), _("Signed elsewhere"), keep)


@pages.form("/personnes/<uuid:person_id>/documents/demande", WRITE)
def ask(person_id: UUID) -> AnyResponse:
    """Ask for a document: which, until when, what for."""
    person = _file_of(person_id)
    form = Form(AskSchema())
    if request.method == "POST":
        form = Form.from_request(AskSchema(), request.form)
        if form.validate():
            with conflict_if_closed(form, person):
                paper = actions.ask(database(), person, actor(), **form.data)
            flash(_("It is asked for: it stands among what is to be done."), "done")
            return redirect_after_post(paper_url(paper))
    return form_page(
        form, _("Ask for a document"), papers_url(person.id), submit=_("Ask for it"), lead=person.full_name
    )


@pages.form("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/nouvelle-demande", WRITE)
def ask_again(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Ask for a newer one: the former counts until it has come."""
    person, paper = opened_paper(person_id, paper_id)
    if request.method == "GET":
        require_open(person)
    form = Form(AskAgainSchema(), {"why": paper.why})
    awaited = queries.asked_in_place_of(database(), paper.id)
    if awaited is not None or paper.state not in {*VALID, "refused"}:
        if request.method == "POST":
            raise state_moved(Form.from_request(AskAgainSchema(), request.form), paper)
        return redirect_after_post(paper_url(awaited or paper))
    if request.method == "POST":
        form = Form.from_request(AskAgainSchema(), request.form)
        if form.validate():
            try:
                with conflict_if_closed(form, person):
                    newer = actions.ask(
                        database(), person, actor(), kind=paper.kind, title=paper.title, replaces=paper, **form.data
                    )
            except Refused as refused:
                raise state_moved(form, paper) from refused
            flash(_("It is asked for again: the former one counts until then."), "done")
            return redirect_after_post(paper_url(newer))
    return form_page(
        form,
        _("Ask again: %(document)s", document=name_of(paper)),
        paper_url(paper),
        submit=_("Ask for it"),
        lead=person.full_name,
    )


def _file_of(person_id: UUID) -> Person:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    if request.method == "GET":
        require_open(person)  # What was typed meanwhile stands on the page of the conflict.
    return person


def _bringing(
    person: Person,
    form: Form,
    heading: str,
    keep: Callable[[Form, Sequence[Content]], Paper],
    paper: Paper | None = None,
) -> Response:
    """The page of a form that brings files. Nothing is kept unless all of it is good."""
    brought, person_id = False, person.id
    if request.method == "POST":
        form = Form.from_request(form.schema, request.form)
        is_valid = form.validate()
        data = form.data if is_valid else {}
        kind = paper.kind if paper else data.get("kind") or request.form.get("kind", "")
        contents = contents_of(form, kind)
        brought = bool(contents)
        if is_valid and not form.errors:
            try:
                with conflict_if_closed(form, person):
                    kept = keep(form, contents)
            except StoreFault as fault:
                database().rollback()
                form.add_error(None, _(STORE_FULL if isinstance(fault, StoreFull) else STORE_SILENT))
            else:
                flash(_("The document is kept."), "done")
                return redirect_after_post(paper_url(kept))
    return render(
        "documents/add.html",
        status=422 if form.errors else 200,
        form=form,
        person=person,
        heading=heading,
        largest=LARGEST,
        most=actions.MOST_FILES,
        chosen_again=brought,
        cancel_url=paper_url(paper) if paper else papers_url(person_id),
    )
