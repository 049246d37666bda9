"""The figures of the rules on contracts: dated settings of the platform, or what the law says today [check]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clais.clock import today
from clais.database import ScopedSession
from clais.dates import working_days_after
from clais.registry.dated_settings import figure_on, settings_here

SETTING = "contracts"
"""Rows of {from: ISO date, and some of the names below: number}."""
THINKING, A_YEAR, IN_PERSON = "thinking_working_days", "evaluations_a_year", "in_person_a_year"
NOTICE, DELAY, COUNTS_FROM = "notice_days", "months_to_contract", "share_counts_from_year"
DEFAULTS = {THINKING: 5, A_YEAR: 3, IN_PERSON: 2, NOTICE: 30, DELAY: 3, COUNTS_FROM: 2028}


@dataclass(frozen=True, slots=True)
class Figures:
    """What the rules say on a day."""

    thinking: int
    """Working days to think between issue and signature."""
    a_year: int
    in_person: int
    """Evaluations a year, and how many of them face to face."""
    notice: int
    """Days before its end from which a contract « ends soon »."""
    delay: int
    """Months from the integration income to a contract."""
    counts_from: int
    """The year from which the share of files with a contract decides on money."""

    def thought_until(self, issued_on: date) -> date:
        """The last day of the time to think."""
        return working_days_after(issued_on, self.thinking)

    def issued_long_ago(self, day: date) -> date:
        """The last day of issue whose time to think is over on `day`."""
        issued = day - timedelta(days=1)
        while self.thought_until(issued) >= day:
            issued -= timedelta(days=1)
        return issued

    def in_person_of(self, number: int) -> int:
        """How many of `number` evaluations are face to face at least."""
        return min(number, -(-number * self.in_person // self.a_year)) if self.a_year else 0


def figures_in(settings: Mapping[str, Any], day: date) -> Figures:
    """The figures that these settings of a tenant give on a day."""
    names = (THINKING, A_YEAR, IN_PERSON, NOTICE, DELAY, COUNTS_FROM)
    return Figures(*(figure_on(settings, SETTING, name, day, DEFAULTS[name]) for name in names))


def figures(session: ScopedSession, day: date | None = None) -> Figures:
    """The figures of the platform at work, today or on a day."""
    return figures_in(settings_here(session), day or today())
