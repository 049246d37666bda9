"""What of counts by choice is shown among people who know each other: no number is computed from it that tells one."""

from collections.abc import Sequence

from clais.small_cells import LEAST, Cell, Kind

ENOUGH = 2 * LEAST
"""Answers from which counts by choice are shown: of fewer, a part or its rest is always small."""


def cells_of_parts(counts: Sequence[int]) -> list[Cell]:
    """The counts of choices of which each answer has one: they add up to the answers, and how many these are is shown.

    What is hidden has a sum of five at least, and is not one number repeated: so whichever of the choices has which of
    the hidden numbers stays open, also for who knows this rule. That everybody chose the same is hidden as well.
    """
    answers = sum(counts)
    if max(counts, default=0) > answers - LEAST:
        return [Cell(Kind.NEARLY_ALL if count > answers - LEAST else Kind.FEW) for count in counts]
    hidden = {count for count in counts if 0 < count < LEAST}
    shown = sorted({count for count in counts if count >= LEAST}, reverse=True)
    kind = Kind.FEW
    while hidden and shown and not _stays_open([count for count in counts if count in hidden]):
        # All that are the smallest go together: which of them was taken would tell.
        hidden.add(shown.pop())
        kind = Kind.HIDDEN
    if hidden and not shown:
        return [Cell(Kind.HIDDEN)] * len(counts)
    return [Cell(kind) if count in hidden else Cell(Kind.EXACT, count) for count in counts]


def _stays_open(hidden: Sequence[int]) -> bool:
    return sum(hidden) >= LEAST and len(set(hidden)) > 1


def cells_of_many(counts: Sequence[int], answers: int) -> list[Cell]:
    """The counts of choices of which an answer has any number: nothing is told of a small one, nor of a small rest.

    None is a small one too: where nobody chose all the others, everybody chose the last.
    """
    return [Cell(Kind.EXACT, count) if LEAST <= count <= answers - LEAST else Cell(Kind.HIDDEN) for count in counts]


def least_of(cell: Cell, answers: int) -> int:
    """The smallest number that a cell may stand for, of so many answers."""
    if cell.value is not None:
        return cell.value
    return answers - LEAST + 1 if cell.kind is Kind.NEARLY_ALL else 0
