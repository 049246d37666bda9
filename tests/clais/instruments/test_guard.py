"""Counts by choice among people who know each other: every row is counted out, by who knows the rule as well."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest

from clais.instruments.rules.guard import ENOUGH, cells_of_many, cells_of_parts, least_of
from clais.small_cells import LEAST, Cell, Kind, cell_of

SIZES = [(2, 24), (3, 24), (4, 18), (5, 14), (6, 11)]
"""How many choices there are, and up to how many answers are counted out."""
Row = tuple[int, ...]
Shown = Callable[[Sequence[int]], list[Cell]]


def rows(choices: int, answers: int) -> Iterator[Row]:
    """Every way to answer."""
    for most in product(range(answers + 1), repeat=choices - 1):
        if sum(most) <= answers:
            yield (*most, answers - sum(most))


def told(shown: Shown, every: Iterator[Row]) -> set[str]:
    """What is computed from what is shown: a hidden count, or a small number left of the whole."""
    alike: dict[tuple[Cell, ...], list[Row]] = defaultdict(list)
    for row in every:
        alike[tuple(shown(row))].append(row)
    found = set()
    for cells, candidates in alike.items():
        answers = sum(candidates[0])
        for at, cell in enumerate(cells):
            if cell.value is None and len({row[at] for row in candidates}) == 1:
                found.add("hidden")
            if cell.value and not LEAST <= cell.value <= answers - LEAST:
                found.add("small")
        if 0 < answers - sum(cell.value or 0 for cell in cells) < LEAST:
            found.add("rest")
    return found


@pytest.mark.parametrize(("choices", "most"), SIZES)
def test_no_hidden_count_and_no_small_rest_can_be_computed(choices: int, most: int) -> None:
    for answers in range(ENOUGH, most + 1):
        assert told(cells_of_parts, rows(choices, answers)) == set()


def test_bar_by_bar_the_rest_tells_the_one_that_is_hidden() -> None:
    def each_alone(row: Sequence[int]) -> list[Cell]:
        return [cell_of(count, sum(row)) for count in row]

    assert told(each_alone, rows(3, 12)) == {"hidden", "rest", "small"}


def test_of_one_hidden_the_smallest_shown_is_hidden_too() -> None:
    assert [cell.value for cell in cells_of_parts((6, 5, 1))] == [6, None, None]
    assert {cell.kind for cell in cells_of_parts((6, 5, 1))[1:]} == {Kind.HIDDEN}
    assert [cell.value for cell in cells_of_parts((7, 5, 0))] == [7, 5, 0]


def test_that_everybody_chose_the_same_looks_like_all_but_some() -> None:
    assert cells_of_parts((12, 0, 0)) == cells_of_parts((11, 1, 0)) == cells_of_parts((8, 2, 2))


@pytest.mark.parametrize("answers", range(ENOUGH, 15))
def test_of_many_choices_nothing_is_told_of_a_small_one_or_a_small_rest(answers: int) -> None:
    everything = [row for row in product(range(answers + 1), repeat=3) if sum(row) >= answers]
    alike: dict[tuple[Cell, ...], list[Row]] = defaultdict(list)
    for row in everything:
        alike[tuple(cells_of_many(row, answers))].append(row)
    for cells, candidates in alike.items():
        for at, cell in enumerate(cells):
            if cell.value is None:
                values = {row[at] for row in candidates}
                assert min(values) < LEAST < answers - LEAST < max(values) or len(values) >= LEAST
            else:
                assert LEAST <= cell.value <= answers - LEAST


def test_the_least_of_what_is_hidden_is_never_more_than_it_is() -> None:
    for row in rows(3, 13):
        cells = cells_of_parts(row)
        assert all(least_of(cell, 13) <= count for cell, count in zip(cells, row, strict=True))
