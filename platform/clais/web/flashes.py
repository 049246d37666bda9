"""What `flash()` leaves for the next page. It may name someone.

Flask keeps it in a cookie that is signed, not encrypted, bound to no one, and still there after the sign-out. Ours is
sealed for the session in which it was written: no other opens it, and neither does the sign-in page once that one is
over. Nothing is asked of the database.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, Request, Response, current_app, g, request, session
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin, session_json_serializer

from clais.web.errors import is_api_request

MESSAGES = "_flashes"
"""Where Flask keeps them."""
MOST = 3800
"""A browser drops a cookie of more than 4,096 characters with its name and attributes, and every message with it."""
VISITOR = b"visitor"
"""Whom messages are for before anyone is signed in: they may name nobody."""


class SealedMessages(SessionInterface):
    """Keeps `flask.session`, which holds nothing else, in a sealed cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:  # noqa: ARG002 - Flask's signature.
        """Empty: at this point nobody knows yet whose request it is. `bring_messages` fills it."""
        return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Seal what is left for the next page; once it is shown, forget the cookie."""
        if not session.modified:
            return
        name = self.get_cookie_name(app)
        options: dict[str, Any] = {
            "path": "/",
            "secure": self.get_cookie_secure(app),
            "httponly": True,
            "samesite": "Lax",
        }
        if session:
            response.set_cookie(name, _fitting(dict(session)), **options)
        else:
            response.delete_cookie(name, **options)


def bring_messages() -> None:
    """Bring in what was left for this session; what was left for another one is thrown away unread."""
    sealed = request.cookies.get(str(current_app.config["SESSION_COOKIE_NAME"]))
    if sealed is None or is_api_request():
        return
    session.update(_opened(sealed))
    session.modified = not session


def init_flashes(app: Flask) -> None:
    """Seal the messages of the application. The session must be loaded by an earlier `before_request`."""
    app.session_interface = SealedMessages()
    app.before_request(bring_messages)


def _fitting(left: dict[str, Any]) -> str:
    """What is left, sealed; of more messages than a cookie holds, the newest."""
    sealed = _seal(left)
    while len(sealed) > MOST and left.get(MESSAGES):
        left[MESSAGES] = left[MESSAGES][1:]
        sealed = _seal(left)
    return sealed


def _seal(left: dict[str, Any]) -> str:
    plain = session_json_serializer.dumps(left).encode()
    return urlsafe_b64encode(_cipher_of(_secret()).encrypt(plain, [_whose()])).decode()


def _opened(sealed: str) -> dict[str, Any]:
    try:
        left: dict[str, Any] = session_json_serializer.loads(
            _cipher_of(_secret()).decrypt(urlsafe_b64decode(sealed), [_whose()]).decode()
        )
    except (InvalidTag, ValueError):
        return {}
    return left


def _whose() -> bytes:
    return bytes(g.get("session_token_hash") or VISITOR)


def _secret() -> bytes:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: messages that may name someone cannot be sealed without it."
        raise RuntimeError(message)
    return secret.encode() if isinstance(secret, str) else secret


@lru_cache(maxsize=4)
def _cipher_of(secret: bytes) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, None, b"messages of one session").derive(secret))
