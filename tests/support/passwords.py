"""Cheap password hashes for tests. They are put in place by hand: no setting of the application leads to them."""

import pytest
from argon2 import PasswordHasher

from clais.identity import passwords

REAL = passwords._hasher
"""What the application hashes with."""
OF_NOBODY = passwords._DUMMY_HASH
"""What it verifies when there is no account."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def use(patch: pytest.MonkeyPatch, hasher: PasswordHasher) -> None:
    """Hash with `hasher` for as long as `patch` lasts."""
    patch.setattr(passwords, "_hasher", hasher)
    patch.setattr(passwords, "_DUMMY_HASH", hasher.hash("no account has this password"))
