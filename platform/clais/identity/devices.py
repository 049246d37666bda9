"""A browser from which someone signed in before. Whoever fails on purpose elsewhere cannot lock them out of it.

The mark is a cookie of its own for each account, and proves itself: nothing is stored. Stolen, it opens nothing; it
gives its holder the few attempts that any browser has (OWASP, « device cookies »).
"""

import hmac
import secrets
from datetime import timedelta

from clais.identity.secrets import keyed_hash, normalise_email

REMEMBERED = timedelta(days=180)
NONCE_BYTES = 16


def mark_name(secret: str, email: str) -> str:
    """The name under which a browser keeps the mark of an account; it does not tell which account."""
    return f"clais_known_{keyed_hash(secret, 'device name', normalise_email(email)).hex()[:16]}"


def new_mark(secret: str, email: str) -> str:
    """A mark for a browser in which the account of an address was just opened."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{_seal(secret, email, nonce)}"


def is_mark(secret: str, email: str, mark: str) -> bool:
    """Whether we gave this mark to a browser, for this account."""
    nonce, _dot, seal = mark.partition(".")
    return hmac.compare_digest(seal.encode(), _seal(secret, email, nonce).encode())


def _seal(secret: str, email: str, nonce: str) -> str:
    return keyed_hash(secret, "device", f"{normalise_email(email)}\0{nonce}").hex()
