"""Random tokens are shown once and stored as hashes: a reader of the database cannot use them."""

import hashlib
import hmac
import secrets
import unicodedata

TOKEN_BYTES = 32


def new_token() -> str:
    """A new 256-bit random token, safe in cookies, links and headers."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """The SHA-256 of a token (32 bytes). A random token of 256 bits needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def normalise_email(email: str) -> str:
    """An e-mail address as it is compared: no outer space, compatibility characters folded (NFKC), lower case."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def email_hash(email: str) -> bytes:
    """The SHA-256 by which a sign-in finds its account (32 bytes)."""
    return hashlib.sha256(normalise_email(email).encode()).digest()


def keyed_hash(secret: str, purpose: str, value: str) -> bytes:
    """HMAC-SHA256 of `value` for one purpose (32 bytes), so that a stored address or account cannot be guessed."""
    return hmac.new(secret.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
