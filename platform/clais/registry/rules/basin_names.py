"""Whether two names of a basin mean the same one: « Charleroi », « CHARLEROI » and « Bassin de Charleroi » do."""

from collections.abc import Iterable

from rapidfuzz import fuzz

from clais.text import fold

GENERIC = frozenset({"bassin", "basin", "de", "du", "d", "des", "la", "le", "les", "l"})
"""Words that do not tell one basin from another."""
CLOSE = 80
"""The likeness (0 to 100) from which a name is taken for a slip in the other: one letter in five or six."""


def basin_key(name: str) -> str:
    """The words by which a basin is told from the others; all of them when none is left."""
    words = fold(name).split()
    return " ".join(word for word in words if word not in GENERIC) or " ".join(words)


def same_basin(name: str, known: Iterable[str]) -> str | None:
    """The known name that means the same basin."""
    return next((other for other in known if basin_key(other) == basin_key(name)), None)


def close_basins(name: str, known: Iterable[str]) -> list[str]:
    """The known names that may mean the same basin: a slip, or a name with more words. The likeliest first."""
    wanted = basin_key(name)
    scored = [(_likeness(wanted, basin_key(other)), other) for other in known]
    return [other for likeness, other in sorted(scored, key=lambda pair: (-pair[0], pair[1])) if likeness >= CLOSE]


def _likeness(one: str, other: str) -> float:
    words, others = set(one.split()), set(other.split())
    return 100.0 if words <= others or others <= words else fuzz.ratio(one, other)
