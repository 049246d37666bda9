"""Templates of notes and contacts: chosen above the field, and written by who leads the platform."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.note_templates import actions, queries
from tenants.note_templates.choices import CONTACT, FORMS, LETTER, NOTE
from tenants.note_templates.models import NoteTemplate
from tenants.note_templates.presentation import inserted, sets
from tenants.note_templates.schemas import NoteTemplateSchema

pages = Pages()
READ, WRITE = "follow_up.write", "note_template.write"


@pages.page("/modeles-de-notes", READ)
def index() -> Response:
    """The templates of the platform."""
    found = [(template, sets(template)) for template in queries.templates_here(database())]
    return render("note_templates/index.html", templates=found, forms=FORMS)


@pages.page(f"/modeles-de-notes/<any({CONTACT}, {LETTER}, {NOTE}):which>/choix", READ)
def choose(which: str) -> Response:
    """The templates of one form: a page, and the menu above the field once it is opened."""
    found = [(each, sets(each), inserted(each)) for each in queries.templates_here(database(), which)]
    return render("note_templates/choose.html", "note_templates/_note_templates.html", templates=found)


@pages.form("/modeles-de-notes/nouveau", WRITE)
def new() -> AnyResponse:
    """Add a template."""
    if request.method == "GET":
        return _page(Form(NoteTemplateSchema()))
    form = Form.from_request(NoteTemplateSchema(), request.form)
    if not form.validate():
        return _page(form)
    try:
        template = actions.add_template(database(), form.data)
    except Refused as refused:
        return _refused(form, refused)
    return _saved(template)


@pages.form("/modeles-de-notes/<uuid:note_template_id>", WRITE)
def edit(note_template_id: UUID) -> AnyResponse:
    """Change a template."""
    template = get_or_404(NoteTemplate, note_template_id)
    if request.method == "GET":
        return _page(Form(NoteTemplateSchema(), _values(template)), template)
    form = Form.from_request(NoteTemplateSchema(), request.form)
    if form.version != str(template.version):
        raise _too_late(form, template)
    if not form.validate():
        return _page(form, template)
    try:
        with optimistic_write(lambda: _too_late(form, get_or_404(NoteTemplate, note_template_id))):
            actions.change_template(database(), template, form.data)
    except Refused as refused:
        database().refresh(template)
        return _refused(form, refused, template)
    return _saved(template)


@pages.button("/modeles-de-notes/<uuid:note_template_id>/retrait", WRITE)
def remove(note_template_id: UUID) -> AnyResponse:
    """Take a template away."""
    template = get_or_404(NoteTemplate, note_template_id)
    actions.remove_template(database(), template)
    flash(_("« %(label)s » is not proposed any more.", label=template.label), "done")
    return redirect_after_post(url_for("note_templates.index"))


def _values(template: NoteTemplate) -> dict[str, Any]:
    return {name: getattr(template, name) for name in actions.FACTS}


def _page(form: Form, template: NoteTemplate | None = None) -> Response:
    return render(
        "note_templates/form.html",
        status=422 if form.errors else 200,
        form=form,
        edited=template,
        back_url=url_for("note_templates.index"),
    )


def _refused(form: Form, refused: Refused, template: NoteTemplate | None = None) -> Response:
    words = {
        "too_many": _("The platform has sixty templates: take one away first."),
        "named_so": _("Another template has this name: give it another one."),
    }
    form.add_error("label", words[refused.code])
    return _page(form, template)


def _saved(template: NoteTemplate) -> AnyResponse:
    flash(_("« %(label)s » is proposed to everybody here.", label=template.label), "done")
    return redirect_after_post(url_for("note_templates.index"))


def _too_late(form: Form, template: NoteTemplate) -> StaleEdit:
    reload_url = url_for("note_templates.edit", note_template_id=template.id)
    return stale_edit(form, _values(template), reload_url, saved_by(template.updated_at, template.id))
