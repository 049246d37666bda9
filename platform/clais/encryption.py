"""Encryption of single fields: a value from a stolen dump, a log or another row cannot be decrypted."""

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
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT = 1
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_GROUP_OR_OTHER_ACCESS = stat.S_IRWXG | stat.S_IRWXO


class DecryptionFailed(Exception):  # noqa: N818 - named after the event.
    """The keyring did not encrypt these bytes for this place. The message holds no value."""

    def __init__(self) -> None:
        super().__init__("a protected field could not be read")


class InvalidKeyring(ValueError):  # noqa: N818 - named after the event.
    """The keys are missing, malformed or readable by others. Its message never shows a key."""


def _encode_utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass
    # Raised outside the handler, since the inner exception holds the text.
    raise ValueError("the text holds half a character")


def length_prefixed(*parts: bytes) -> bytes:
    """The parts, each prefixed with its length (4 bytes, big endian), so that ("ab", "c") and ("a", "bc") differ."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@dataclass(frozen=True)
class Keyring:
    """Keys by id: every key decrypts, `current` encrypts; `lookup_key` makes hashes for search by equality.

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
        """Encrypt a text for one place; the result differs each time.

        Raises ValueError for lone surrogates, which no database stores.
        """
        text = _encode_utf8(plaintext)
        return self.encrypt_bytes(text, table=table, column=column, tenant_id=tenant_id, row_id=row_id)

    def decrypt(self, sealed: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> str:
        """Decrypt a text of this place. Raises DecryptionFailed for other places, unknown keys and altered bytes."""
        content = self.decrypt_bytes(sealed, table=table, column=column, tenant_id=tenant_id, row_id=row_id)
        return content.decode("utf-8")

    def encrypt_bytes(self, content: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        """The same for bytes."""
        key_id = self.current.encode("ascii")
        header = bytes([_FORMAT, len(key_id)]) + key_id
        nonce = secrets.token_bytes(_NONCE_BYTES)
        associated_data = self._associated_data(header, table=table, column=column, tenant_id=tenant_id, row_id=row_id)
        return header + nonce + AESGCM(self.keys[self.current]).encrypt(nonce, content, associated_data)

    def decrypt_bytes(self, sealed: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        """The same for bytes."""
        header, body = self._split(sealed)
        key = self.keys.get(header[2:].decode("ascii", "replace"))
        if key is None or header[0] != _FORMAT or len(body) < _NONCE_BYTES + _TAG_BYTES:
            raise DecryptionFailed
        associated_data = self._associated_data(header, table=table, column=column, tenant_id=tenant_id, row_id=row_id)
        try:
            return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], associated_data)
        except InvalidTag:
            raise DecryptionFailed from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the current key encrypted these bytes; a rotation encrypts those of older keys again."""
        return self._split(sealed)[0][2:] == self.current.encode("ascii")

    def lookup_hash(self, value: str, *, tenant_id: UUID, purpose: str) -> bytes:
        """A 32-byte HMAC-SHA256 to search for an equal value without storing it; it differs by tenant and purpose.

        The caller normalises the value first (`clean_national_number`), otherwise equal numbers do not match.
        """
        message = length_prefixed(purpose.encode("utf-8"), tenant_id.bytes, _encode_utf8(value))
        return hmac.digest(self.lookup_key, message, hashlib.sha256)

    def derived_key(self, purpose: str, key_id: str) -> bytes | None:
        """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869); None when the keyring has no key of this id.

        It differs from the key it comes from, which only encrypts, and from those of other purposes.
        """
        key = self.keys.get(key_id)
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode("utf-8")).derive(key) if key else None

    def rotated(self) -> Self:
        """A keyring with a new current key; all former keys still decrypt."""
        number = len(self.keys) + 1
        while (key_id := f"k{number}") in self.keys:
            number += 1
        return type(self)({**self.keys, key_id: secrets.token_bytes(_KEY_BYTES)}, key_id, self.lookup_key)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Keys from `CLAIS_ENCRYPTION_KEYS` (`id:base64`, by spaces, the first is current) and `CLAIS_LOOKUP_KEY`.

        Raises InvalidKeyring, which names the invalid variable.
        """
        pairs = [entry.partition(":") for entry in environment.get("CLAIS_ENCRYPTION_KEYS", "").split()]
        if not pairs:
            raise InvalidKeyring("CLAIS_ENCRYPTION_KEYS is not set")
        keys = {key_id: _decode_base64(text, "CLAIS_ENCRYPTION_KEYS") for key_id, _colon, text in pairs}
        if len(keys) != len(pairs):
            raise InvalidKeyring("CLAIS_ENCRYPTION_KEYS names a key id twice")
        lookup_key = _decode_base64(environment.get("CLAIS_LOOKUP_KEY", ""), "CLAIS_LOOKUP_KEY")
        return cls(keys, pairs[0][0], lookup_key)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Keys from a file written by `generate` or `save`. Raises InvalidKeyring: invalid, or open to others."""
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _GROUP_OR_OTHER_ACCESS:
                raise InvalidKeyring("the key file is open to others than its owner: chmod 600")
            text = file.read()
        keys, current, lookup_key = _parse_key_file(text)
        return cls(keys, current, lookup_key)

    @classmethod
    def generate(cls, path: Path) -> Self:
        """Write a new keyring to a new file of mode 0600, complete or not at all.

        Raises FileExistsError instead of replacing keys, whose data would be lost.
        """
        # A random id, so that two keyrings can be merged.
        key_id = f"k{secrets.token_hex(4)}"
        keyring = cls({key_id: secrets.token_bytes(_KEY_BYTES)}, key_id, secrets.token_bytes(_KEY_BYTES))
        temporary = keyring._write_temporary(path)
        try:
            # A link fails when the file exists; a rename would replace it.
            os.link(temporary, path)
        finally:
            temporary.unlink()
        _sync_folder(path.parent)
        return keyring

    def save(self, path: Path) -> None:
        """Replace the file by this keyring (after `rotated`), mode 0600, atomically."""
        self._write_temporary(path).replace(path)
        _sync_folder(path.parent)

    def _write_temporary(self, path: Path) -> Path:
        """Write the keyring to a temporary file beside `path`, and sync it to disk."""
        encoded = {key_id: base64.b64encode(key).decode() for key_id, key in self.keys.items()}
        lookup_key = base64.b64encode(self.lookup_key).decode()
        text = json.dumps({"current": self.current, "keys": encoded, "lookup_key": lookup_key}, indent=1) + "\n"
        temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return temporary

    @staticmethod
    def _split(sealed: bytes) -> tuple[bytes, bytes]:
        """The header (format, length, key id) and what follows it."""
        end = 2 + sealed[1] if len(sealed) > 1 else 0
        if not end or len(sealed) < end:
            raise DecryptionFailed
        return sealed[:end], sealed[end:]

    @staticmethod
    def _associated_data(header: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        return length_prefixed(header, table.encode("utf-8"), column.encode("utf-8"), tenant_id.bytes, row_id.bytes)


def _decode_base64(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        pass
    # Raised outside the handler, since the inner exception may quote the key.
    raise InvalidKeyring(f"{name} is not base64")


def _parse_key_file(text: str) -> tuple[dict[str, bytes], str, bytes]:
    try:
        content = json.loads(text)
        texts = dict(content["keys"])
        current, lookup_text = str(content["current"]), str(content["lookup_key"])
    except (KeyError, TypeError, ValueError):
        pass
    else:
        keys = {str(key_id): _decode_base64(str(value), "a key") for key_id, value in texts.items()}
        return keys, current, _decode_base64(lookup_text, "lookup_key")
    raise InvalidKeyring("the key file is not JSON with current, keys and lookup_key")


def _sync_folder(folder: Path) -> None:
    """Sync the folder entry to disk: a key file that is lost in a power cut makes its data unreadable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
