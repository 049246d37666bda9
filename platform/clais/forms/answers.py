"""The answers of a form as readable text: labels of fields and choices instead of names and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clais.forms.bound import BoundField, Option
from clais.forms.form import Form
from clais.translation import gettext as _

Answer = tuple[object, str]
"""A label and the text of its answer, empty without answer."""
HIDDEN_WIDGETS = frozenset({"hidden", "password"})


def all_answers(form: Form) -> list[Answer]:
    """All visible questions with their answers, empty ones included."""
    return [(field.label, answer_text(field)) for field in _visible_fields(form)]


def given_answers(form: Form) -> list[Answer]:
    """The visible questions that have an answer."""
    return [
        (field.label, answer_text(field))
        for field in _visible_fields(form)
        if answer_text(field) and (field.widget != "checkbox" or field.checked)
    ]


def differing_answers(form: Form, stored: Mapping[str, Any]) -> tuple[list[Answer], list[Answer]]:
    """The answers that differ between the submitted form and `stored`: (submitted ones, stored ones).

    `stored` holds the values as they are given to a new `Form`. Valid submitted answers are normalised as they would
    be stored, so that 3/4/2026 and 03/04/2026 do not differ.
    """
    normalised = Form(form.schema, form.data, prefix=form.prefix) if form.validate() else form
    pairs = list(zip(all_answers(normalised), all_answers(Form(form.schema, stored)), strict=True))
    differing = [(yours, theirs) for yours, theirs in pairs if yours[1] != theirs[1]]
    return [yours for yours, _theirs in differing], [theirs for _yours, theirs in differing]


def answer_text(field: BoundField[Form]) -> str:
    """The answer of one field as text."""
    if field.widget == "rows":
        rows = field.form.row_forms(field.key, field.field, blank=0)  # type: ignore[arg-type]
        return "\n".join(filter(None, (" · ".join(text for _label, text in given_answers(row)) for row in rows)))
    if field.widget == "checkbox":
        return _("Yes") if field.checked else _("No")
    if field.widget == "combobox":
        return field.display
    chosen = [str(option.label) for option in _flattened(field.options) if option.selected and option.value]
    return ", ".join(chosen) or field.value


def _visible_fields(form: Form) -> Iterator[BoundField[Form]]:
    for field in form:
        if field.widget == "fieldset":
            yield from _visible_fields(field.nested)
        elif field.widget not in HIDDEN_WIDGETS:
            yield field


def _flattened(options: list[Option] | tuple[Option, ...]) -> Iterator[Option]:
    for option in options:
        if option.options:
            yield from _flattened(option.options)
        else:
            yield option
