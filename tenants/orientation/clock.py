"""The evaluation of the open plan, which a pause puts off."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import DueDay
from clais.translation import gettext as _
from tenants.orientation import queries
from tenants.orientation.actions import plans
from tenants.orientation.models import ActionPlan


def review_of_plan(session: ScopedSession, person_id: UUID) -> Iterator[DueDay]:
    """The day by which the open plan is to be evaluated."""
    plan = queries.current_plan(session, person_id)
    if plan is not None:
        yield DueDay(plan.id, _("Plan to evaluate"), plan.review_on)


def put_review_off(session: ScopedSession, _actor: Actor, key: UUID, day: date) -> date:
    """Let the plan be evaluated by another day."""
    plan = session.get_one(ActionPlan, (session.scope.tenant_id, key))
    plans.put_review_off(session, plan, day)
    return day
