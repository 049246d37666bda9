"""What a receiver promises: receipt and answer in working days, by urgency, and then news."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from clais.clock import now, today
from clais.dates import working_days_after

RECEIVE_WORKING_DAYS = 2
ANSWER_WORKING_DAYS = 10
LAPSE_WORKING_DAYS = 10
CLOSE_DAYS = 30
TRANSFER_DAYS = 14
"""So many days the file of somebody is offered to another platform; then the offer lapses."""
ESCALATE_WORKING_DAYS = 3
CUT_OFF = time(16)
RUNNING = frozenset({"accepted", "in_progress"})
"""The states in which the sender waits for news: on hold, it waits for nothing."""
OF_ONE_SENDER = "promises"
"""The setting that maps the id of a sender's tenant to what was agreed with it alone."""


class Due(NamedTuple):
    """By when a referral is to be acknowledged, and by when answered."""

    receive_on: date
    answer_on: date


@dataclass(frozen=True, slots=True)
class Promise:
    """What a receiving tenant promises, in working days; after `lapse` more days without answer a referral lapses,
    and after `escalate` days those above are told, on both sides.

    What ended without anything having begun closes to the receiver after `close` calendar days. Of what it accepted,
    the receiver gives news `first_news` calendar days later at the latest, and then every `news` days. What is sent
    after `cut_off`, on the Belgian clock, or on a day without work counts from the next working day.
    """

    receive: int = RECEIVE_WORKING_DAYS
    answer: int = ANSWER_WORKING_DAYS
    lapse: int = LAPSE_WORKING_DAYS
    close: int = CLOSE_DAYS
    escalate: int = ESCALATE_WORKING_DAYS
    soon_receive: int = 1
    soon_answer: int = 5
    urgent_receive: int = 1
    urgent_answer: int = 2
    first_news: int = 7
    news: int = 30
    cut_off: time = CUT_OFF

    @classmethod
    def of(cls, settings: Mapping[str, Any], sender: UUID | None = None) -> "Promise":
        """The promise in a tenant's settings, as it was agreed with `sender` where something was: `SETTINGS` names
        them, and `OF_ONE_SENDER` holds the same names for one sender.
        """
        agreed = {**settings, **settings.get(OF_ONE_SENDER, {}).get(str(sender), {})}
        figures = {field: int(agreed[name]) for field, name in SETTINGS.items() if name in agreed}
        return cls(**figures, cut_off=time.fromisoformat(str(agreed.get("cut_off", CUT_OFF.isoformat()))))

    def days(self, urgency: str) -> tuple[int, int]:
        """The working days of the receipt and of the answer; what is more urgent is never promised for later."""
        figures = [(self.receive, self.answer)]
        if urgency in {"soon", "urgent"}:
            figures.append((self.soon_receive, self.soon_answer))
        if urgency == "urgent":
            figures.append((self.urgent_receive, self.urgent_answer))
        answer = min(answer for _receive, answer in figures)
        return min(answer, *(receive for receive, _answer in figures)), answer

    def due(self, sent_at: datetime, urgency: str) -> Due:
        """The promised days of what is sent at a moment."""
        receive, answer = self.days(urgency)
        return Due(*(working_days_after(sent_at, count, cut_off=self.cut_off) for count in (receive, answer)))

    def news_after(self, day: date, *, is_first: bool = False) -> date:
        """The working day by which the receiver gives news, after it accepted (`is_first`) or gave some on `day`."""
        last = day + timedelta(days=self.first_news if is_first else self.news)
        return working_days_after(last - timedelta(days=1), 1)


SETTINGS = {
    "receive": "receive_working_days",
    "answer": "answer_working_days",
    "lapse": "lapse_working_days",
    "close": "close_days",
    "escalate": "escalate_working_days",
    "soon_receive": "soon_receive_working_days",
    "soon_answer": "soon_answer_working_days",
    "urgent_receive": "urgent_receive_working_days",
    "urgent_answer": "urgent_answer_working_days",
    "first_news": "first_news_days",
    "news": "news_days",
}
"""Figure of a promise → its setting."""


def promised_on(referral: Any) -> date | None:
    """The day of the promise that runs now: of the receipt until it is acknowledged, then of the answer."""
    due: date | None = referral.receive_due_on if referral.state == "requested" else referral.answer_due_on
    return due


def is_late(referral: Any) -> bool:
    """Whether the promised answer is late: what is missing is asked for before."""
    due: date | None = referral.answer_due_on
    return due is not None and due < today()


def days_without_news(referral: Any) -> int | None:
    """For how many days a receiver has given no news of what it accepted, once they are late; None before, or where
    nobody waits for any.
    """
    due: date | None = referral.news_due_on
    last: date | None = referral.last_news_on
    if referral.state not in RUNNING or due is None or last is None or due >= today():
        return None
    if referral.withdrawn_at is not None or referral.consent_until <= now():
        return None
    return (today() - last).days
