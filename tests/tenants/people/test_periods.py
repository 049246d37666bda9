"""Whatever is done to a history, no two periods overlap and no day of it is left unsaid."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.people.rules.periods import (
    History,
    OutOfOrder,
    Overlap,
    Period,
    Value,
    begin,
    correct,
    insert,
    remove,
    spans,
    value_on,
)

FIRST = date(2020, 1, 1)
SEEN = [FIRST + timedelta(days=number) for number in range(-3, 45)]
days = st.integers(0, 40).map(lambda number: FIRST + timedelta(days=number))
beginnings = st.none() | days
known = st.sampled_from(("RI", "worker", "student"))
values = known | st.none()


@st.composite
def acts(draw: st.DrawFn) -> Callable[[History], History]:
    """Something that an agent does to a history."""
    kind = draw(st.sampled_from(("begin", "correct", "insert", "remove")))
    since, value, number = draw(beginnings), draw(values), draw(st.integers(0, 5))
    until, said = draw(days), draw(known)
    if kind == "begin":
        return lambda history: begin(history, since, value)
    if kind == "insert":
        return lambda history: insert(history, since, until, said)
    if kind == "correct":
        return lambda history: correct(history, number, since, value) if number < len(history) else history
    return lambda history: remove(history, number) if number < len(history) else history


@st.composite
def histories(draw: st.DrawFn) -> History:
    """What some acts, one after the other, make of an empty history."""
    history: History = ()
    for act in draw(st.lists(acts(), max_size=8)):
        history = done(act, history)
    return history


def done(act: Callable[[History], History], history: History) -> History:
    """The history after an act; as it was, when the act is refused."""
    try:
        return act(history)
    except (Overlap, OutOfOrder):
        return history


@given(histories())
def test_no_sequence_of_acts_makes_an_overlap_or_a_gap(history: History) -> None:
    found = spans(history)
    for before, after in pairwise(found):
        assert before.until is not None
        assert after.since == before.until + timedelta(days=1), "one period ends where the next one begins"
    assert all(one.since is None or one.until is None or one.since <= one.until for one in found)
    assert all(one.since is not None for one in found[1:]), "nobody knows the beginning of the first one alone"
    assert not found or found[-1].until is None
    assert not found or found[0].value is not None
    assert all(one.value != other.value for one, other in pairwise(history))


@given(histories(), beginnings, days, known)
def test_a_forgotten_period_changes_its_own_days_and_no_other(
    history: History, since: date | None, until: date, value: Value
) -> None:
    try:
        after = insert(history, since, until, value)
    except (Overlap, OutOfOrder):
        return
    for day in SEEN:
        own = (since is None or since <= day) and day <= until
        assert value_on(after, day) == (value if own else value_on(history, day))


@given(histories(), days, values)
def test_a_change_from_a_day_on_leaves_the_days_before_as_they_were(history: History, day: date, value: Value) -> None:
    if history and history[-1].since and day < history[-1].since and value != history[-1].value:
        with pytest.raises(Overlap):
            begin(history, day, value)
        return
    after = begin(history, day, value)
    if value == (history[-1].value if history else None):
        assert after == history
        return
    assert all(value_on(after, one) == value_on(history, one) for one in SEEN if one < day)
    assert all(value_on(after, one) == value for one in SEEN if one >= day)


@given(histories(), st.integers(0, 5))
def test_the_period_before_goes_on_in_the_place_of_one_that_is_taken_away(history: History, number: int) -> None:
    if number >= len(history):
        return
    gone, before = spans(history)[number], value_on(history[:number], date.max)
    after = remove(history, number)
    for day in SEEN:
        own = (gone.since is None or gone.since <= day) and (gone.until is None or day <= gone.until)
        assert value_on(after, day) == (before if own else value_on(history, day))


def test_a_refused_period_names_the_one_that_it_meets() -> None:
    history = (Period(FIRST, "without_income"), Period(FIRST + timedelta(days=30), "RI"))
    with pytest.raises(Overlap) as refused:
        insert(history, FIRST - timedelta(days=9), FIRST + timedelta(days=3), "student")
    assert refused.value.met == spans(history)[0]
    with pytest.raises(Overlap) as refused:
        correct(history, 1, FIRST, "RI")
    assert refused.value.met == spans(history)[0]
    with pytest.raises(OutOfOrder):
        insert(history, FIRST, FIRST - timedelta(days=9), "student")
