"""Device cookies: an attacker who fails on purpose elsewhere cannot lock a user out of a browser that they used before.

Each account has its own cookie, which is authenticated and not stored. A stolen one opens nothing: its holder gets the
few attempts that any browser has (OWASP, « Slow Down Online Guessing Attacks with Device Cookies »).
"""

import hmac
import secrets
from datetime import timedelta

from clais.identity.secrets import keyed_hash, normalise_email

DEVICE_COOKIE_LIFETIME = timedelta(days=180)
NONCE_BYTES = 16


def device_cookie_name(secret: str, email: str) -> str:
    """The name of the device cookie of an account; it does not reveal the account."""
    return f"clais_known_{keyed_hash(secret, 'device name', normalise_email(email)).hex()[:16]}"


def new_device_cookie(secret: str, email: str) -> str:
    """A device cookie for a browser in which the user of an e-mail address has just signed in."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    return f"{nonce}.{_seal(secret, email, nonce)}"


def is_device_cookie(secret: str, email: str, device_cookie: str) -> bool:
    """Whether `new_device_cookie` made this cookie for this account."""
    nonce, _dot, seal = device_cookie.partition(".")
    return hmac.compare_digest(seal.encode(), _seal(secret, email, nonce).encode())


def _seal(secret: str, email: str, nonce: str) -> str:
    return keyed_hash(secret, "device", f"{normalise_email(email)}\0{nonce}").hex()
