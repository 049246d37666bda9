"""What the network hides cannot be computed from what it shows: every world that looks the same is counted out."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.small_cells import LEAST, Cell, Kind, cell_of
from support_center.network.rules.periods import Period, drawn_with, months_drawn, period_of, periods_until
from support_center.network.rules.small_cells import cells_of, rest_of, tells_months, total_of

CHAIN: Mapping[str, str | None] = {"sent": None, "arrived": "sent", "started": "arrived", "finished": "started"}
TREE: Mapping[str, str | None] = {"sent": None, "answered": "sent", "timed": "answered", "accepted": "answered"}
PAIR: Mapping[str, str | None] = {"sent": None, "arrived": "sent"}
MOST = 16
Counts = dict[str, int]


def worlds(wholes: Mapping[str, str | None], most: int) -> Iterator[Counts]:
    """Every row of counts in which no part is larger than its whole."""
    names = list(wholes)

    def with_next(known: Counts) -> Iterator[Counts]:
        if len(known) == len(names):
            yield known
            return
        name = names[len(known)]
        whole = wholes[name]
        for count in range((most if whole is None else known[whole]) + 1):
            yield from with_next({**known, name: count})

    return with_next({})


def possible(
    rows: Iterable[Counts], shown: Callable[[Counts], tuple[Hashable, Iterable[str]]]
) -> dict[tuple[Hashable, str], set[int]]:
    """What is shown and a count that it hides → the values that this count may have."""
    found: dict[tuple[Hashable, str], set[int]] = defaultdict(set)
    for row in rows:
        seen, hidden = shown(row)
        for name in hidden:
            found[seen, name].add(row[name])
    return found


def as_shown(wholes: Mapping[str, str | None]) -> Callable[[Counts], tuple[Hashable, Iterable[str]]]:
    def shown(row: Counts) -> tuple[Hashable, Iterable[str]]:
        cells = cells_of(row, wholes)
        return tuple(cells.items()), [name for name, cell in cells.items() if cell.value is None]

    return shown


@pytest.mark.parametrize("wholes", [CHAIN, TREE])
def test_whatever_a_row_hides_has_four_possible_values_at_least(wholes: Mapping[str, str | None]) -> None:
    found = possible(worlds(wholes, MOST), as_shown(wholes))
    assert len(found) > len(wholes)
    assert [key for key, values in found.items() if len(values) < LEAST - 1] == []


def test_showing_a_part_of_fewer_than_ten_would_tell_it() -> None:
    """The twin: without the rule for small wholes, « nearly all » of six is five."""

    def careless(row: Counts) -> tuple[Hashable, Iterable[str]]:
        whole, part = row["sent"], row["arrived"]
        kind = Kind.FEW if 0 < part < LEAST else Kind.NEARLY_ALL if 0 < whole - part < LEAST else Kind.EXACT
        hidden = kind is not Kind.EXACT
        return (whole, kind, None if hidden else part), ["arrived"] if hidden else []

    found = possible(worlds(PAIR, MOST), careless)
    assert {5} in found.values()


def test_no_number_that_is_shown_and_no_difference_within_a_row_is_one_to_four() -> None:
    for row in worlds(CHAIN, MOST):
        numbers = [cell.value for cell in cells_of(row, CHAIN).values() if cell.value is not None]
        differences = [larger - smaller for place, larger in enumerate(numbers) for smaller in numbers[place:]]
        assert not set(range(1, LEAST)) & {*numbers, *differences}, row


def basins(total: Callable[[list[dict[str, Cell]], list[int]], Hashable]) -> dict[tuple[Hashable, str], set[int]]:
    """Two platforms with what each sent and what arrived of it, and the total of what arrived."""
    pairs = list(worlds(PAIR, 9))
    rows = ({"one": one["arrived"], "other": other["arrived"], "sent": one["sent"], "more": other["sent"]}
            for one, other in product(pairs, repeat=2))  # fmt: skip

    def shown(row: Counts) -> tuple[Hashable, Iterable[str]]:
        cells = [
            cells_of({"sent": row[sent], "arrived": row[arrived]}, PAIR)
            for sent, arrived in (("sent", "one"), ("more", "other"))
        ]
        hidden = [name for name, seen in zip(("one", "other"), cells, strict=True) if seen["arrived"].value is None]
        return (*(tuple(seen.items()) for seen in cells), total(cells, [row["one"], row["other"]])), hidden

    return possible(rows, shown)


def test_the_total_of_a_column_tells_nothing_that_it_hides() -> None:
    found = basins(lambda cells, _counts: total_of("arrived", cells, PAIR))
    assert found
    assert all(len(values) >= LEAST - 1 for values in found.values())


def test_the_true_total_would_tell_what_one_platform_hides() -> None:
    assert any(len(values) == 1 for values in basins(lambda _cells, counts: sum(counts)).values())


def test_a_total_says_the_least_that_it_can_be() -> None:
    for row in worlds(CHAIN, MOST):
        cells = cells_of(row, CHAIN)
        for name in CHAIN:
            total = total_of(name, [cells], CHAIN)
            assert total.value <= row[name]
            assert not total.whole or total.value == row[name]


def drawn(*, told: bool) -> dict[tuple[Hashable, str], set[int]]:
    """A period of two months that are over and one that is not: what was sent and answered, which bars stand."""
    wholes = {"sent": None, "timed": "sent"}
    rows = (
        {"sent": sent, "timed": sum(months), "one": months[0], "two": months[0] + months[1]}
        for sent in range(19)
        for months in product(range(sent + 1), repeat=3)
        if sum(months) <= sent
    )

    def shown(row: Counts) -> tuple[Hashable, Iterable[str]]:
        cells = cells_of(row, wholes)
        may = not told or tells_months("timed", cells, wholes)
        bars = tuple(may and row[name] >= LEAST for name in ("one", "two"))
        return (*cells.items(), bars), ["timed"] if cells["timed"].value is None else []

    return possible(rows, shown)


def test_the_months_that_are_drawn_tell_nothing_of_what_is_hidden() -> None:
    found = drawn(told=True)
    assert found
    assert all(len(values) >= LEAST - 1 for values in found.values())


Bars = Callable[[Mapping[str, Cell], list[int]], Hashable]


def by_month(bars: Bars) -> dict[tuple[Hashable, str], set[int]]:
    """A period of three months that are over: what was sent and answered, what is drawn, and what each month hides."""
    wholes, names = {"sent": None, "timed": "sent"}, ("first", "second", "third")
    rows = (
        {"sent": sent, "timed": sum(months), **dict(zip(names, months, strict=True))}
        for sent in range(19)
        for months in product(range(sent + 1), repeat=3)
        if sum(months) <= sent
    )

    def shown(row: Counts) -> tuple[Hashable, Iterable[str]]:
        cells = cells_of({name: row[name] for name in wholes}, wholes)
        months = [row[name] for name in names]
        return (*cells.items(), bars(cells, months)), [name for name in names if 0 < row[name] < LEAST]

    return possible(rows, shown)


def drawn_bars(cells: Mapping[str, Cell], months: list[int]) -> Hashable:
    """Which of the points stand, each of its month and those before it, and of which lines between them are drawn."""
    may = tells_months("timed", cells, {"sent": None, "timed": "sent"})
    return tuple(may and sum(months[: place + 1]) >= LEAST for place in range(len(months)))


def test_no_difference_between_the_months_that_are_drawn_tells_a_month_of_fewer_than_five() -> None:
    found = by_month(drawn_bars)
    assert found
    assert all(len(values) >= LEAST - 1 for values in found.values())


def test_counts_by_month_would_tell_by_their_difference() -> None:
    """The twin: were a point to say how many answers it is drawn of, two of them would tell the month between."""

    def careless(_cells: Mapping[str, Cell], months: list[int]) -> Hashable:
        sums = [sum(months[: place + 1]) for place in range(len(months))]
        return tuple(number if number >= LEAST else None for number in sums)

    assert any(len(values) == 1 for values in by_month(careless).values())


def test_a_month_that_is_drawn_of_a_small_period_would_tell_it() -> None:
    assert any(len(values) == 1 for values in drawn(told=False).values())


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)), st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_periods_share_no_day_and_leave_none_out(one: date, other: date) -> None:
    first, second = period_of(one), period_of(other)
    assert first.first <= one <= first.last
    assert first == second or first.last < second.first or second.last < first.first
    assert period_of(first.last + timedelta(days=1)).first == first.last + timedelta(days=1)


def test_two_periods_that_overlap_would_tell_what_one_month_hides() -> None:
    """The twin: four months and five months of the same platform, both shown, and their difference is one to four."""
    found: dict[Any, set[int]] = defaultdict(set)
    for four, fifth in product(range(5, 12), range(1, LEAST)):
        found[cell_of(four), cell_of(four + fifth)].add(fifth)
    assert any(len(values) == 1 for values in found.values())


def test_the_period_since_the_first_of_september_is_the_one_of_autumn() -> None:
    day = date(2026, 11, 29)
    assert periods_until(day)[0] == Period(date(2026, 9, 1), date(2026, 12, 31))
    assert [period.code for period in periods_until(day, 4)] == ["2026-09", "2026-05", "2026-01", "2025-09"]


def test_the_month_that_is_not_over_is_not_drawn() -> None:
    months = months_drawn(period_of(date(2026, 11, 29)), date(2026, 11, 29))
    assert (months[0], months[-1]) == (date(2026, 1, 1), date(2026, 10, 1))
    assert months_drawn(period_of(date(2026, 11, 30)), date(2026, 12, 1))[-1] == date(2026, 11, 1)


@given(st.integers(0, 60), st.integers(0, 60))
def test_what_is_missing_from_a_whole_is_said_as_the_part_allows(one: int, other: int) -> None:
    part, whole = sorted((one, other))
    if cell_of(whole).value is None:
        return
    rest = rest_of(cell_of(part, whole), whole)
    assert rest.value in {None, whole - part}
    if rest.kind is Kind.FEW:
        assert 0 < whole - part < LEAST


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)))
def test_what_is_drawn_together_is_of_one_period(day: date) -> None:
    month = day.replace(day=1)
    assert drawn_with(month) <= month
    assert period_of(drawn_with(month)) == period_of(month)
