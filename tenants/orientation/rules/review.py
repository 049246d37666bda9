"""The day of a plan's next evaluation: a dated setting of the platform, or three months by default."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clais.database import ScopedSession
from clais.dates import months_after, working_day_on_or_before
from clais.registry.dated_settings import figure_on, settings_here

SETTING = "plan_review_months"
DEFAULT_MONTHS = 3


def review_day(session: ScopedSession, day: date) -> date:
    """The last working day to evaluate a plan that starts, or is evaluated, on `day`: never later than the rule."""
    return working_day_on_or_before(months_after(day, review_months(settings_here(session), day)))


def review_months(settings: Mapping[str, Any], day: date) -> int:
    """The months between evaluations on `day`, from `settings[SETTING]`: rows of {from: ISO date, months}."""
    return figure_on(settings, SETTING, "months", day, DEFAULT_MONTHS)
