"""The conflicts when a colleague changed the plan or the step before a form was saved."""

from flask import abort, url_for

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import Change, StaleEdit, StateConflict
from clais.web.formatting import exact_day
from clais.workflow import last_change
from tenants.orientation import queries
from tenants.orientation.choices import DIRECTIONS, OUTCOMES, WHO
from tenants.orientation.models import ActionPlan, PlanEvaluation, PlanObjective, PlanStep
from tenants.orientation.workflow import PLAN, STEP
from tenants.people.models import Person
from tenants.people.urls import file_url


def open_plan_or_conflict(person: Person, form: Form) -> ActionPlan:
    """The open plan of a person. Raises StateConflict, with what was typed, when it was closed."""
    plan = queries.current_plan(database(), person.id)
    if plan is None:
        raise plan_conflict(person, form)
    return plan


def plan_conflict(person: Person, form: Form) -> StateConflict:
    """What was typed, and the present plan: its goal, its signature, its last evaluation."""
    session = database()
    plan = queries.current_plan(session, person.id) or next(iter(queries.plans(session, person.id, 1)), None)
    if plan is None:
        abort(404)
    evaluation = next(iter(queries.evaluations(session, [plan.id])), None)
    current = [
        (_("Action plan"), _(PLAN.states[plan.state])),
        (_("Goal"), plan.goal),
        (_("To be evaluated by"), exact_day(plan.review_on)),
        (_("Signed on"), exact_day(plan.signed_on) if plan.signed_on else _("not signed yet")),
    ]
    if evaluation is not None:
        current.append((_("Last evaluation"), _evaluation_in_words(evaluation)))
    closed = state_changed_by(last_change(session, plan.id)) if plan.state == "closed" else None
    return state_conflict(form, current, file_url(person.id, "plan"), closed or plan_saved_by(plan))


def decision_conflict(person: Person, form: Form) -> StateConflict:
    """What was typed, and the orientation that a colleague decided on meanwhile."""
    decision = queries.latest_decision(database(), person.id)
    if decision is None:
        abort(404)
    current = [
        (_("Orientation"), _(DIRECTIONS[decision.direction][0])),
        (_("Goal"), decision.goal),
        (_("Why this orientation?"), decision.reasons),
    ]
    here = url_for("orientation.decide", person_id=person.id)
    return state_conflict(form, current, here, saved_by(decision.created_at, decision.id))


def _evaluation_in_words(evaluation: PlanEvaluation) -> str:
    outcome = _(OUTCOMES[evaluation.outcome][0])
    head = f"{exact_day(evaluation.evaluated_on)} · {outcome} · {evaluation.evaluated_by}"
    return "\n".join(filter(None, (head, evaluation.comment)))


def plan_saved_by(plan: ActionPlan) -> Change | None:
    """The last change of a plan or of its objectives."""
    objectives = [objective.id for objective, _steps in queries.plan_content(database(), plan)]
    return saved_by(plan.updated_at, plan.id, *objectives)


def step_values(step: PlanStep) -> dict[str, object]:
    """The values of the form of a step."""
    return {"text": step.text, "who": step.who, "due_on": step.due_on}


def step_conflict(step: PlanStep, form: Form, reload_url: str) -> StaleEdit:
    """Both versions of a step; its present state, when it is no longer to be done."""
    if step.state == "to_do":
        return stale_edit(form, step_values(step), reload_url, saved_by(step.updated_at, step.id))
    current = [
        (_("Step"), step.text),
        (_("Who does it?"), _(WHO[step.who])),
        (_("By when?"), exact_day(step.due_on) if step.due_on else ""),
        (_("State"), _(STEP.states[step.state])),
    ]
    return state_conflict(form, current, reload_url, state_changed_by(last_change(database(), step.id)))


def objective_conflict(objective: PlanObjective, plan: ActionPlan, form: Form, reload_url: str) -> StaleEdit:
    """Both versions of an objective."""
    return stale_edit(form, {"text": objective.text}, reload_url, saved_by(plan.updated_at, objective.id))
