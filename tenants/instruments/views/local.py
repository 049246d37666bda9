"""What the platform has of its own in the version that it works with: « Chez nous »."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.presentation import problem_text
from clais.instruments.rules.local import Layer, LocalPart, OwnItem, What, parts_of, with_item, without
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.wording import question_text
from clais.translation import gettext as _
from clais.web.conflicts import key_read, stale_edit
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.instruments import actions, forms
from tenants.instruments.lookups import Opened, version_in_use
from tenants.instruments.outline import fields_of, outline_of, section_named, swapped
from tenants.instruments.refusals import allowed_text, refusal_texts
from tenants.instruments.views.versions import ADOPT, head_of, moved

pages = Pages()
WAYS = {"monter": -1, "descendre": 1}
HERE = "/outils-du-bassin/<uuid:version_id>/chez-nous"
Values = Callable[[Layer], Mapping[str, Any]]
Change = Callable[[Layer], Layer]


@pages.page(HERE, ADOPT)
def local(version_id: UUID) -> Response:
    """The questions, with what the centre allows to be done with each, and what was done."""
    opened = version_in_use(version_id)
    return render("adoption/local.html", **head_of(opened), **outline_of(opened))


@pages.form(f"{HERE}/questions/<item_id>", ADOPT)
def adapt(version_id: UUID, item_id: str) -> Response:
    """Change a common question: its wording, its help, its choices, whether it is asked."""
    opened = version_in_use(version_id)
    item = opened.definition.items.get(item_id)
    if item is None:
        abort(404)
    schema = forms.adapted_schema(opened.definition, item)
    form = _form(opened, schema, lambda layer: forms.adapted_values(layer, item))
    if request.method == "POST" and form.validate():
        data = form.data
        if _changed(opened, form, lambda layer: forms.adapted(layer, item, data)):
            return _back(opened)
    title = question_text(opened.definition, item_id)
    return _shown(opened, form, title, fields_of(opened.definition, item), allowed_text(opened.definition, item))


@pages.form(f"{HERE}/rubriques/<section_id>/question", ADOPT)
def own_question(version_id: UUID, section_id: str) -> Response:
    """Add an own question to a section."""
    opened = version_in_use(version_id)
    section = section_named(opened, section_id)
    form = _form(opened, forms.own_question_schema(opened.definition), lambda _layer: {})
    if request.method == "POST" and form.validate():
        own = _own_item(opened, form)
        if own and _changed(opened, form, lambda layer: with_item(layer, own, section_id)):
            return _back(opened)
    return _shown(opened, form, _("Our question in “%(section)s”", section=section))


@pages.form(f"{HERE}/nos-questions/<item_id>", ADOPT)
def edit_question(version_id: UUID, item_id: str) -> Response:
    """Change an own question; how it is answered stays."""
    opened = version_in_use(version_id)
    before = opened.layer.item(item_id)
    if before is None:
        abort(404)

    def values(layer: Layer) -> Mapping[str, Any]:
        own = layer.item(item_id)
        return forms.own_values(own) if own else {}

    form = _form(opened, forms.own_question_schema(opened.definition), values)
    if request.method == "POST" and form.validate():
        if form.data["kind"] != before.kind:
            form.add_error("kind", _("Answers are kept as they were given: take it back, and add another question."))
        own = _own_item(opened, form, before) if not form.errors else None
        if own and _changed(opened, form, lambda layer: with_item(layer, own, "") if layer.item(item_id) else layer):
            return _back(opened)
    return _shown(opened, form, _("Our question"))


@pages.form(f"{HERE}/rubrique", ADOPT)
def own_section(version_id: UUID) -> Response:
    """Add an own section."""
    opened = version_in_use(version_id)
    form = _form(opened, forms.own_section_schema(opened.definition), lambda _layer: {})
    if request.method == "POST" and form.validate():
        own = forms.own_section(form.data)
        if _changed(opened, form, lambda layer: replace(layer, sections=(*layer.sections, own))):
            return _back(opened)
    return _shown(opened, form, _("Our section"))


@pages.button(f"{HERE}/questions/<item_id>/<any(monter, descendre):way>", ADOPT)
def move_here(version_id: UUID, item_id: str, way: str) -> Response:
    """Move a question one place within its section."""
    opened = version_in_use(version_id)
    if item_id not in opened.asked.items:
        abort(404)
    _done(opened, lambda layer: swapped(opened.definition, layer, item_id, WAYS[way]))
    return _back(opened, f"q-{item_id}", said=False)


@pages.button(f"{HERE}/retrait/<any({', '.join(What)}):what>/<part>", ADOPT)
def take_back(version_id: UUID, what: str, part: str) -> Response:
    """Take back something of one's own: what the centre asks is there again. A choice is named after its question."""
    opened = version_in_use(version_id)
    name, _dot, code = part.partition(".")
    local = LocalPart(What(what), name, code)
    if local in parts_of(opened.layer):
        _done(opened, lambda layer: without(layer, local))
    return _back(opened)


def _form(opened: Opened, schema: Any, values: Values) -> Form:
    """The form as it stands, or as it was sent. Raises StaleEdit when its subject was changed since it was read."""
    standing = values(opened.layer)
    if request.method == "GET":
        form = Form(schema(), standing)
        form.version = forms.mark_of(standing)
        return form
    form = Form.from_request(schema(), request.form)
    if key_read(form) != forms.mark_of(standing):
        raise stale_edit(form, standing, request.path)
    return form


def _own_item(opened: Opened, form: Form, before: OwnItem | None = None) -> OwnItem | None:
    try:
        return forms.own_item(opened.definition, form.data, before)
    except ExpressionError as error:
        form.add_error("when", problem_text(error))
        return None


def _changed(opened: Opened, form: Form, change: Change) -> bool:
    """Whether the layer was changed; what the centre does not allow is said on the form, and nothing is saved."""
    try:
        _change(opened, change)
    except actions.NotAllowed as refused:
        for name, text in refusal_texts(refused):
            form.add_error(name if name in form else None, text)
    except Refused as refused:
        if refused.code != "too_much":
            raise moved(opened) from refused
        form.add_error(None, _("That is more than one instrument can hold of your own."))
    return not form.errors


def _done(opened: Opened, change: Change) -> None:
    """Change the layer by one button."""
    try:
        _change(opened, change)
    except actions.NotAllowed as refused:
        flash(" ".join(text for _name, text in refusal_texts(refused)), "wait")
    except Refused as refused:
        raise moved(opened) from refused


def _change(opened: Opened, change: Change) -> None:
    version = (opened.version.id, opened.definition)
    actions.change_here(database(), actor(), opened.shelf.instrument.id, version, change)


def _back(opened: Opened, anchor: str | None = None, *, said: bool = True) -> Response:
    if said:
        flash(_("Saved. It is asked in what begins from now on."), "done")
    return redirect_after_post(url_for("adoption.local", version_id=opened.version.id, _anchor=anchor))


def _shown(opened: Opened, form: Form, title: str, names: list[str] | None = None, allowed: str = "") -> Response:
    # What was sent of a field that is not offered is shown with the reason why it is refused.
    shown = [field.name for field in form if names is None or field.name in names or field.errors]
    translated = forms.translated_names(opened.definition)
    return render(
        "adoption/own.html",
        status=422 if form.errors else 200,
        form=form,
        heading=title,
        allowed=allowed,
        names=[name for name in shown if name not in translated],
        translated=[name for name in shown if name in translated],
        version=opened.version,
        back=url_for("adoption.local", version_id=opened.version.id),
    )
