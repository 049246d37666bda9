"""What was typed on a page whose session had ended, or that was left for another place of work: it is given back.

The answer to the lost form holds what was typed, encrypted. Nothing is stored: neither by us nor by the browser. After
the sign-in, or the change of place, the browser sends it to the address of the form, whose view shows the form again as
it shows one with errors: `Form.validate` is false, nothing is committed. Where a view shows no form, what was typed is
listed beside a button that sends it.

Only the account that the page was made for can open it, within `LIFETIME`. Passwords and files are never kept.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, g, request
from werkzeug.exceptions import HTTPException

from clais.forms.formdata import SHELL_FIELDS, ReopenedForm
from clais.web.csrf import FIELD as TOKEN
from clais.web.csrf import author_of_form, is_sent_by_our_page

LIFETIME = timedelta(hours=12)
"""As long as a sign-in lasts: a form that was left at noon is still there after lunch, and gone the next day."""
FIELD = "_kept"
"""The field of what was kept, in the form of the sign-in, of the change of place and of the way back."""
SECRET_WORDS = ("password", "secret", "one_time")
CODE = re.compile(r"[a-z0-9_.:+-]*")
"""The value of a choice, key or checkbox: a code, as opposed to a typed text."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What `author` (an account) typed at `address`, a path of this site with its query."""

    author: UUID
    address: str
    values: list[tuple[str, str]]

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.address.partition("?")[0]


def sent_values() -> list[tuple[str, str]] | None:
    """The submitted values without the token; None for a request that is not a form of a page of this site."""
    if request.method != "POST" or not is_sent_by_our_page():
        return None
    try:
        return [(name, value) for name, value in request.form.items(multi=True) if name != TOKEN]
    except HTTPException:
        return None


def is_secret(name: str) -> bool:
    """Whether a field holds a password or the like."""
    return any(word in name.lower() for word in SECRET_WORDS)


def readable_answers(values: Iterable[tuple[str, str]]) -> list[str]:
    """The typed texts among the values, to be shown; codes of choices are sent again without being shown."""
    return [value for name, value in values if not name.startswith("_") and not CODE.fullmatch(value)]


def written_by_the_reader() -> list[str]:
    """The texts that were typed on the page that led here, for a page that refuses them to the one who wrote them."""
    who, values = g.get("actor"), sent_values()
    if who is None or values is None:
        return []
    if not is_reopened() and FIELD in dict(values):
        kept = open_kept(dict(values)[FIELD])  # The refusal came before the form was put back in its place.
        values = kept.values if kept is not None and kept.author == who.user_id else []
    elif not is_reopened() and author_of_form() != who.user_id:
        return []
    return readable_answers((name, value) for name, value in values if not is_secret(name))


def keep_answers() -> str:
    """The submitted form, encrypted for its author; empty when there is nothing to keep, or its author is unknown."""
    values, author = sent_values(), author_of_form()
    if values is None or author is None:
        return ""
    on_the_way = dict(values).get(FIELD)
    if on_the_way is not None:
        return on_the_way  # It was kept before, and its place has changed once more.
    values = [(name, value) for name, value in values if not is_secret(name)]
    if all(name in SHELL_FIELDS for name, _value in values):
        return ""
    return _seal(Kept(author, address_of_request(), values))


def address_of_request() -> str:
    """The path of the request with its query, if it has one."""
    return request.full_path if request.query_string else request.path


def open_kept(sealed: str) -> Kept | None:
    """What was kept; None when it is older than `LIFETIME`, or was not encrypted here.

    The caller compares the author with the account that is signed in before it shows anything.
    """
    try:
        packed = _cipher().decrypt(sealed.encode(), ttl=int(LIFETIME.total_seconds()))
    except (InvalidToken, UnicodeEncodeError):
        return None
    author, address, values = json.loads(zlib.decompress(packed))
    return Kept(UUID(author), address, [(name, value) for name, value in values])


def reopen_kept() -> bool:
    """Put what was kept in the place of the submitted form. False when it is not for this account and address."""
    kept = open_kept(request.form[FIELD])
    if kept is None or kept.author != g.actor.user_id or kept.path != request.path:
        return False
    request.form = ReopenedForm(kept.values)
    g.reopened = kept
    return True


def is_reopened() -> bool:
    """Whether the request shows a form with what was kept, and must save nothing."""
    return "reopened" in g


def _seal(kept: Kept) -> str:
    packed = zlib.compress(json.dumps([str(kept.author), kept.address, kept.values]).encode())
    return _cipher().encrypt(packed).decode()


def _cipher() -> Fernet:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: what was typed cannot be kept without it."
        raise RuntimeError(message)
    return _cipher_of(secret.encode() if isinstance(secret, str) else secret)


@lru_cache(maxsize=4)
def _cipher_of(secret: bytes) -> Fernet:
    return Fernet(urlsafe_b64encode(HKDF(SHA256(), 32, None, b"kept answers").derive(secret)))
