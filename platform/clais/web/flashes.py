"""Encrypts the messages of `flash()`, which may name a person.

Flask stores them in a cookie that is signed but not encrypted, is not bound to a user, and survives the sign-out. Ours
is encrypted for the session that wrote it: another session, or the sign-in page after its end, cannot decrypt it. It
needs no database access.
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
"""The key under which Flask stores messages."""
MAXIMUM_COOKIE_LENGTH = 3800
"""Browsers drop a cookie of more than 4,096 characters, name and attributes included."""
ANONYMOUS = b"visitor"
"""The binding of messages before sign-in; they must not name a person."""


class SealedMessages(SessionInterface):
    """Stores `flask.session`, which holds only messages, in an encrypted cookie."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:  # noqa: ARG002 - Flask's signature.
        """An empty session: the user is not identified yet. `load_messages` fills it."""
        return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Encrypt the messages for the next page; delete the cookie once they are shown."""
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
            response.set_cookie(name, _seal_to_fit(dict(session)), **options)
        else:
            response.delete_cookie(name, **options)


def load_messages() -> None:
    """Load the messages of this session; those of another session are discarded."""
    sealed = request.cookies.get(str(current_app.config["SESSION_COOKIE_NAME"]))
    if sealed is None or is_api_request():
        return
    session.update(_unseal(sealed))
    session.modified = not session


def init_flashes(app: Flask) -> None:
    """Encrypt the messages of the application. An earlier `before_request` must load the session."""
    app.session_interface = SealedMessages()
    app.before_request(load_messages)


def _seal_to_fit(data: dict[str, Any]) -> str:
    """The encrypted data, without the oldest messages when a cookie cannot hold all."""
    sealed = _seal(data)
    while len(sealed) > MAXIMUM_COOKIE_LENGTH and data.get(MESSAGES):
        data[MESSAGES] = data[MESSAGES][1:]
        sealed = _seal(data)
    return sealed


def _seal(data: dict[str, Any]) -> str:
    plain = session_json_serializer.dumps(data).encode()
    return urlsafe_b64encode(_cipher_of(_secret()).encrypt(plain, [_session_binding()])).decode()


def _unseal(sealed: str) -> dict[str, Any]:
    try:
        data: dict[str, Any] = session_json_serializer.loads(
            _cipher_of(_secret()).decrypt(urlsafe_b64decode(sealed), [_session_binding()]).decode()
        )
    except (InvalidTag, ValueError):
        return {}
    return data


def _session_binding() -> bytes:
    return bytes(g.get("session_token_hash") or ANONYMOUS)


def _secret() -> bytes:
    secret = current_app.secret_key
    if not secret:
        message = "Set SECRET_KEY: messages that may name someone cannot be sealed without it."
        raise RuntimeError(message)
    return secret.encode() if isinstance(secret, str) else secret


@lru_cache(maxsize=4)
def _cipher_of(secret: bytes) -> AESSIV:
    return AESSIV(HKDF(SHA256(), 64, None, b"messages of one session").derive(secret))
