"""Protection against forged requests.

Flask-WTF's CSRFProtect keeps its secret in `flask.session`, a signed cookie of its own that survives our sign-out and
that nothing rotates; bound to it, a token of a session revoked in the database would still pass. Here the token is an
HMAC of the session that the database knows, so it lives and dies with it, and there is nothing to store or expire.
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
    """The token of the present session, or of the anonymous visitor before sign-in (64 hexadecimal digits).

    It is the same on every page of a session. Masking it against compression attacks is pointless here: pages are
    never compressed.
    """
    binding = g.get("session_token_hash")
    if binding is None:
        binding = b"visitor:" + _visitor().encode()
    return hmac.new(_key(), bytes(binding), hashlib.sha256).hexdigest()


def check_csrf() -> None:
    """Refuse an unsafe request that is forged. Raises ForgedRequest.

    A bearer token is never sent by a browser on its own, so API requests that carry one need no token.
    """
    if request.method in SAFE_METHODS or _is_bearer_request():
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForgedRequest
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), csrf_token().encode()):
        raise ForgedRequest


def keep_visitor(response: Response) -> Response:
    """Give the anonymous visitor the cookie that their token is bound to."""
    visitor = g.get("new_visitor")
    if visitor:
        response.set_cookie(_cookie_name(), visitor, httponly=True, secure=request.is_secure, samesite="Lax", path="/")
    return response


def init_csrf(app: Flask) -> None:
    """Check every request of the application. The session must be loaded by an earlier `before_request`."""
    app.before_request(check_csrf)
    app.after_request(keep_visitor)


def _is_bearer_request() -> bool:
    return request.path.startswith("/api/") and request.headers.get("Authorization", "").startswith("Bearer ")


def _visitor() -> str:
    known = request.cookies.get(_cookie_name()) or g.get("new_visitor")
    if not known:
        known = g.new_visitor = secrets.token_urlsafe(24)
    return str(known)


def _cookie_name() -> str:
    # The __Host- prefix keeps a neighbouring subdomain from planting its own cookie; browsers take it over HTTPS only.
    return f"__Host-{VISITOR_COOKIE}" if request.is_secure else VISITOR_COOKIE


def _key() -> bytes:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: forged requests cannot be told from ours without it."
        raise RuntimeError(message)
    return hashlib.sha256(b"csrf:" + (secret.encode() if isinstance(secret, str) else secret)).digest()
