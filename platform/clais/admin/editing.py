"""Checks on a form of the administration before Flask-Admin reads it: known fields only, and an unchanged row."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from flask import request

from clais.forms.formdata import UnknownFields
from clais.services import services
from clais.web.csrf import FIELD as TOKEN
from clais.web.errors import StaleEdit

VERSION = "_version"
SHELL_FIELDS = frozenset({TOKEN, VERSION})
"""The fields that our template adds to those of Flask-Admin. It has none of the buttons that Flask-Admin could add."""


def refuse_unknown_fields(form: Iterable[Any]) -> None:
    """Raise UnknownFields for a field that the form lacks or holds twice: Flask-Admin would ignore it."""
    known = SHELL_FIELDS | {field.name for field in form}
    if set(request.form) - known or any(len(given) > 1 for given in request.form.listvalues()):
        raise UnknownFields


def row_digest(row: Any, columns: Iterable[str]) -> str:
    """An HMAC of the values of a row in `columns`; the form holds it and sends it back.

    The tables of the registry have no version column: the statements that load open data into them would not increment
    it. The key prevents a forged form for a state that was never shown.
    """
    content = json.dumps([row.__tablename__, *(getattr(row, name) for name in columns)], default=str)
    return hmac.new(b"registry:" + services().secret.encode(), content.encode(), hashlib.sha256).hexdigest()


def refuse_stale(form: Any, row: Any, columns: Iterable[str]) -> None:
    """Raise StaleEdit, with both versions, when the row has changed since the form was shown."""
    if hmac.compare_digest(request.form.get(VERSION, "").encode(), row_digest(row, columns).encode()):
        return
    fields = [form[name] for name in columns]
    raise StaleEdit(
        yours=[(field.label.text, _choice_label(field, field.data)) for field in fields],
        theirs=[(field.label.text, _choice_label(field, getattr(row, field.name))) for field in fields],
        reload_url=request.full_path,
    )


def _choice_label(field: Any, value: Any) -> Any:
    """The label of a value, when the field has choices; otherwise the value."""
    return dict(getattr(field, "choices", None) or ()).get(value, value)


def errors_of(form: Iterable[Any]) -> list[tuple[str, str, str]]:
    """(id of the input, label, message) for the summary above a form."""
    found = [(field, str(message)) for field in form for message in dict.fromkeys(field.errors)]
    return [(field.id, str(field.label.text), message) for field, message in found]


def attributes_of(field: Any) -> dict[str, Any]:
    """The ARIA attributes that link an input to its hint and its errors, without the `maxlength` that cuts a paste."""
    sentences = [("hint", field.description), ("error", field.errors)]
    described = " ".join(f"{field.id}-{kind}" for kind, text in sentences if text)
    found: dict[str, Any] = {"maxlength": False, "minlength": False}
    found |= {"aria-describedby": described} if described else {}
    return found | {"aria-invalid": "true"} if field.errors else found
