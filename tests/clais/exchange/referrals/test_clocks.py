"""What is promised by when: never for a day without work, never later where it presses."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.dates import is_working_day, moment_of, working_days_after
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.workflow import URGENCIES

DAYS = st.dates(date(2026, 1, 1), date(2031, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(UTC))
FIGURES = st.integers(1, 12)
PROMISES = st.builds(
    Promise, receive=FIGURES, answer=FIGURES, soon_receive=FIGURES, soon_answer=FIGURES, urgent_receive=FIGURES,
    urgent_answer=FIGURES, first_news=FIGURES, news=st.integers(1, 90),
)  # fmt: skip


@given(PROMISES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_promise_falls_on_working_days_and_never_sooner_for_what_was_sent_later(
    promise: Promise, moment: datetime, later: timedelta
) -> None:
    for urgency in URGENCIES:
        due, next_due = promise.due(moment, urgency), promise.due(moment + later, urgency)
        assert all(map(is_working_day, due))
        assert due <= next_due
        assert due.answer_on <= next_due.answer_on
        assert due.receive_on <= due.answer_on


@given(PROMISES, MOMENTS)
def test_what_presses_more_is_never_promised_for_later(promise: Promise, moment: datetime) -> None:
    normal, soon, urgent = (promise.due(moment, urgency) for urgency in ("normal", "soon", "urgent"))
    assert urgent.answer_on <= soon.answer_on <= normal.answer_on
    assert urgent.receive_on <= soon.receive_on <= normal.receive_on


@given(PROMISES, DAYS, st.integers(0, 20), st.booleans())
def test_news_are_due_on_a_working_day_and_never_sooner_for_what_was_accepted_later(
    promise: Promise, day: date, later: int, is_first: bool
) -> None:
    due = promise.news_after(day, is_first=is_first)
    assert is_working_day(due)
    assert due >= day + timedelta(days=promise.first_news if is_first else promise.news)
    assert due <= promise.news_after(day + timedelta(days=later), is_first=is_first)


@pytest.mark.parametrize(
    ("sent", "first"),
    [
        ((date(2026, 12, 1), time(16, 0)), date(2026, 12, 1)),
        ((date(2026, 12, 1), time(16, 1)), date(2026, 12, 2)),
        ((date(2026, 12, 4), time(17, 0)), date(2026, 12, 7)),
        ((date(2026, 12, 5), time(9, 0)), date(2026, 12, 7)),
        ((date(2026, 12, 24), time(16, 30)), date(2026, 12, 28)),
    ],
)
def test_what_is_sent_late_or_on_a_day_without_work_counts_from_the_next_working_day(
    sent: tuple[date, time], first: date
) -> None:
    due = Promise().due(moment_of(*sent), "urgent")
    assert due == (working_days_after(first, 1), working_days_after(first, 2))


def test_one_sender_may_have_been_promised_something_else() -> None:
    sender = uuid4()
    settings = {"answer_working_days": 8, "cut_off": "15:30", "promises": {str(sender): {"answer_working_days": 4}}}
    assert (Promise.of(settings, sender).answer, Promise.of(settings, uuid4()).answer) == (4, 8)
    assert Promise.of(settings, sender).cut_off == time(15, 30)
