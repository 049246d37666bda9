"""Of a person whose file is closed: the plan, its open steps, the bilan that is under way."""

from collections.abc import Iterator
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import KEEP, OpenItem
from clais.text import excerpt
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions import drafts, plans
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.questionnaires.models import InstrumentFilling

CHOICES = {"drop": N_("Drop"), "finish": N_("Done"), KEEP: N_("Leave it to do")}
PLAN_CHOICES = {"close": N_("Close the plan"), KEEP: N_("Leave the plan open")}
BILAN_CHOICES = {"drop": N_("Give the bilan up"), KEEP: N_("Leave the bilan under way")}
QUOTED = 120


def open_steps(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """The steps that are still to do."""
    plan = queries.current_plan(session, person_id)
    for _objective, steps in queries.plan_content(session, plan) if plan else ():
        for step in steps:
            if step.state == "to_do":
                due = _(", by %(day)s", day=exact_day(step.due_on)) if step.due_on else ""
                text = excerpt(step.text.rstrip("."), QUOTED)
                yield OpenItem(step.id, _("Step: %(text)s%(due)s", text=text, due=due))


def settle(session: ScopedSession, actor: Actor, key: UUID, choice: str, _reason: str) -> None:
    """Finish or drop a step. Raises Refused."""
    here = session.scope.tenant_id
    step = session.get(PlanStep, (here, key))
    objective = session.get(PlanObjective, (here, step.objective_id)) if step else None
    plan = session.get(ActionPlan, (here, objective.action_plan_id)) if objective else None
    if step is None or plan is None:
        raise Refused("wrong_state")
    plans.move_step(session, plan, step, choice, actor)


def plan_under_way(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """The open plan, with the day of its evaluation. It is settled after its steps: a closed one moves none."""
    plan = queries.current_plan(session, person_id)
    if plan is not None:
        goal, day = excerpt(plan.goal.rstrip("."), QUOTED), exact_day(plan.review_on)
        yield OpenItem(plan.id, _("Plan: %(goal)s, to be evaluated by %(day)s", goal=goal, day=day))


def settle_plan(session: ScopedSession, actor: Actor, key: UUID, _choice: str, _reason: str) -> None:
    """Close the plan. Raises Refused."""
    plan = session.get(ActionPlan, (session.scope.tenant_id, key))
    if plan is None:
        raise Refused("wrong_state")
    plans.close_with_file(session, plan, actor)


def bilan_under_way(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """The bilan that was begun and not finished."""
    draft = queries.draft_of(session, person_id)
    if draft is not None:
        yield OpenItem(draft.id, _("Bilan begun on %(day)s, not finished", day=exact_day(draft.begun_on)))


def settle_bilan(session: ScopedSession, actor: Actor, key: UUID, _choice: str, _reason: str) -> None:
    """Give it up: its answers are erased. Raises Refused."""
    draft = session.get(InstrumentFilling, (session.scope.tenant_id, key))
    if draft is None:
        raise Refused("closed")
    drafts.drop(session, actor, draft.person_id)
