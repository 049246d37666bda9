"""How many files are drawn, and which: by chance alone, in a way that can be done again from the record."""

from collections.abc import Sequence
from random import Random
from string import ascii_uppercase
from uuid import UUID

SHARE = 5
"""One file in so many is drawn at most: who reads a summary must not guess whose it is."""
LETTERS = ascii_uppercase


def how_many(wanted: int, eligible: int) -> int:
    """How many files are drawn of so many eligible ones."""
    return min(wanted, eligible // SHARE)


def drawn(eligible: Sequence[UUID], number: int, seed: str) -> list[UUID]:
    """So many of the eligible files; the same ones for the same seed, whatever the order that they come in."""
    # The seed is a secret's, and is on record: a draw that nobody could do again could not be looked into.
    return Random(seed).sample(sorted(eligible), number)  # noqa: S311
