"""What a form holds as people read it: the words of its labels and choices, not its names and codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from clais.forms.bound import BoundField, Option
from clais.forms.form import Form
from clais.translation import gettext as _

Answer = tuple[object, str]
"""A question and what was answered to it, blank when nothing was."""
UNREAD = frozenset({"hidden", "password"})


def answers(form: Form) -> list[Answer]:
    """Every question that is shown with what is answered to it, blanks included."""
    return [(field.label, in_words(field)) for field in _shown(form)]


def written(form: Form) -> list[Answer]:
    """The questions to which something was answered."""
    return [
        (field.label, in_words(field))
        for field in _shown(form)
        if in_words(field) and (field.widget != "checkbox" or field.checked)
    ]


def two_versions(form: Form, stored: Mapping[str, Any]) -> tuple[list[Answer], list[Answer]]:
    """What was typed and what is `stored`, where they say something else.

    `stored` holds values of the fields as a blank form would be given them. What was typed well is written the way it
    would be kept, so that 3/4/26 and 03/04/2026 are not taken for two days.
    """
    mine = Form(form.schema, form.data, prefix=form.prefix) if form.validate() else form
    pairs = list(zip(answers(mine), answers(Form(form.schema, stored)), strict=True))
    differing = [(yours, theirs) for yours, theirs in pairs if yours[1] != theirs[1]]
    return [yours for yours, _theirs in differing], [theirs for _yours, theirs in differing]


def in_words(field: BoundField[Form]) -> str:
    """One answer."""
    if field.widget == "rows":
        rows = field.form.row_forms(field.key, field.field, blank=0)  # type: ignore[arg-type]
        return "\n".join(filter(None, (" · ".join(text for _label, text in written(row)) for row in rows)))
    if field.widget == "checkbox":
        return _("Yes") if field.checked else _("No")
    if field.widget == "combobox":
        return field.display
    chosen = [str(option.label) for option in _opened(field.options) if option.selected and option.value]
    return ", ".join(chosen) or field.value


def _shown(form: Form) -> Iterator[BoundField[Form]]:
    for field in form:
        if field.widget == "fieldset":
            yield from _shown(field.nested)
        elif field.widget not in UNREAD:
            yield field


def _opened(options: list[Option] | tuple[Option, ...]) -> Iterator[Option]:
    for option in options:
        if option.options:
            yield from _opened(option.options)
        else:
            yield option
