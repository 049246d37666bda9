"""How a record and a seal are put into bytes, and the keyed hashes over them. Pure: it asks no database.

The keys come from the keyring of the installation: whoever can write the database, even as its owner, cannot make a
seal. What is hashed are names and values, each with its length. A column without a value is left out, so that a column
that is added later changes no seal.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from clais.audit.models import AuditSeal
from clais.encryption import Keyring, length_prefixed

PURPOSE = "clais trail 1"
HALF = 16
LINK = 2 * HALF
"""Bytes of one record in a seal: its id, and half of the hash over it."""
START = b""
"""What the first seal has instead of the digest of the one before."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SealingKeyMissing(LookupError):  # noqa: N818 - named after the event.
    """The keyring has no key of this id. The message holds no key."""


@dataclass(frozen=True, slots=True)
class SealingKeys:
    """The keys of the seals of one installation, by the id of the key they come from."""

    keyring: Keyring
    _known: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def current(self) -> str:
        """The id of the key for new seals."""
        return self.keyring.current

    def key(self, key_id: str) -> bytes:
        """The key of an id. Raises SealingKeyMissing."""
        if key_id not in self._known:
            key = self.keyring.derived_key(PURPOSE, key_id)
            if key is None:
                raise SealingKeyMissing(key_id)
            self._known[key_id] = key
        return self._known[key_id]


def link(key: bytes, event: Mapping[str, Any]) -> bytes:
    """What a seal keeps of a record: its id, and a hash over all its columns, that of the tenant too."""
    code = hmac.digest(key, b"event" + _named(event), hashlib.sha256)
    identity: UUID = event["id"]
    return identity.bytes + code[:HALF]


def digest(key: bytes, seal: AuditSeal, previous: bytes) -> bytes:
    """The hash over a seal, all of it, and the digest of the one before."""
    columns = {column.name: getattr(seal, column.name) for column in AuditSeal.__table__.columns}
    del columns["digest"]
    return hmac.digest(key, b"seal" + length_prefixed(previous) + _named(columns), hashlib.sha256)


def links_of(seal: AuditSeal) -> Iterator[bytes]:
    """The link of each record that a seal covers, in their order."""
    return (seal.links[start : start + LINK] for start in range(0, len(seal.links), LINK))


def ids_of(seal: AuditSeal) -> list[UUID]:
    """The ids of the records that a seal covers; of links that were cut short, the whole ones."""
    return [UUID(bytes=one[:HALF]) for one in links_of(seal) if len(one) == LINK]


def _named(values: Mapping[str, Any]) -> bytes:
    """Names and values, in the order of the names, those without a value left out."""
    found: list[bytes] = []
    for name in sorted(values):
        value = values[name]
        if value is not None:
            found += (name.encode(), _bytes(value))
    return length_prefixed(*found)


def _bytes(value: Any) -> bytes:
    """A value of a column in bytes that are its own. Raises KeyError for a type that no column of the trail has."""
    return _FORMS[type(value)](value)


_FORMS: dict[type, Callable[[Any], bytes]] = {
    bytes: lambda value: b"b" + value,
    str: lambda value: b"s" + value.encode("utf-8"),
    int: lambda value: b"i%d" % value,
    UUID: lambda value: b"u" + value.bytes,
    datetime: lambda value: b"t%d" % ((value - _EPOCH) // _MICROSECOND),
    list: lambda value: b"l" + length_prefixed(*map(_bytes, value)),
}


@lru_cache(maxsize=2000)
def canonical_json(stored: str) -> str:
    """A stored JSON text in one form, whatever the blanks and the order of keys that a server writes.

    Numbers keep every digit: a float would take two of them for the same.
    """
    parsed = json.loads(stored, parse_float=_digits, parse_int=_digits)
    return json.dumps(parsed, sort_keys=True, separators=(",", ":"))


def _digits(number: str) -> str:
    # No text that PostgreSQL stores holds this character.
    return f"\0{number}"
