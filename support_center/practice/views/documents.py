from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.practice.models import PracticeDocument
from clais.exchange.practice.presentation import kind_text
from clais.exchange.practice.queries import documents_of_basin, received_uses, versions_of
from clais.exchange.practice.rows import Held
from clais.exchange.practice.views import library
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import LANGUAGE_NAMES
from clais.registry.queries import open_platforms
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.practice import actions
from support_center.practice.conflicts import save
from support_center.practice.forms import field_values
from support_center.practice.lookups import opened_document
from support_center.practice.rows import use_cell, uses_of
from support_center.practice.schemas import DocumentSchema, VersionSchema
from support_center.practice.workflow import WRITE

pages = Pages()
SEE = "practice.see"


@pages.form("/bibliotheque", SEE)
def documents() -> Response:
    """The library: what there is, and how many platforms use it."""
    session = database()
    found = documents_of_basin(session)
    versions, uses = versions_of(session, [row.id for row in found]), received_uses(session)
    held = [Held(row, versions.get(row.id, []), uses.get(row.id, [])) for row in found]
    words = {"used": _("in use somewhere"), "unused": _("in use nowhere"), "old": _("in use in an older version")}
    return render(
        "practice_desk/documents.html",
        **library("practice_desk", held, _("Who uses it"), words, use_cell),
        may_write=actor().may(WRITE),
    )


@pages.page("/bibliotheque/<uuid:document_id>", SEE)
def document(document_id: UUID) -> Response:
    """A document with its versions, and who uses which."""
    held = opened_document(document_id)
    platforms = {tenant.id: tenant.name for tenant in open_platforms(database(), actor().basin_id)}
    return render(
        "practice_desk/document.html",
        held=held,
        uses=uses_of(held, platforms),
        platforms=len(platforms),
        kind=kind_text(held.document),
        language=LANGUAGE_NAMES.get(held.document.language, ""),
        may_write=actor().may(WRITE),
    )


@pages.form("/bibliotheque/nouveau", WRITE)
def new_document() -> Response:
    """Put a document in the library."""
    form = Form(DocumentSchema())
    if request.method == "POST":
        form = Form.from_request(DocumentSchema(), request.form)
        if form.validate():
            row = actions.add_document(database(), actor(), form.data)
            return redirect_after_post(url_for("practice_desk.new_version", document_id=row.id))
    return form_page(form, _("New document"), url_for("practice_desk.documents"))


@pages.form("/bibliotheque/<uuid:document_id>/modification", WRITE)
def change_document(document_id: UUID) -> Response:
    """Change what is said of a document."""
    row, schema = get_or_404(PracticeDocument, document_id), DocumentSchema()
    form = Form(schema, field_values(schema, row))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            save(form, schema, row, lambda: actions.change_document(database(), row, form.data))
            flash(_("Saved."), "done")
            return redirect_after_post(url_for("practice_desk.document", document_id=document_id))
    return form_page(
        form,
        _("Change the document"),
        url_for("practice_desk.document", document_id=document_id),
        version=form.version or row.version,
    )


@pages.form("/bibliotheque/<uuid:document_id>/version", WRITE)
def new_version(document_id: UUID) -> Response:
    """Add a version of a document."""
    row = get_or_404(PracticeDocument, document_id)
    form = Form(VersionSchema())
    if request.method == "POST":
        form = Form.from_request(VersionSchema(), request.form)
        if form.validate():
            try:
                version = actions.add_version(database(), actor(), row, form.data)
            except Refused:
                form.add_error(None, _("A colleague has just added a version: look at it first."))
            else:
                flash(_("Version %(number)s is in the library.", number=version.number), "done")
                return redirect_after_post(url_for("practice_desk.document", document_id=document_id))
    return form_page(
        form, _("New version: %(title)s", title=row.title), url_for("practice_desk.document", document_id=document_id)
    )


@pages.button("/bibliotheque/<uuid:document_id>/<any(retrait, reprise):step>", WRITE)
def withdraw_document(document_id: UUID, step: str) -> Response:
    """Withdraw a document, or take it up again."""
    actions.withdraw_document(database(), get_or_404(PracticeDocument, document_id), back=step == "reprise")
    flash(_("It can be used again.") if step == "reprise" else _("Nobody begins to use it any more."), "done")
    return redirect_after_post(url_for("practice_desk.document", document_id=document_id))
