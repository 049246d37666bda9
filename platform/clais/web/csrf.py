"""Protection against cross-site request forgery.

Flask-WTF's CSRFProtect stores its secret in `flask.session`, a signed cookie that our sign-out does not delete and that
is never rotated: a token of a session revoked in the database would still be valid. Here the token is an HMAC of the
database session, so it is valid exactly as long as that session and needs no storage.

Behind the HMAC the token names, encrypted, the account that the page was made for: when the session has ended, what was
typed on the page is given back to that account and to no other (`clais.web.kept`).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest, HTTPException

from clais.actor import Actor

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
VISITOR_COOKIE = "clais_visitor"
HEADER = "X-CSRF-Token"
FIELD = "csrf_token"
DIGEST_DIGITS = 64
"""The hexadecimal digits of the HMAC; those after it name the account."""


class ForgedRequest(BadRequest):
    """The request does not carry the token of its session, or another site sent it."""


def csrf_token() -> str:
    """The token of the current session, or of the anonymous visitor before sign-in, in hexadecimal digits.

    It is the same on every page of a session. It is not masked against compression attacks, since pages are never
    compressed.
    """
    binding = g.get("session_token_hash")
    if binding is None:
        return _digest(_secret(), b"visitor:" + _visitor().encode()).hex()
    who: Actor | None = g.get("actor")
    return _token_of_session(_secret(), bytes(binding), who.user_id if who else None)


@lru_cache(maxsize=256)  # A page asks once for each of its forms.
def _token_of_session(secret: bytes, binding: bytes, user_id: UUID | None) -> str:
    digest = _digest(secret, binding)
    # Associated with the digest, so that the name of an account cannot be moved to another token.
    return digest.hex() + (_cipher_of(secret).encrypt(user_id.bytes, [digest]).hex() if user_id else "")


def author_of_form() -> UUID | None:
    """The account that the submitted page was made for, whether or not its session still exists; None when unknown."""
    try:
        token = bytes.fromhex(_given_token())
        digest, sealed = token[: DIGEST_DIGITS // 2], token[DIGEST_DIGITS // 2 :]
        return UUID(bytes=_cipher_of(_secret()).decrypt(sealed, [digest]))
    except (ValueError, InvalidTag, HTTPException):
        return None


def is_sent_by_our_page() -> bool:
    """Whether the browser says that a page of this site sent the request; True for a browser that says nothing."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def check_csrf() -> None:
    """Refuse an unsafe request that is forged. Raises ForgedRequest.

    A browser never adds a bearer token by itself, so API requests that have one need no CSRF token.
    """
    if request.method in SAFE_METHODS or _is_bearer_request():
        return
    if not is_sent_by_our_page():
        raise ForgedRequest
    if not hmac.compare_digest(_given_token().encode(), csrf_token().encode()):
        raise ForgedRequest


def set_visitor_cookie(response: Response) -> Response:
    """Set the cookie of a new anonymous visitor, which their token is bound to."""
    visitor = g.get("new_visitor")
    if visitor:
        response.set_cookie(_cookie_name(), visitor, httponly=True, secure=request.is_secure, samesite="Lax", path="/")
    return response


def init_csrf(app: Flask) -> None:
    """Check every request of the application. The session must be loaded by an earlier `before_request`."""
    app.before_request(check_csrf)
    app.after_request(set_visitor_cookie)


def _is_bearer_request() -> bool:
    return request.path.startswith("/api/") and request.headers.get("Authorization", "").startswith("Bearer ")


def _visitor() -> str:
    visitor = request.cookies.get(_cookie_name()) or g.get("new_visitor")
    if not visitor:
        visitor = g.new_visitor = secrets.token_urlsafe(24)
    return str(visitor)


def _cookie_name() -> str:
    # The __Host- prefix prevents other subdomains from setting this cookie; browsers accept it over HTTPS only.
    return f"__Host-{VISITOR_COOKIE}" if request.is_secure else VISITOR_COOKIE


def _given_token() -> str:
    return request.headers.get(HEADER) or request.form.get(FIELD, "")


def _digest(secret: bytes, binding: bytes) -> bytes:
    return hmac.digest(hashlib.sha256(b"csrf:" + secret).digest(), binding, hashlib.sha256)


def _secret() -> bytes:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: forged requests cannot be told from ours without it."
        raise RuntimeError(message)
    return secret.encode() if isinstance(secret, str) else secret


@lru_cache(maxsize=4)
def _cipher_of(secret: bytes) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, None, b"author of a form").derive(secret))
