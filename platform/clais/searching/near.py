"""Names that are nearly what someone typed: a letter too many, too few, wrong, or two that changed places."""

from rapidfuzz.distance import OSA

SHORTEST = 4
"""Of a shorter word with a slip, too little is left to tell names apart."""
_TWO_SLIPS_FROM = 9


def is_near(typed: str, name: str) -> bool:
    """Whether `typed` is the start of a folded name, but for one slip; for two in nine letters or more."""
    length = len(typed)
    if length < SHORTEST:
        return False
    slips = 2 if length >= _TWO_SLIPS_FROM else 1
    starts = {name[: length + change] for change in range(-slips, slips + 1)}
    return any(OSA.distance(typed, start, score_cutoff=slips) <= slips for start in starts)


def intact_stretch(typed: str) -> int:
    """How many letters stand unchanged at the start or at the end of a word with one slip: the least, and two at least.

    Two letters that changed places may stand in the middle; of four letters, that one slip is given up.
    """
    return max(2, (len(typed) - 1) // 2)
