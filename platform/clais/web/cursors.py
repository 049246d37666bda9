"""A cursor says where the next page of a list begins. It is sealed: it may hold a name, and a forged one is a 400."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature

from clais.services import services
from clais.web.context import actor


def write_cursor(key: str, row_id: UUID) -> str:
    """Seal the sort key and id of the last row shown, for the tenant at work."""
    plain = json.dumps([key, row_id.hex]).encode()
    return urlsafe_b64encode(_cipher().encrypt(plain, [actor().tenant_id.bytes])).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[str, UUID]:
    """Open a cursor. Raises BadSignature for one that we did not write, or wrote for another tenant."""
    try:
        sealed = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, row_id = json.loads(_cipher().decrypt(sealed, [actor().tenant_id.bytes]))
        return str(key), UUID(hex=row_id)
    except (InvalidTag, ValueError) as error:
        raise BadSignature("cursor") from error


def _cipher() -> AESSIV:
    return _cipher_of(services().secret)


@lru_cache(maxsize=4)
def _cipher_of(secret: str) -> AESSIV:
    # Derived once: the key is the application's, the same for every tenant, who is named in what is sealed.
    return AESSIV(HKDF(SHA256(), 64, None, b"cursors of lists").derive(secret.encode()))
