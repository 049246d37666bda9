"""How many months after an exit news are asked for: dated settings of the platform, or 3 and 6 [check]."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clais.database import ScopedSession
from clais.dates import months_after, working_day_on_or_before
from clais.registry.dated_settings import figure_on, settings_here

SETTING = "exit_checks"
"""Rows of {from: ISO date, first_months and second_months: number}."""
DEFAULTS = {"first_months": 3, "second_months": 6}


def months_of_checks(settings: Mapping[str, Any], day: date) -> list[int]:
    """The months after an exit of `day`, in order, each once."""
    return sorted({figure_on(settings, SETTING, name, day, default) for name, default in DEFAULTS.items()})


def days_of_checks(session: ScopedSession, left_on: date) -> dict[int, date]:
    """Months after an exit → the working day on which news are asked for."""
    return {
        months: working_day_on_or_before(months_after(left_on, months))
        for months in months_of_checks(settings_here(session), left_on)
    }
