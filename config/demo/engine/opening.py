"""When a basin of examples was opened: long before the day as of which its people are drawn."""

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, select

from clais.clock import local
from clais.database import Scope, unit_of_work
from clais.registry.models import SUPPORT_CENTRE, Tenant
from config.demo.engine.dice import at

_HISTORY = timedelta(days=790)
_OPENED_AT = 8


def opened_at(day: date) -> datetime:
    """When a basin was opened that is drawn as of `day`."""
    return at(day - _HISTORY, _OPENED_AT)


def day_begun(engine: Engine, slug: str) -> date | None:
    """The day as of which an earlier run drew the basin whose support centre has this slug, whole or interrupted."""
    with unit_of_work(engine, Scope()) as session:
        opened = session.scalar(select(Tenant.opened_at).where(Tenant.slug == slug, Tenant.kind == SUPPORT_CENTRE))
    return local(opened).date() + _HISTORY if opened else None
