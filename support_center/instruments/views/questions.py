from dataclasses import replace
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.rules.definition import Definition, Item
from clais.instruments.rules.editing import DOWN, UP, moved_item, place_of, with_item, with_item_instead, without_item
from clais.translation import gettext as _
from clais.web.context import database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.instruments.conflicts import changed, need_draft, refuse_stale
from support_center.instruments.forms import item_mark, item_of, question_values, refuse_taken
from support_center.instruments.lookups import Opened, item_or_404, opened_version, section_or_404
from support_center.instruments.queries import released_before
from support_center.instruments.questions import question_schema
from support_center.instruments.views.editor import editor, head, preview_of
from support_center.instruments.workflow import WRITE

pages = Pages()
READ = "instrument.read"
WAYS = {"monter": UP, "descendre": DOWN}


@pages.page("/outils/versions/<uuid:version_id>", READ)
def show(version_id: UUID) -> Response:
    """A version: its questions, the first of them opened."""
    opened = opened_version(version_id)
    first = next(iter(opened.definition.items.values()), None)
    return editor(opened, first, _form(opened, first) if first else None)


@pages.page("/outils/versions/<uuid:version_id>/questions/<item_id>", READ)
def question(version_id: UUID, item_id: str) -> Response:
    """A question of a version; in a draft, its form."""
    opened = opened_version(version_id)
    item, _section = item_or_404(opened.definition, item_id)
    return editor(opened, item, _form(opened, item))


@pages.post("/outils/versions/<uuid:version_id>/questions/<item_id>", WRITE)
def save_question(version_id: UUID, item_id: str) -> Response:
    """Save a question of a draft."""
    opened = opened_version(version_id)
    item, _section = item_or_404(opened.definition, item_id)
    form = Form.from_request(question_schema(opened.definition, item)(), request.form)
    need_draft(opened, form)
    saved = item_of(opened.definition, form, item) if form.validate() else None
    if saved is not None and saved.id != item.id:
        _keep_published_code(opened, form, item.id)
    if saved is None or form.errors:
        return editor(opened, item, form, status=422)
    section = form.data["section"]

    def change(definition: Definition) -> Definition:
        standing, home = place_of(definition, item_id)
        refuse_stale(form, item_mark(standing, home), question_values(definition, standing, home))
        if saved.id != item_id:
            refuse_taken(definition, saved.id)
        return with_item_instead(definition, saved, item_id, section)

    try:
        changed(opened, form, change, saved.id)
    except Refused:
        form.add_error("id", _("This code stands already in this version."))
        return editor(opened, item, form, status=422)
    flash(_("Saved."), "done")
    return redirect_after_post(url_for("instruments.question", version_id=version_id, item_id=saved.id))


@pages.post("/outils/versions/<uuid:version_id>/questions/<item_id>/apercu", WRITE)
def preview_question(version_id: UUID, item_id: str) -> Response:
    """The question as it would be asked with what is typed so far; nothing is saved.

    204 while what is typed is no question: what was shown last stays.
    """
    opened = opened_version(version_id)
    item, _section = item_or_404(opened.definition, item_id)
    form = Form.from_request(question_schema(opened.definition, item)(), request.form)
    typed = item_of(opened.definition, form, item) if form.validate() else None
    if typed is None or form.errors:
        return Response(status=204)
    typed = replace(typed, id=item.id)
    definition = with_item_instead(opened.definition, typed, item_id)
    return render("instruments/_preview.html", **head(opened), item=typed, preview=preview_of(definition, typed))


@pages.form("/outils/versions/<uuid:version_id>/rubriques/<section_id>/question", WRITE)
def new_question(version_id: UUID, section_id: str) -> Response:
    """Add a question to a section."""
    opened = opened_version(version_id)
    need_draft(opened)
    section = section_or_404(opened.definition, section_id)
    schema = question_schema(opened.definition)
    if request.method == "GET":
        return editor(opened, None, Form(schema(), {"section": section.id, "kind": "text"}))
    form = Form.from_request(schema(), request.form)
    item = item_of(opened.definition, form) if form.validate() else None
    if item is None or form.errors:
        return editor(opened, None, form, status=422)
    home = form.data["section"]

    def change(definition: Definition) -> Definition:
        refuse_taken(definition, item.id)
        return with_item(definition, item, home)

    try:
        changed(opened, form, change, item.id)
    except Refused:
        form.add_error("id", _("This code stands already in this version."))
        return editor(opened, None, form, status=422)
    flash(_("Added."), "done")
    return redirect_after_post(url_for("instruments.question", version_id=version_id, item_id=item.id))


@pages.button("/outils/versions/<uuid:version_id>/questions/<item_id>/<any(monter, descendre):way>", WRITE)
def move_question(version_id: UUID, item_id: str, way: str) -> Response:
    """Move a question one place."""
    opened = opened_version(version_id)
    item_or_404(opened.definition, item_id)
    changed(opened, None, lambda definition: moved_item(definition, item_id, WAYS[way]), item_id)
    return redirect_after_post(url_for("instruments.question", version_id=version_id, item_id=item_id))


@pages.button("/outils/versions/<uuid:version_id>/questions/<item_id>/retrait", WRITE)
def remove_question(version_id: UUID, item_id: str) -> Response:
    """Remove a question from a draft."""
    opened = opened_version(version_id)
    item_or_404(opened.definition, item_id)
    changed(opened, None, lambda definition: without_item(definition, item_id), item_id)
    flash(_("Removed from this draft. Versions that are published keep it."), "done")
    return redirect_after_post(url_for("instruments.show", version_id=version_id))


def _form(opened: Opened, item: Item) -> Form:
    _item, section = item_or_404(opened.definition, item.id)
    return Form(question_schema(opened.definition, item)(), question_values(opened.definition, item, section))


def _keep_published_code(opened: Opened, form: Form, before: str) -> None:
    """Put an error on a new code for a question that was published under another one."""
    if any(before in earlier.items for _number, earlier in released_before(database(), opened.version)):
        form.add_error("id", _("This code was published: answers are kept under it. Add another question instead."))
