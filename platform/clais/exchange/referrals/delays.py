"""Answer times that are promised in working days, as Belgium counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

import holidays

from clais.clock import BELGIUM, local

RECEIVE_WORKING_DAYS = 2
ANSWER_WORKING_DAYS = 10
LAPSE_WORKING_DAYS = 10
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Promise:
    """What a receiving tenant promises, in working days; after `lapse` more days without answer a referral lapses."""

    receive: int = RECEIVE_WORKING_DAYS
    answer: int = ANSWER_WORKING_DAYS
    lapse: int = LAPSE_WORKING_DAYS

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Promise":
        """The promise in a tenant's settings (`receive_working_days`, `answer_working_days`, `lapse_working_days`)."""
        return cls(
            receive=int(settings.get("receive_working_days", RECEIVE_WORKING_DAYS)),
            answer=int(settings.get("answer_working_days", ANSWER_WORKING_DAYS)),
            lapse=int(settings.get("lapse_working_days", LAPSE_WORKING_DAYS)),
        )


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=year))


def is_working_day(day: date) -> bool:
    """Whether offices work: neither a week-end nor a Belgian legal holiday."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; with 0, `day` itself."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def promised_on(referral: Any) -> date | None:
    """The day of the promise that runs now: of the receipt until it is acknowledged, then of the answer."""
    due: date | None = referral.receive_due_on if referral.state == "requested" else referral.answer_due_on
    return due


def end_of(day: date) -> datetime:
    """The moment when a day is over in Belgium: a consent lasts through its last day."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BELGIUM)


def last_day_of(end: datetime) -> date:
    """The last whole day before a moment such as `end_of` gives: the day that was agreed."""
    return local(end - timedelta(seconds=1)).date()
