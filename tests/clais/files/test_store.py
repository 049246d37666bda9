"""Contents on this machine: whole or absent, closed to others, said when there is no room."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from clais.files.store import FileStore, LocalFiles, StoreFault, StoreFull
from tests.support.documents import room_for

TENANT, OTHER = uuid4(), uuid4()


@pytest.fixture
def store(tmp_path: Path) -> LocalFiles:
    return LocalFiles(tmp_path / "files")


def everything(store: LocalFiles) -> Iterator[Path]:
    return (path for path in store.directory.rglob("*") if path.is_file())


def keeps_what_it_is_given(store: FileStore) -> list[UUID]:
    """What every store does; the keys that it has once everything was deleted."""
    key = uuid4()
    store.put(TENANT, key, b"abc" * 1000)
    assert store.get(TENANT, key) == b"abc" * 1000
    assert [found.key for found in store.stored(TENANT)] == [key]
    assert list(store.stored(OTHER)) == []
    with pytest.raises(LookupError):
        store.get(OTHER, key)
    store.delete(TENANT, key)
    store.delete(TENANT, key)
    with pytest.raises(LookupError):
        store.get(TENANT, key)
    return [found.key for found in store.stored(TENANT)]


def test_a_content_is_kept_under_its_tenant_and_its_key(store: LocalFiles) -> None:
    assert keeps_what_it_is_given(store) == []


def test_nobody_else_on_the_machine_reads_it(store: LocalFiles) -> None:
    store.put(TENANT, uuid4(), b"x")
    (file,) = everything(store)
    assert file.stat().st_mode & 0o777 == 0o600
    for folder in (file.parent, file.parent.parent, store.directory):
        assert folder.stat().st_mode & 0o077 == 0


FULL_AT = {
    "the first byte": ("open", 0),
    "the sync": ("fsync", 0),
    "the name": ("replace", 0),
    "its folder": ("fsync", 1),
}
"""Where a disk may turn out to be full: the call of the system, and after how many that succeed."""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("where", FULL_AT)
def test_a_full_disk_is_said_and_leaves_nothing_behind(
    store: LocalFiles, monkeypatch: pytest.MonkeyPatch, code: int, where: str
) -> None:
    call, good = FULL_AT[where]
    calls: list[object] = []
    real = getattr(os, call)

    def full(*arguments: Any, **options: Any) -> object:
        calls.append(arguments)
        if len(calls) > good:
            raise OSError(code, "no room")
        return real(*arguments, **options)

    store.put(TENANT, UUID(int=1), b"x")
    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        with pytest.raises(StoreFull):
            store.put(TENANT, UUID(int=257), b"y")
    assert len(list(everything(store))) == 1
    store.put(TENANT, UUID(int=257), b"there is room again")


def test_a_disk_that_is_full_in_the_middle_of_a_content_leaves_no_half(store: LocalFiles) -> None:
    with room_for(100_000), pytest.raises(StoreFull):
        store.put(TENANT, UUID(int=1), b"x" * 1_000_000)
    assert list(everything(store)) == []
    store.put(TENANT, UUID(int=1), b"x" * 1_000_000)


def test_another_fault_of_the_disk_is_no_full_disk(store: LocalFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", broken)
        with pytest.raises(StoreFault) as fault:
            store.put(TENANT, UUID(int=1), b"x")
    assert not isinstance(fault.value, StoreFull)


def test_what_was_cut_off_while_it_was_written_is_no_content_and_is_found(
    store: LocalFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid4()
    store.put(TENANT, uuid4(), b"x")

    class Killed(BaseException):
        pass

    def die(*_arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", die)
        with pytest.raises(Killed):
            store.put(TENANT, key, b"half")
    with pytest.raises(LookupError):
        store.get(TENANT, key)
    assert key in {found.key for found in store.stored(TENANT)}
    store.delete(TENANT, key)
    assert key not in {found.key for found in store.stored(TENANT)}
