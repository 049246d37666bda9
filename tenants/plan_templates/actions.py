"""The templates of a platform: added, changed, taken away."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.audit.actions import record
from clais.database import ScopedSession, new_id
from clais.workflow import Refused
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.queries import MOST

FACTS = ("label", "goal", "dimension", "steps")


def add_template(session: ScopedSession, facts: Mapping[str, Any]) -> PlanTemplate:
    """Add a template. Raises Refused: `too_many` for more than MOST, `named_so` when another one has the name."""
    here = select(func.count()).where(PlanTemplate.tenant_id == session.scope.tenant_id)
    if (session.scalar(here) or 0) >= MOST:
        raise Refused("too_many")
    template = PlanTemplate(id=new_id())
    _write(session, template, facts)
    record(session, "plan_template.add", "plan_template", template.id)
    return template


def change_template(session: ScopedSession, template: PlanTemplate, facts: Mapping[str, Any]) -> None:
    """Correct a template. Raises Refused(`named_so`)."""
    _write(session, template, facts)
    record(session, "plan_template.change", "plan_template", template.id)


def _write(session: ScopedSession, template: PlanTemplate, facts: Mapping[str, Any]) -> None:
    try:
        with session.begin_nested():
            for name in FACTS:
                setattr(template, name, facts[name])
            session.add(template)
    except IntegrityError:
        raise Refused("named_so") from None


def remove_template(session: ScopedSession, template: PlanTemplate) -> None:
    """Take a template away. The plans that were begun with it stay as they are."""
    record(session, "plan_template.remove", "plan_template", template.id)
    session.delete(template)
    session.flush()
