"""Which counts of a platform are shown: none under five, and none that two shown ones would tell by a subtraction.

A row has counts that are parts of each other: of those sent, those that arrived, and so on. Each is shown, or not, from
the counts of its own row alone. So neither the total of a column, which adds up what is shown and nothing else, nor
another row or another period can tell what a row hides: periods share no referral (`periods`).

Within a row a count is compared with the nearest whole that is shown. A part of less than ten has a small side, it or
the rest, so there every part but none and all of it is hidden alike. In a whole of ten or more, one to four and all but
one to four say so. Whatever is hidden then has at least four possible values, whoever knows these rules.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from clais.small_cells import LEAST, Cell, Kind, cell_of


class Total(NamedTuple):
    """What a column adds up to at least; `whole` says that nothing is hidden, so that it is the number itself."""

    value: int
    whole: bool


def cells_of(counts: Mapping[str, int], wholes: Mapping[str, str | None]) -> dict[str, Cell]:
    """The counts of a row as they are shown. `wholes` names what each is a part of, wholes before their parts."""
    cells: dict[str, Cell] = {}
    for name in wholes:
        whole = nearest_shown(name, cells, wholes)
        cells[name] = cell_of(counts.get(name, 0), cells[whole].value if whole else None)
    return cells


def nearest_shown(name: str, cells: Mapping[str, Cell], wholes: Mapping[str, str | None]) -> str | None:
    """The nearest whole of a count that is shown exactly, by its name."""
    above = wholes[name]
    while above is not None and cells[above].value is None:
        above = wholes[above]
    return above


def rest_of(cell: Cell, whole: int) -> Cell:
    """What a part leaves of a whole that is shown, as far as the part tells it."""
    if cell.value is not None:
        return Cell(Kind.EXACT, whole - cell.value)
    opposite = {Kind.FEW: Kind.NEARLY_ALL, Kind.NEARLY_ALL: Kind.FEW}
    return Cell(opposite.get(cell.kind, Kind.HIDDEN))


def least_of(name: str, cells: Mapping[str, Cell], wholes: Mapping[str, str | None]) -> int:
    """The least that a count can be, for whoever sees the row."""
    cell = cells[name]
    if cell.value is not None:
        return cell.value
    whole = nearest_shown(name, cells, wholes)
    if cell.kind is Kind.NEARLY_ALL and whole is not None:
        return (cells[whole].value or 0) - LEAST + 1
    return 1


def tells_months(name: str, cells: Mapping[str, Cell], wholes: Mapping[str, str | None]) -> bool:
    """Whether parts of a period may be drawn of a count that is known to be ten at least.

    That a month has five answers tells that the period has as many: of a whole of six, that would tell the part.
    """
    return least_of(name, cells, wholes) >= 2 * LEAST


def total_of(name: str, rows: Iterable[Mapping[str, Cell]], wholes: Mapping[str, str | None]) -> Total:
    """The total of a column, made of what it shows and of the least that it hides: it tells nothing more."""
    known = list(rows)
    least = sum(least_of(name, cells, wholes) for cells in known)
    return Total(least, all(cells[name].value is not None for cells in known))
