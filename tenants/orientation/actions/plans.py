"""The action plan: its objectives and steps, its signature and its evaluations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.instruments.rules.dimensions import SENSITIVE
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions.bilans import advance_to
from tenants.orientation.actions.wording import GOAL, OBJECTIVE, as_sealed_before, reword, seal_new, stands
from tenants.orientation.choices import CLOSING_OUTCOMES
from tenants.orientation.models import ActionPlan, PlanEvaluation, PlanObjective, PlanStep
from tenants.orientation.reviews import next_review_day
from tenants.orientation.workflow import PLAN, STEP
from tenants.people.actions import lock_open_file
from tenants.people.models import Person
from tenants.sensitive.actions import NotOpen
from tenants.sensitive.withholding import Writer, forget_text


@dataclass(frozen=True, slots=True)
class NewStep:
    """Who (person, agent or partner) does what by when."""

    text: str
    who: str = "person"
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewObjective:
    """An objective with its first steps; with a reason of its writer, its text is sealed."""

    text: str
    dimension: str | None = None
    steps: tuple[NewStep, ...] = ()
    writer: Writer | None = None


def start_plan(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    goal: str,
    objectives: Sequence[NewObjective] = (),
    started_on: date | None = None,
    review_on: date | None = None,
    instead_of: str | None = None,
    writer: Writer | None = None,
) -> ActionPlan:
    """Start a plan: the follow-up begins, and an open plan is closed as replaced.

    Without `review_on`, the platform's rule (three months) and the days of the referent give that of the evaluation.
    `instead_of` is the key (`key_of`) of the plan that the page showed: a plan that a colleague has started since is
    not closed unseen. With a reason of the `writer`, the goal is sealed; so are words that are sealed elsewhere in the
    file already.
    Raises Refused('closed_file' or 'other_plan').
    """
    lock_open_file(session, person)
    earlier = queries.current_plan(session, person.id)
    if instead_of is not None and instead_of != key_of(earlier):
        raise Refused("other_plan")
    if earlier is not None:
        PLAN.apply(session, earlier, "close", actor, reason="replaced")
    day = started_on or today()
    writer = as_sealed_before(session, person, goal, writer)
    plan = ActionPlan(
        person_id=person.id,
        goal=stands(GOAL, goal, writer),
        started_on=day,
        review_on=review_on or next_review_day(session, person, day),
    )
    session.add(plan)
    advance_to(session, person, "in_follow_up", actor)
    session.flush()
    seal_new(session, person, (plan, "goal"), goal, writer)
    for rank, objective in enumerate(objectives, start=1):
        _add_objective(session, plan, objective, rank)
    session.flush()
    record(session, "plan.create", "action_plan", plan.id, person_id=person.id, details={"objectives": len(objectives)})
    return plan


def key_of(plan: ActionPlan | None) -> str:
    """The key of the open plan of a person; "none" without one."""
    return str(plan.id) if plan else "none"


def _add_objective(session: ScopedSession, plan: ActionPlan, new: NewObjective, rank: int) -> PlanObjective:
    # Help with health or a conviction is sealed in the bilan: its dimension must not be stored here in clear.
    dimension = new.dimension if new.dimension not in SENSITIVE else None
    person = session.get_one(Person, (plan.tenant_id, plan.person_id))
    writer = as_sealed_before(session, person, new.text, new.writer)
    text = stands(OBJECTIVE, new.text, writer)
    objective = PlanObjective(action_plan_id=plan.id, rank=rank, text=text, dimension=dimension)
    session.add(objective)
    session.flush()
    seal_new(session, person, (objective, "text"), new.text, writer)
    session.add_all(
        PlanStep(objective_id=objective.id, person_id=plan.person_id, text=step.text, who=step.who, due_on=step.due_on)
        for step in new.steps
    )
    return objective


def change_plan(
    session: ScopedSession, plan: ActionPlan, *, review_on: date, goal: str | None = None, writer: Writer | None = None
) -> None:
    """Change the goal or the day to evaluate. Another goal, or one that is sealed, needs a new signature.

    Raises NotOpen for who may not read a sealed goal, and as `_lock_open`.
    """
    _lock_open(session, plan)
    if goal is not None and reword(session, plan, (plan, "goal"), goal, writer):
        plan.signed_on = plan.signed_manner = None
    plan.review_on = review_on
    session.flush()
    record(session, "plan.edit", "action_plan", plan.id, person_id=plan.person_id)


def sign_plan(session: ScopedSession, plan: ActionPlan, *, signed_on: date, manner: str) -> None:
    """Record that the candidate signed the present plan. Raises as `_lock_open`."""
    _lock_open(session, plan)
    plan.signed_on, plan.signed_manner, plan.signature_noted_at = signed_on, manner, now()
    plan.signed_hash = None
    session.flush()
    record(session, "plan.sign", "action_plan", plan.id, person_id=plan.person_id, details={"manner": manner})


def evaluate_plan(
    session: ScopedSession,
    plan: ActionPlan,
    actor: Actor,
    *,
    outcome: str,
    in_person: bool,
    comment: str | None = None,
    evaluated_on: date | None = None,
    next_review_on: date | None = None,
) -> PlanEvaluation:
    """Record an evaluation: the plan continues until the next one, or is closed. Raises as `_lock_open`."""
    _lock_open(session, plan)
    day = evaluated_on or today()
    closes = outcome in CLOSING_OUTCOMES
    following = None if closes else next_review_on or _next_review(session, plan, day)
    evaluation = PlanEvaluation(
        action_plan_id=plan.id,
        person_id=plan.person_id,
        evaluated_on=day,
        evaluated_by=actor.display_name,
        in_person=in_person,
        outcome=outcome,
        comment=comment,
        next_review_on=following,
    )
    session.add(evaluation)
    if following is not None:
        plan.review_on = following
        plan.updated_at = now()
    else:
        PLAN.apply(session, plan, "close", actor, reason=outcome)
    session.flush()
    record(session, "plan.evaluate", "action_plan", plan.id, person_id=plan.person_id, details={"outcome": outcome})
    return evaluation


def _next_review(session: ScopedSession, plan: ActionPlan, day: date) -> date:
    return next_review_day(session, session.get_one(Person, (plan.tenant_id, plan.person_id)), day)


def put_review_off(session: ScopedSession, plan: ActionPlan, review_on: date) -> None:
    """Put the evaluation of a plan on another day, because the clock of the person stands still. The file is locked."""
    plan.review_on = review_on
    session.flush()
    record(session, "plan.put_off", "action_plan", plan.id, person_id=plan.person_id)


def close_with_file(session: ScopedSession, plan: ActionPlan, actor: Actor) -> None:
    """Close a plan because the file is closed: nobody evaluates it any more. Raises as `_lock_open`."""
    _lock_open(session, plan)
    PLAN.apply(session, plan, "close", actor, reason="file_closed")
    session.flush()
    record(session, "plan.close", "action_plan", plan.id, person_id=plan.person_id)


def add_objective(session: ScopedSession, plan: ActionPlan, new: NewObjective) -> PlanObjective:
    """Add an objective at the end of the plan. Raises as `_lock_open`."""
    _lock_open(session, plan)
    ranks = [objective.rank for objective, _steps in queries.plan_content(session, plan)]
    objective = _add_objective(session, plan, new, max(ranks, default=0) + 1)
    _touch(session, plan)
    record(session, "objective.add", "plan_objective", objective.id, person_id=plan.person_id)
    return objective


def change_objective(
    session: ScopedSession, plan: ActionPlan, objective: PlanObjective, *, text: str, writer: Writer | None = None
) -> None:
    """Change the text of an objective. Raises NotOpen for who may not read a sealed one, and as `_lock_open`."""
    _lock_open(session, plan)
    was_sealed = objective.text_withheld_at is not None
    changed = reword(session, plan, (objective, "text"), text, writer)
    if changed and (was_sealed or objective.text_withheld_at is not None):
        # What is signed says a neutral word for any sealed text: the text alone does not tell that it is another one.
        plan.signed_on = plan.signed_manner = None
    _touch(session, plan)
    record(session, "objective.edit", "plan_objective", objective.id, person_id=plan.person_id)


def remove_objective(
    session: ScopedSession, plan: ActionPlan, objective: PlanObjective, writer: Writer | None = None
) -> None:
    """Remove an objective without steps from the plan, with what is sealed of it.

    Raises Refused('has_steps'), Refused('sealed') for who may not erase that, and as `_lock_open`.
    """
    _lock_open(session, plan)
    if any(steps for found, steps in queries.plan_content(session, plan) if found.id == objective.id):
        raise Refused("has_steps")
    if objective.text_withheld_at is not None:
        _erase_sealed(session, plan, objective, writer)
    session.delete(objective)
    _touch(session, plan)
    record(session, "objective.remove", "plan_objective", objective.id, person_id=plan.person_id)


def _erase_sealed(session: ScopedSession, plan: ActionPlan, objective: PlanObjective, writer: Writer | None) -> None:
    person = session.get_one(Person, (plan.tenant_id, plan.person_id))
    if writer is None:
        raise Refused("sealed")
    try:
        forget_text(session, writer.actor, person, (objective, "text"), writer.keyring)
    except NotOpen as error:
        raise Refused("sealed") from error


def add_step(session: ScopedSession, plan: ActionPlan, objective: PlanObjective, new: NewStep) -> PlanStep:
    """Add a step to an objective. Raises as `_lock_open`, and StaleDataError when the objective is gone."""
    _lock_open(session, plan)
    if not any(found.id == objective.id for found, _steps in queries.plan_content(session, plan)):
        raise StaleDataError
    step = PlanStep(objective_id=objective.id, person_id=plan.person_id, text=new.text, who=new.who, due_on=new.due_on)
    session.add(step)
    session.flush()
    record(session, "step.add", "plan_step", step.id, person_id=plan.person_id)
    return step


def change_step(session: ScopedSession, plan: ActionPlan, step: PlanStep, new: NewStep) -> None:
    """Change who does what by when. Raises as `_lock_open`."""
    _lock_open(session, plan)
    step.text, step.who, step.due_on = new.text, new.who, new.due_on
    session.flush()
    record(session, "step.edit", "plan_step", step.id, person_id=plan.person_id)


def move_step(session: ScopedSession, plan: ActionPlan, step: PlanStep, transition: str, actor: Actor) -> None:
    """Apply a transition to a step: finish, drop or take up.

    In a closed file too, a step that was left to do is finished or dropped. Raises Refused('wrong_state'), and as
    `_lock_open`.
    """
    _lock_open(session, plan, with_file=transition == "take_up")
    STEP.apply(session, step, transition, actor)
    step.done_on = today() if step.state == "done" else None
    session.flush()
    record(session, f"step.{transition}", "plan_step", step.id, person_id=plan.person_id)


def _lock_open(session: ScopedSession, plan: ActionPlan, *, with_file: bool = True) -> None:
    """Lock a plan until the end of the transaction, so that it is not closed while it is written to.

    The file is locked too, before it, as who starts another plan takes them in that order; not without `with_file`.
    Raises Refused('closed_plan'), and 'closed_file' where the file is locked.
    """
    if with_file:
        lock_open_file(session, session.get_one(Person, (plan.tenant_id, plan.person_id)))
    row = select(ActionPlan.state).where(ActionPlan.tenant_id == plan.tenant_id, ActionPlan.id == plan.id)
    if session.scalar(row.with_for_update(key_share=True)) != "open":
        raise Refused("closed_plan")


def _touch(session: ScopedSession, plan: ActionPlan) -> None:
    # A change of the objectives raises the version of the plan, whose page shows them.
    plan.updated_at = now()
    session.flush()
