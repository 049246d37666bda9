import base64
import os
import secrets
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.encryption import DecryptionFailed, InvalidKeyring, Keyring

SECRET = "85073003328"


class Place(NamedTuple):
    table: str
    column: str
    tenant_id: UUID
    row_id: UUID


HOME = Place("person", "national_number", uuid4(), uuid4())
ELSEWHERE = {
    "row": HOME._replace(row_id=uuid4()),
    "column": HOME._replace(column="note"),
    "tenant": HOME._replace(tenant_id=uuid4()),
    "table": HOME._replace(table="contact"),
    # The same characters, cut in another place.
    "boundary": HOME._replace(table="personn", column="ational_number"),
    # Tenant and row exchanged.
    "exchange": HOME._replace(tenant_id=HOME.row_id, row_id=HOME.tenant_id),
}


def a_keyring(kind: type[Keyring] = Keyring) -> Keyring:
    return kind({"k1": secrets.token_bytes(32)}, "k1", secrets.token_bytes(32))


def opens_elsewhere(keyring: Keyring, place: Place) -> bool:
    sealed = keyring.encrypt(SECRET, **HOME._asdict())
    try:
        return keyring.decrypt(sealed, **place._asdict()) == SECRET
    except DecryptionFailed:
        return False


def seals_alike(keyring: Keyring) -> bool:
    return len({keyring.encrypt(SECRET, **HOME._asdict()) for _ in range(50)}) < 50


def altered_positions_that_open(keyring: Keyring) -> list[int]:
    sealed = keyring.encrypt(SECRET, **HOME._asdict())
    opened = []
    for position in range(len(sealed)):
        for flip in (0x01, 0x80, 0xFF):
            altered = bytearray(sealed)
            altered[position] ^= flip
            try:
                keyring.decrypt(bytes(altered), **HOME._asdict())
            except DecryptionFailed:
                continue
            opened.append(position)
    return opened


class BoundToNothing(Keyring):
    """Planted fault: the associated data are the same everywhere."""

    @staticmethod
    def _associated_data(header: bytes, **_place: Any) -> bytes:
        return b"constant" + header[:0]


class BoundToAPlainText(Keyring):
    """Planted fault: the parts are put end to end, without their lengths."""

    @staticmethod
    def _associated_data(header: bytes, *, table: str, column: str, tenant_id: UUID, row_id: UUID) -> bytes:
        return header + f"{table}{column}{tenant_id}{row_id}".encode()


class WithoutChecking(Keyring):
    """Planted fault: the tag is never looked at (the key stream alone, as in CTR mode)."""

    def decrypt(self, sealed: bytes, **_place: Any) -> str:
        return sealed[2:].hex()


@pytest.fixture
def constant_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: every nonce is the same."""
    monkeypatch.setattr(secrets, "token_bytes", bytes)


@pytest.mark.parametrize("other", ELSEWHERE)
def test_a_field_moved_to_another_place_cannot_be_read(other: str) -> None:
    assert not opens_elsewhere(a_keyring(), ELSEWHERE[other])


@pytest.mark.parametrize("other", ELSEWHERE)
def test_planted_fault_a_field_bound_to_nothing_opens_anywhere(other: str) -> None:
    assert opens_elsewhere(a_keyring(BoundToNothing), ELSEWHERE[other])


def test_planted_fault_parts_without_lengths_are_told_from_the_boundary_only() -> None:
    keyring = a_keyring(BoundToAPlainText)
    assert [name for name, place in ELSEWHERE.items() if opens_elsewhere(keyring, place)] == ["boundary"]


def test_the_same_text_never_seals_alike() -> None:
    assert not seals_alike(a_keyring())


def test_planted_fault_a_constant_nonce_seals_alike(request: pytest.FixtureRequest) -> None:
    keyring = a_keyring()
    request.getfixturevalue("constant_nonce")
    assert seals_alike(keyring)


def test_no_altered_byte_goes_unnoticed() -> None:
    assert altered_positions_that_open(a_keyring()) == []


def test_planted_fault_without_checking_altered_bytes_go_unnoticed() -> None:
    assert altered_positions_that_open(a_keyring(WithoutChecking))


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    keyring = a_keyring()
    sealed = keyring.encrypt(text, **HOME._asdict())
    assert keyring.decrypt(sealed, **HOME._asdict()) == text


def test_half_a_character_is_refused_without_showing_the_text() -> None:
    keyring = a_keyring()
    with pytest.raises(ValueError, match="half a character") as refusal:
        keyring.encrypt(SECRET + "\ud800", **HOME._asdict())
    assert refusal.value.__context__ is None
    with pytest.raises(ValueError, match="half a character") as refusal:
        keyring.lookup_hash(SECRET + "\ud800", tenant_id=HOME.tenant_id, purpose="n")
    assert refusal.value.__context__ is None


@given(st.binary(max_size=80))
def test_any_other_bytes_are_refused_in_one_way(noise: bytes) -> None:
    with pytest.raises(DecryptionFailed):
        a_keyring().decrypt(noise, **HOME._asdict())


def test_a_truncated_field_cannot_be_read() -> None:
    keyring = a_keyring()
    sealed = keyring.encrypt(SECRET, **HOME._asdict())
    for length in range(len(sealed)):
        with pytest.raises(DecryptionFailed):
            keyring.decrypt(sealed[:length], **HOME._asdict())


def test_another_keyring_with_the_same_key_id_cannot_read() -> None:
    sealed = a_keyring().encrypt(SECRET, **HOME._asdict())
    with pytest.raises(DecryptionFailed) as failure:
        a_keyring().decrypt(sealed, **HOME._asdict())
    assert str(failure.value) == "a protected field could not be read"
    assert failure.value.__cause__ is None
    assert failure.value.__suppress_context__


def test_after_a_rotation_old_fields_are_read_and_new_ones_use_the_new_key() -> None:
    old = a_keyring()
    before = old.encrypt(SECRET, **HOME._asdict())
    new = old.rotated()
    after = new.encrypt(SECRET, **HOME._asdict())
    assert [new.decrypt(sealed, **HOME._asdict()) for sealed in (before, after)] == [SECRET, SECRET]
    assert [new.is_current(sealed) for sealed in (before, after)] == [False, True]
    assert new.lookup_hash("x", tenant_id=HOME.tenant_id, purpose="p") == old.lookup_hash(
        "x", tenant_id=HOME.tenant_id, purpose="p"
    )
    with pytest.raises(DecryptionFailed):
        old.decrypt(after, **HOME._asdict())


def test_a_key_taken_out_of_the_ring_no_longer_reads() -> None:
    old = a_keyring()
    sealed = old.encrypt(SECRET, **HOME._asdict())
    new = old.rotated()
    with pytest.raises(DecryptionFailed):
        Keyring({new.current: new.keys[new.current]}, new.current, new.lookup_key).decrypt(sealed, **HOME._asdict())


def hashes_apart(keyring: Keyring) -> bool:
    """Whether tenants, purposes, values and boundaries all make a difference."""
    here, there = uuid4(), uuid4()
    variants = [(SECRET, here, "n"), (SECRET, there, "n"), (SECRET, here, "m"), ("2", here, "1"), ("12", here, "")]
    hashes = {keyring.lookup_hash(value, tenant_id=tenant, purpose=purpose) for value, tenant, purpose in variants}
    return len(hashes) == len(variants) and {len(found) for found in hashes} == {32}


class SameForAll(Keyring):
    """Planted fault: the hash forgets whose value it is."""

    def lookup_hash(self, value: str, **_whose: Any) -> bytes:
        return super().lookup_hash(value, tenant_id=UUID(int=0), purpose="")


def test_a_number_is_found_again_in_its_tenant_and_unknown_in_another() -> None:
    keyring = a_keyring()
    first, second = (keyring.lookup_hash(SECRET, tenant_id=HOME.tenant_id, purpose="n") for _ in range(2))
    assert first == second
    assert hashes_apart(keyring)
    assert first != a_keyring().lookup_hash(SECRET, tenant_id=HOME.tenant_id, purpose="n")


def test_planted_fault_a_hash_without_its_tenant_is_noticed() -> None:
    assert not hashes_apart(a_keyring(SameForAll))


def test_a_keyring_never_shows_its_keys() -> None:
    keyring = a_keyring()
    assert repr(keyring) == "Keyring(current='k1')"


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Keyring({"a": bytes(32)}, "b", b"l" * 32), "current key"),
        (lambda: Keyring({}, "a", b"l" * 32), "current key"),
        (lambda: Keyring({"a": bytes(16)}, "a", b"l" * 32), "32 bytes"),
        (lambda: Keyring({"a": bytes(32)}, "a", b"short"), "32 bytes"),
        (lambda: Keyring({"a": bytes(32)}, "a", bytes(32)), "two are the same"),
        (lambda: Keyring({"é": bytes(32)}, "é", b"l" * 32), "key id"),
        (lambda: Keyring.from_environment({}), "CLAIS_ENCRYPTION_KEYS is not set"),
        (lambda: Keyring.from_environment({"CLAIS_ENCRYPTION_KEYS": "a:?!"}), "CLAIS_ENCRYPTION_KEYS is not base64"),
        (lambda: Keyring.from_environment({"CLAIS_ENCRYPTION_KEYS": "a: a:"}), "twice"),
        (
            lambda: Keyring.from_environment({"CLAIS_ENCRYPTION_KEYS": "a:", "CLAIS_LOOKUP_KEY": "é"}),
            "CLAIS_LOOKUP_KEY",
        ),
    ],
)
def test_a_bad_keyring_is_refused_with_what_to_mend(make: Callable[[], Keyring], says: str) -> None:
    with pytest.raises(InvalidKeyring, match=says) as refusal:
        make()
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)


def test_keys_come_from_the_environment() -> None:
    new, old, lookup = (base64.b64encode(letter * 32).decode() for letter in (b"n", b"o", b"l"))
    environment = {"CLAIS_ENCRYPTION_KEYS": f"new:{new} old:{old}", "CLAIS_LOOKUP_KEY": lookup}
    keyring = Keyring.from_environment(environment)
    assert (keyring.current, sorted(keyring.keys)) == ("new", ["new", "old"])


def test_a_generated_file_is_its_owners_alone_and_gives_the_same_keys_back(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    umask = os.umask(0)
    try:
        made = Keyring.generate(path)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Keyring.from_file(path) == made
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]


def test_keys_are_never_replaced_by_generated_ones(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    first = Keyring.generate(path)
    with pytest.raises(FileExistsError):
        Keyring.generate(path)
    assert Keyring.from_file(path) == first
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]


def test_of_many_processes_that_start_at_once_one_makes_the_keys(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"

    def start(_number: int) -> Keyring:
        try:
            return Keyring.generate(path)
        except FileExistsError:
            return Keyring.from_file(path)

    with ThreadPoolExecutor(8) as pool:
        keyrings = list(pool.map(start, range(32)))
    assert all(keyring == keyrings[0] for keyring in keyrings)


def test_a_rotated_keyring_is_saved_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    rotated = Keyring.generate(path).rotated()
    rotated.save(path)
    assert Keyring.from_file(path) == rotated
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    Keyring.generate(path)
    path.chmod(mode)
    with pytest.raises(InvalidKeyring, match="chmod 600"):
        Keyring.from_file(path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"current": "a", "keys": 3, "lookup_key": ""}', '{"current": "a", "keys": {"a": "?"}}']
)
def test_a_broken_key_file_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(InvalidKeyring) as refusal:
        Keyring.from_file(path)
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)
