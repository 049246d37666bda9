"""The figures of rules that change by law or agreement: a tenant's setting says since when each applies."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from clais.database import HERE, ScopedSession
from clais.registry.models import Tenant

_SETTINGS = select(Tenant.settings).where(Tenant.id == HERE)


def settings_here(session: ScopedSession) -> Mapping[str, Any]:
    """The settings of the tenant at work, read once."""
    values = {"here": session.scope.tenant_id}
    return session.read_once("settings of the tenant", lambda: session.scalar(_SETTINGS, values) or {})


def figure_on(settings: Mapping[str, Any], name: str, fact: str, day: date, default: int) -> int:
    """What `settings[name]` says of `fact` on `day`: rows of {from: ISO date, fact: number}; `default` before them."""
    rules = sorted((rule for rule in settings.get(name, ()) if fact in rule), key=lambda rule: str(rule["from"]))
    valid = [int(rule[fact]) for rule in rules if date.fromisoformat(rule["from"]) <= day]
    return valid[-1] if valid else default
