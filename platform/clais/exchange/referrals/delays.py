"""What a receiver promises: answer times in working days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

RECEIVE_WORKING_DAYS = 2
ANSWER_WORKING_DAYS = 10
LAPSE_WORKING_DAYS = 10
CLOSE_DAYS = 30
TRANSFER_DAYS = 14
"""So many days the file of somebody is offered to another platform; then the offer lapses."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a receiving tenant promises, in working days; after `lapse` more days without answer a referral lapses.

    What ended without anything having begun closes to the receiver after `close` calendar days.
    """

    receive: int = RECEIVE_WORKING_DAYS
    answer: int = ANSWER_WORKING_DAYS
    lapse: int = LAPSE_WORKING_DAYS
    close: int = CLOSE_DAYS

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Promise":
        """The promise in a tenant's settings: `receive_working_days`, `answer_working_days`, `lapse_working_days` and
        `close_days`.
        """
        return cls(
            receive=int(settings.get("receive_working_days", RECEIVE_WORKING_DAYS)),
            answer=int(settings.get("answer_working_days", ANSWER_WORKING_DAYS)),
            lapse=int(settings.get("lapse_working_days", LAPSE_WORKING_DAYS)),
            close=int(settings.get("close_days", CLOSE_DAYS)),
        )


def promised_on(referral: Any) -> date | None:
    """The day of the promise that runs now: of the receipt until it is acknowledged, then of the answer."""
    due: date | None = referral.receive_due_on if referral.state == "requested" else referral.answer_due_on
    return due
