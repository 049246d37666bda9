"""Converts a submitted form to the input of a schema: lists, nested rows and blanks; unknown fields are refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any

import marshmallow
from marshmallow import fields
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest

from clais.forms.choices import choice_pairs

# The fields that the templates add to every form; schemas do not receive them.
SHELL_FIELDS = frozenset({"csrf_token", "_submission", "_version"})
MAXIMUM_ROWS = 100
INDEX = r"(0|[1-9][0-9]{0,2})"


class UnknownFields(BadRequest):
    """The form holds unknown fields, or a single field twice, which a browser does not send: 400."""


class ReopenedForm(ImmutableMultiDict[str, str]):
    """What was typed on a page whose session ended: the form is shown with it and saves nothing."""


def widget_of(field: fields.Field[Any]) -> str:
    """The declared widget of a field, or the default one of its type."""
    declared = field.metadata.get("widget")
    if declared:
        return str(declared)
    if isinstance(field, fields.List):
        return "rows" if isinstance(field.inner, fields.Nested) else "checkboxes"
    for kind, widget in DEFAULT_WIDGETS:
        if isinstance(field, kind):
            return widget
    if getattr(field, "multiline", False):
        return "textarea"
    return "select" if choice_pairs(field.metadata.get("choices")) else "text"


DEFAULT_WIDGETS: tuple[tuple[type, str], ...] = (
    (fields.Nested, "fieldset"),
    (fields.Boolean, "checkbox"),
    (fields.Date, "date"),
    (fields.Time, "time"),
    (fields.DateTime, "datetime"),
    (fields.Enum, "select"),
    (fields.Number, "number"),
)


def read_form(
    schema: marshmallow.Schema, form: MultiDict[str, str], prefix: str = "", allow: Collection[str] = ()
) -> dict[str, Any]:
    """The submitted values in the structure that `schema.load` takes.

    Blank answers are left out, or None where the field allows it. Raises UnknownFields for a name that is neither in
    the schema nor in `allow`, and for a single field that was sent several times.
    """
    known: set[str] = set()
    typed = _read(schema, form, prefix, known)
    unknown_fields = set(form) - known - SHELL_FIELDS - set(allow)
    if unknown_fields:
        raise UnknownFields
    return typed


def _read(schema: marshmallow.Schema, form: MultiDict[str, str], prefix: str, known: set[str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for key, field in schema.load_fields.items():
        name = f"{prefix}{field.data_key or key}"
        found, value = _read_field(field, form, name, known)
        if found:
            typed[field.data_key or key] = value
    return typed


def _read_field(field: fields.Field[Any], form: MultiDict[str, str], name: str, known: set[str]) -> tuple[bool, Any]:
    """Whether the field has an answer, and the answer."""
    if isinstance(field, fields.Nested):
        inner = _read(field.schema, form, f"{name}-", known)
        return field.required or _is_filled(inner), inner
    known.add(name)
    if isinstance(field, fields.List):
        answers = _read_list(field, form, name, known)
        return bool(answers) or not field.required, answers
    return _read_single(field, form.getlist(name))


def _read_list(field: fields.List[Any], form: MultiDict[str, str], name: str, known: set[str]) -> list[Any]:
    if isinstance(field.inner, fields.Nested):
        return list(_read_rows(field.inner.schema, form, name, known))
    return [answer for answer in (text.strip() for text in form.getlist(name)) if answer]


def _read_single(field: fields.Field[Any], answers: list[str]) -> tuple[bool, Any]:
    if len(answers) > 1:
        raise UnknownFields
    widget = widget_of(field)
    if widget == "checkbox" and isinstance(field, fields.Boolean):
        return True, bool(answers)
    text = "".join(answers) if widget == "password" else "".join(answers).strip()
    if text:
        return True, text
    return bool(answers) and field.allow_none and not field.required, None


def _is_filled(row: dict[str, Any]) -> bool:
    return any(answer not in (None, False, [], {}) for answer in row.values())


def _read_rows(
    schema: marshmallow.Schema, form: MultiDict[str, str], name: str, known: set[str]
) -> Iterator[dict[str, Any]]:
    for index in row_indexes(form, name):
        value = _read(schema, form, f"{name}-{index}-", known)
        if _is_filled(value):
            yield value


def row_indexes(form: MultiDict[str, str], name: str) -> list[int]:
    """The row numbers of a repeated group, in order; removed rows leave gaps."""
    pattern = re.compile(rf"{re.escape(name)}-{INDEX}-.+")
    found = sorted({int(match[1]) for key in form if (match := pattern.fullmatch(key))})
    if len(found) > MAXIMUM_ROWS:
        raise UnknownFields
    return found
