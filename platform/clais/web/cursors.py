"""A cursor says where the next page of a list begins. It is encrypted, since it may hold a name; a forged one is a 400.

It is bound to one list of one tenant: another list has another sort key, and would misread it.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, datetime
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import abort, request
from itsdangerous import BadSignature

from clais.database.keyset import key_text
from clais.services import services
from clais.web.context import actor


def write_cursor(key: str | date, row_id: UUID, part: str = "") -> str:
    """Seal the sort key and id of the last row shown, for the list at this address and the tenant at work.

    The key is a text, a day or a moment. `part` distinguishes lists at one address that are sorted
    differently.
    """
    plain = json.dumps([key_text(key), row_id.hex]).encode()
    return urlsafe_b64encode(_cipher().encrypt(plain, _associated_data(part))).decode().rstrip("=")


def read_cursor(cursor: str, part: str = "") -> tuple[str, UUID]:
    """Open a cursor. Raises BadSignature for one that we did not write, or wrote for another list or tenant."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, row_id = json.loads(_cipher().decrypt(sealed, _associated_data(part)))
        return str(key), UUID(hex=row_id)
    except (InvalidTag, ValueError) as error:
        raise BadSignature("cursor") from error


def after_key(cursor: str | None, part: str = "") -> tuple[str, UUID] | None:
    """The sort key and id after which the page of a list begins; None for its first page. A forged cursor is a 400."""
    if not cursor:
        return None
    try:
        return read_cursor(cursor, part)
    except BadSignature:
        abort(400)


def after_moment(cursor: str | None, part: str = "") -> tuple[datetime, UUID] | None:
    """The same for a list that is sorted by a moment, or by a day, which is its midnight."""
    found = after_key(cursor, part)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(found[0]), found[1]
    except ValueError:
        abort(400)


def _associated_data(part: str) -> list[bytes]:
    place = [request.endpoint, sorted((name, str(value)) for name, value in (request.view_args or {}).items()), part]
    return [actor().tenant_id.bytes, json.dumps(place).encode()]


def _cipher() -> AESSIV:
    return _cipher_of(services().secret)


@lru_cache(maxsize=4)
def _cipher_of(secret: str) -> AESSIV:
    # Derived once: all tenants share the key, and the associated data name the tenant.
    return AESSIV(HKDF(SHA256(), 64, None, b"cursors of lists").derive(secret.encode()))
