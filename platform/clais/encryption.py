"""Encryption of single fields: what is read from a stolen dump, a log or another row is of no use."""

import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_FORMAT = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class DecryptionFailed(Exception):  # noqa: N818 - it reads as what happened.
    """The bytes are not what this keyring wrote in this place. Says no more, and holds no value."""

    def __init__(self) -> None:
        super().__init__("a protected field could not be read")


class InvalidKeyring(ValueError):  # noqa: N818 - the same.
    """The keys are missing, malformed or readable by others. Its message never shows a key."""


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    # Raised outside the handler: the inner exception holds the text.
    raise ValueError("the text holds half a character")


def _joined(*parts: bytes) -> bytes:
    """The parts, each after its length (4 bytes, big endian): ("ab", "c") and ("a", "bc") differ."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True)
class Keyring:
    """Keys by id: all can read, `current` writes; `lookup_key` makes hashes to search by equality.

    Every key has 32 bytes. An encrypted field is: format, length of the key id, key id, nonce (12 bytes, random),
    ciphertext and tag (AES-256-GCM). Its associated data bind it to one table, column, tenant and row.
    """

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    lookup_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise InvalidKeyring("the current key is not among the keys")
        if not all(_KEY_ID.fullmatch(key_id) for key_id in self.keys):
            raise InvalidKeyring("a key id has 1 to 32 letters, digits, - or _")
        every_key = [*self.keys.values(), self.lookup_key]
        if any(len(key) != _KEY_BYTES for key in every_key):
            raise InvalidKeyring(f"every key has {_KEY_BYTES} bytes")
        if len(set(every_key)) != len(every_key):
            raise InvalidKeyring("every key is used for one thing: two are the same")

    def encrypt(self, plaintext: str, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        """The text, sealed for this one place; the same text never gives the same bytes.

        Raises ValueError for half characters (lone surrogates), which no database stores.
        """
        key_id = self.current.encode("ascii")
        header = bytes([_FORMAT, len(key_id)]) + key_id
        nonce = secrets.token_bytes(_NONCE_BYTES)
        bound_to = self._associated_data(header, table=table, column=column, tenant_id=tenant_id, row_id=row_id)
        return header + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, _utf8(plaintext), bound_to)

    def decrypt(self, sealed: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> str:
        """The text sealed for this place. Raises DecryptionFailed for other places, other keys and altered bytes."""
        header, body = self._opened(sealed)
        key = self.keys.get(header[2:].decode("ascii", "replace"))
        if key is None or header[0] != _FORMAT or len(body) < _NONCE_BYTES + _TAG_BYTES:
            raise DecryptionFailed
        bound_to = self._associated_data(header, table=table, column=column, tenant_id=tenant_id, row_id=row_id)
        try:
            return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], bound_to).decode("utf-8")
        except InvalidTag:
            raise DecryptionFailed from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key wrote these bytes; those of older keys are to be written again after a rotation."""
        return self._opened(sealed)[0][2:] == self.current.encode("ascii")

    def lookup_hash(self, value: str, *, tenant_id: UUID, purpose: str) -> bytes:
        """32 bytes to find an equal value by, without storing it: HMAC-SHA256, other in each tenant and purpose.

        The caller cleans the value first (`clean_national_number`), or one number becomes two people.
        """
        message = _joined(purpose.encode("utf-8"), tenant_id.bytes, _utf8(value))
        return hmac.digest(self.lookup_key, message, hashlib.sha256)

    def rotated(self) -> Self:
        """The same keyring with a fresh key that writes from now on; all former keys still read."""
        number = len(self.keys) + 1
        while (key_id := f"k{number}") in self.keys:
            number += 1
        return type(self)({**self.keys, key_id: secrets.token_bytes(_KEY_BYTES)}, key_id, self.lookup_key)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Keys from `CLAIS_ENCRYPTION_KEYS` (`id:base64`, space between, the first one writes) and `CLAIS_LOOKUP_KEY`.

        Raises InvalidKeyring, naming the variable at fault.
        """
        pairs = [entry.partition(":") for entry in environment.get("CLAIS_ENCRYPTION_KEYS", "").split()]
        if not pairs:
            raise InvalidKeyring("CLAIS_ENCRYPTION_KEYS is not set")
        keys = {key_id: _decoded(text, "CLAIS_ENCRYPTION_KEYS") for key_id, _colon, text in pairs}
        if len(keys) != len(pairs):
            raise InvalidKeyring("CLAIS_ENCRYPTION_KEYS names a key id twice")
        lookup_key = _decoded(environment.get("CLAIS_LOOKUP_KEY", ""), "CLAIS_LOOKUP_KEY")
        return cls(keys, pairs[0][0], lookup_key)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Keys from a file written by `generate` or `save`. Raises InvalidKeyring: bad, or readable by others."""
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _READABLE_BY_OTHERS:
                raise InvalidKeyring("the key file is open to others than its owner: chmod 600")
            text = file.read()
        keys, current, lookup_key = _content(text)
        return cls(keys, current, lookup_key)

    @classmethod
    def generate(cls, path: Path) -> Self:
        """A new keyring, in a new file of mode 0600; appears whole or not at all.

        Raises FileExistsError rather than replace keys: what they sealed would be lost.
        """
        # No two keys of the world have one id: a second keyring can be joined to this one.
        key_id = f"k{secrets.token_hex(4)}"
        keyring = cls({key_id: secrets.token_bytes(_KEY_BYTES)}, key_id, secrets.token_bytes(_KEY_BYTES))
        draft = keyring._draft(path)
        try:
            # A link fails when the name is taken, where a rename would silently replace.
            os.link(draft, path)
        finally:
            draft.unlink()
        _make_durable(path.parent)
        return keyring

    def save(self, path: Path) -> None:
        """Replace the file with this keyring (after `rotated`), mode 0600, in one step."""
        self._draft(path).replace(path)
        _make_durable(path.parent)

    def _draft(self, path: Path) -> Path:
        """The keyring in a file beside `path`, on disk."""
        encoded = {key_id: base64.b64encode(key).decode() for key_id, key in self.keys.items()}
        lookup_key = base64.b64encode(self.lookup_key).decode()
        text = json.dumps({"current": self.current, "keys": encoded, "lookup_key": lookup_key}, indent=1) + "\n"
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return draft

    @staticmethod
    def _opened(sealed: bytes) -> tuple[bytes, bytes]:
        """The header (format, length, key id) and what follows it."""
        end = 2 + sealed[1] if len(sealed) > 1 else 0
        if not end or len(sealed) < end:
            raise DecryptionFailed
        return sealed[:end], sealed[end:]

    @staticmethod
    def _associated_data(header: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        return _joined(header, table.encode("utf-8"), column.encode("utf-8"), tenant_id.bytes, row_id.bytes)


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    # Raised outside the handler: the inner exception may quote what it could not read.
    raise InvalidKeyring(f"{name} is not base64")


def _content(text: str) -> tuple[dict[str, bytes], str, bytes]:
    try:
        content = json.loads(text)
        texts = dict(content["keys"])
        current, lookup_text = str(content["current"]), str(content["lookup_key"])
    except (KeyError, TypeError, ValueError):
        pass
    else:
        keys = {str(key_id): _decoded(str(value), "a key") for key_id, value in texts.items()}
        return keys, current, _decoded(lookup_text, "lookup_key")
    raise InvalidKeyring("the key file is not JSON with current, keys and lookup_key")


def _make_durable(folder: Path) -> None:
    """Put the folder's entry on disk too: a key file lost in a power cut loses all that it sealed."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
