"""The day of a plan's next evaluation: a dated setting of the platform, or three months by default."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from clais.database import ScopedSession
from clais.dates import months_after, weekday_on_or_before
from clais.registry.models import Tenant

SETTING = "plan_review_months"
DEFAULT_MONTHS = 3


def review_day(session: ScopedSession, day: date) -> date:
    """The last day to evaluate a plan that starts, or is evaluated, on `day`: a weekday, never later than the rule."""
    tenant = session.get(Tenant, session.scope.tenant_id)
    return weekday_on_or_before(months_after(day, review_months(tenant.settings if tenant else {}, day)))


def review_months(settings: Mapping[str, Any], day: date) -> int:
    """The months between evaluations on `day`, from `settings[SETTING]`: rows of {from: ISO date, months}."""
    rules = sorted(settings.get(SETTING, ()), key=lambda rule: str(rule["from"]))
    valid = [int(rule["months"]) for rule in rules if date.fromisoformat(rule["from"]) <= day]
    return valid[-1] if valid else DEFAULT_MONTHS
