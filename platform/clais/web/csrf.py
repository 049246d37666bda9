"""Protection against cross-site request forgery.

Flask-WTF's CSRFProtect stores its secret in `flask.session`, a signed cookie that our sign-out does not delete and that
is never rotated: a token of a session revoked in the database would still be valid. Here the token is an HMAC of the
database session, so it is valid exactly as long as that session and needs no storage.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import BadRequest

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
VISITOR_COOKIE = "clais_visitor"
HEADER = "X-CSRF-Token"
FIELD = "csrf_token"


class ForgedRequest(BadRequest):
    """The request does not carry the token of its session, or another site sent it."""


def csrf_token() -> str:
    """The token of the current session, or of the anonymous visitor before sign-in (64 hexadecimal digits).

    It is the same on every page of a session. It is not masked against compression attacks, since pages are never
    compressed.
    """
    binding = g.get("session_token_hash")
    if binding is None:
        binding = b"visitor:" + _visitor().encode()
    return hmac.new(_key(), bytes(binding), hashlib.sha256).hexdigest()


def check_csrf() -> None:
    """Refuse an unsafe request that is forged. Raises ForgedRequest.

    A browser never adds a bearer token by itself, so API requests that have one need no CSRF token.
    """
    if request.method in SAFE_METHODS or _is_bearer_request():
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForgedRequest
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
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


def _key() -> bytes:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: forged requests cannot be told from ours without it."
        raise RuntimeError(message)
    return hashlib.sha256(b"csrf:" + (secret.encode() if isinstance(secret, str) else secret)).digest()
