"""Where the contents of documents lie: outside the database, encrypted, under the key of their row.

A row and its content are kept in this order: the content, synced to disk, then the row. So a row that is committed has
its content, and a transaction that is rolled back leaves at most a content without a row, which `clais.files.tidying`
finds.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PART = ".part"
"""The end of the name of a content that is being written."""


class StoreFault(Exception):  # noqa: N818 - named after the event.
    """The store took nothing, or gave nothing: it is full, or it does not answer."""


class StoreFull(StoreFault):
    """There is no room for another content."""


class Stored(NamedTuple):
    """A content that lies in the store, whole or not, and since when."""

    key: UUID
    since: datetime


class FileStore(Protocol):
    """Contents by tenant and key. A content is written once and never changed."""

    def put(self, tenant_id: UUID, key: UUID, content: bytes) -> None:
        """Keep a content; when it returns, the content outlives a power cut. Raises StoreFault."""

    def get(self, tenant_id: UUID, key: UUID) -> bytes:
        """A content. Raises LookupError when there is none, StoreFault when the store does not answer."""

    def delete(self, tenant_id: UUID, key: UUID) -> None:
        """Erase a content, if there is one. Raises StoreFault."""

    def stored(self, tenant_id: UUID) -> Iterator[Stored]:
        """All that lies there of a tenant. Raises StoreFault."""


@dataclass(frozen=True, slots=True)
class LocalFiles:
    """Contents as files below a directory of this machine, readable by their owner alone."""

    directory: Path

    def put(self, tenant_id: UUID, key: UUID, content: bytes) -> None:
        """Write beside its place, sync, rename: whoever reads finds the whole content, or none."""
        path = self._path(tenant_id, key)
        part = path.with_name(path.name + _PART)
        try:
            _make_folders(path.parent)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
            _sync(path.parent)
        except OSError as error:
            for left in (part, path):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            if error.errno in _FULL:
                raise StoreFull from error
            raise StoreFault from error

    def get(self, tenant_id: UUID, key: UUID) -> bytes:
        """Read a content."""
        try:
            return self._path(tenant_id, key).read_bytes()
        except FileNotFoundError:
            raise LookupError(str(key)) from None
        except OSError as error:
            raise StoreFault from error

    def delete(self, tenant_id: UUID, key: UUID) -> None:
        """Erase a content, and what was written of it beside its place."""
        path = self._path(tenant_id, key)
        try:
            path.unlink(missing_ok=True)
            path.with_name(path.name + _PART).unlink(missing_ok=True)
        except OSError as error:
            raise StoreFault from error

    def stored(self, tenant_id: UUID) -> Iterator[Stored]:
        """The files of a tenant, by the names that this store gives them."""
        for path in sorted((self.directory / tenant_id.hex).glob("??/*")):
            with suppress(FileNotFoundError, ValueError):
                since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield Stored(UUID(path.name.removesuffix(_PART)), since)

    def free_bytes(self) -> int:
        """What is left on the disk."""
        folder = self.directory
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free

    def _path(self, tenant_id: UUID, key: UUID) -> Path:
        # Spread by the end of the key: keys begin with the time, so their beginnings are alike.
        return self.directory / tenant_id.hex / key.hex[-2:] / key.hex


def _make_folders(folder: Path) -> None:
    """Create a folder and those above it, each synced into the one above."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
