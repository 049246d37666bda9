"""What a form of the administration must hold before the library reads it: its own fields, and the state it shows."""

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
SHELL = frozenset({TOKEN, VERSION})
"""What our page adds to the library's fields. The buttons that the library could add are not on it."""


def refuse_strangers(form: Iterable[Any]) -> None:
    """Raise UnknownFields for what the form does not have, or holds twice: the library would pass over it."""
    known = SHELL | {field.name for field in form}
    if set(request.form) - known or any(len(given) > 1 for given in request.form.listvalues()):
        raise UnknownFields


def state_of(row: Any, columns: Iterable[str]) -> str:
    """A seal on what a row says in `columns`, to be carried by the form that shows them.

    The tables of the registry have no number of a version, and need none: open data are loaded into them by statements
    that would forget to count. The key keeps a form from being made up for a state that nobody was shown.
    """
    said = json.dumps([row.__tablename__, *(getattr(row, name) for name in columns)], default=str)
    return hmac.new(b"registry:" + services().secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def refuse_stale(form: Any, row: Any, columns: Iterable[str]) -> None:
    """Raise StaleEdit, with both versions, when the form was opened on another state of the row."""
    if hmac.compare_digest(request.form.get(VERSION, "").encode(), state_of(row, columns).encode()):
        return
    fields = [form[name] for name in columns]
    raise StaleEdit(
        yours=[(field.label.text, _said(field, field.data)) for field in fields],
        theirs=[(field.label.text, _said(field, getattr(row, field.name))) for field in fields],
        reload_url=request.full_path,
    )


def _said(field: Any, value: Any) -> Any:
    """An answer in the words of its choices, when it has some."""
    return dict(getattr(field, "choices", None) or ()).get(value, value)


def errors_of(form: Iterable[Any]) -> list[tuple[str, str, str]]:
    """(id to go to, label, message): what the summary above a form of ours is made from."""
    said = [(field, str(message)) for field in form for message in dict.fromkeys(field.errors)]
    return [(field.id, str(field.label.text), message) for field, message in said]


def attributes_of(field: Any) -> dict[str, str]:
    """What an input says of itself to those who do not see the sentences beside it."""
    told = [("hint", field.description), ("error", field.errors)]
    described = " ".join(f"{field.id}-{kind}" for kind, words in told if words)
    found = {"aria-describedby": described} if described else {}
    return found | {"aria-invalid": "true"} if field.errors else found
