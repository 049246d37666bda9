from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Row, Select, bindparam, select
from sqlalchemy.orm import aliased

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, among, built_once
from clais.feature.handling import Anyone
from clais.instruments.rules.definition import InstrumentKind
from clais.permissions import PermissionTable
from clais.registry.models import Occupation
from tenants.orientation.models import (
    ActionPlan,
    Bilan,
    OrientationDecision,
    PlanEvaluation,
    PlanObjective,
    PlanStep,
    WishedOccupation,
)
from tenants.people.following import heard_of
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires.models import InstrumentFilling

REVIEW_NOTICE_DAYS = 14
# Row level security adds the tenant too. The condition lets a sharded database ask one shard only.


PlanContent = list[tuple[PlanObjective, list[PlanStep]]]
_DAY, _MOST = bindparam("day", type_=Date()), bindparam("most", type_=Integer())
_STEPS_OF_OBJECTIVE = (PlanStep.tenant_id == HERE) & (PlanStep.objective_id == PlanObjective.id)
_IN_ORDER = (PlanObjective.rank, PlanObjective.id, PlanStep.due_on.nulls_last(), PlanStep.id)
_LAST_OPEN = aliased(
    ActionPlan,
    select(ActionPlan)
    .where(
        ActionPlan.tenant_id == HERE,
        ActionPlan.person_id == bindparam("person_id"),
        ActionPlan.state == "open",
    )
    .order_by(ActionPlan.started_on.desc(), ActionPlan.id.desc())
    .limit(1)
    .subquery(),
)
# Built once for the file of a person: building a statement costs more than running it.
_OPEN_PLAN = (
    select(_LAST_OPEN, PlanObjective, PlanStep)
    .outerjoin(
        PlanObjective,
        (PlanObjective.tenant_id == HERE) & (PlanObjective.action_plan_id == _LAST_OPEN.id),
    )
    .outerjoin(PlanStep, _STEPS_OF_OBJECTIVE)
    .order_by(*_IN_ORDER)
)


def bilans(session: ScopedSession, person_id: UUID, limit: int = 20) -> list[Bilan]:
    """The bilans of a person, the newest first."""
    return list(
        session.scalars(
            select(Bilan)
            .where(Bilan.tenant_id == session.scope.tenant_id, Bilan.person_id == person_id)
            .order_by(Bilan.made_on.desc(), Bilan.id.desc())
            .limit(limit)
        )
    )


def latest_bilan(session: ScopedSession, person_id: UUID) -> Bilan | None:
    """The last bilan of a person."""
    return next(iter(bilans(session, person_id, 1)), None)


_UNDER_WAY = (
    InstrumentFilling.tenant_id == HERE,
    InstrumentFilling.state == "open",
    InstrumentFilling.kind == InstrumentKind.BILAN,
)


def draft_of(session: ScopedSession, person_id: UUID, *, held: bool = False) -> InstrumentFilling | None:
    """The bilan that is under way with a person; `held`: as it stands, for this transaction alone to change."""
    values = {"here": session.scope.tenant_id, "person": person_id}
    if held:
        return session.scalars(_held_draft(), values, execution_options={"populate_existing": True}).first()
    return session.scalars(_draft(), values).first()


@built_once
def _draft() -> Select[InstrumentFilling]:
    theirs = InstrumentFilling.person_id == bindparam("person")
    return select(InstrumentFilling).where(*_UNDER_WAY, theirs).order_by(InstrumentFilling.id.desc()).limit(1)


@built_once
def _held_draft() -> Select[InstrumentFilling]:
    return _draft().with_for_update()


def drafts_of_files(
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 50
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The bilans under way in the open files that the actor follows, the oldest first: what their rows show."""
    values = _values(session, actor, today(), limit)
    return session.execute(_drafts_followed(actor.permissions, table), values).all()


@built_once
def _drafts_followed(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    return (
        select(InstrumentFilling.id, InstrumentFilling.begun_on, InstrumentFilling.begun_by, *NAMED)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == InstrumentFilling.person_id))
        .where(*_UNDER_WAY, among(Person.stage, OPEN_STAGES), heard_of(Anyone(permissions), table))
        .order_by(InstrumentFilling.begun_on, InstrumentFilling.id)
        .limit(_MOST)
    )


_WISHED = (
    select(WishedOccupation)
    .where(WishedOccupation.tenant_id == HERE, WishedOccupation.person_id == bindparam("person"))
    .order_by(WishedOccupation.rank)
)


def wished_occupations(session: ScopedSession, person_id: UUID) -> list[WishedOccupation]:
    """The wished occupations of a person, in order of preference."""
    return list(session.scalars(_WISHED, {"here": session.scope.tenant_id, "person": person_id}))


def occupation_names(session: ScopedSession, codes: Iterable[str]) -> dict[str, str]:
    """ROME code → the name of the occupation, to show beside an appellation."""
    wanted = set(codes)
    if not wanted:
        return {}
    named = select(Occupation.code, Occupation.label).where(Occupation.code.in_(wanted), ~Occupation.is_appellation)
    return {row.code: row.label for row in session.execute(named)}


def decisions(session: ScopedSession, person_id: UUID, limit: int = 20) -> list[OrientationDecision]:
    """The orientations of a person, the present one first."""
    return list(
        session.scalars(
            select(OrientationDecision)
            .where(OrientationDecision.tenant_id == session.scope.tenant_id, OrientationDecision.person_id == person_id)
            .order_by(OrientationDecision.decided_on.desc(), OrientationDecision.id.desc())
            .limit(limit)
        )
    )


def latest_decision(session: ScopedSession, person_id: UUID) -> OrientationDecision | None:
    """The present orientation of a person."""
    return next(iter(decisions(session, person_id, 1)), None)


def plans(session: ScopedSession, person_id: UUID, limit: int = 20) -> list[ActionPlan]:
    """The action plans of a person, the newest first."""
    return list(
        session.scalars(
            select(ActionPlan)
            .where(ActionPlan.tenant_id == session.scope.tenant_id, ActionPlan.person_id == person_id)
            .order_by(ActionPlan.started_on.desc(), ActionPlan.id.desc())
            .limit(limit)
        )
    )


def open_plan(session: ScopedSession, person_id: UUID) -> tuple[ActionPlan, PlanContent] | None:
    """The open plan of a person with its content, in one statement; None when there is none."""
    rows = session.execute(_OPEN_PLAN, {"here": session.scope.tenant_id, "person_id": person_id}).all()
    return (rows[0][0], _content((objective, step) for _plan, objective, step in rows)) if rows else None


def current_plan(session: ScopedSession, person_id: UUID) -> ActionPlan | None:
    """The open plan of a person."""
    return session.scalars(
        select(ActionPlan)
        .where(
            ActionPlan.tenant_id == session.scope.tenant_id,
            ActionPlan.person_id == person_id,
            ActionPlan.state == "open",
        )
        .order_by(ActionPlan.started_on.desc(), ActionPlan.id.desc())
        .limit(1)
    ).first()


def plan_content(session: ScopedSession, plan: ActionPlan) -> PlanContent:
    """The objectives of a plan in order, each with its steps: those with a date first, by date."""
    rows = session.execute(
        select(PlanObjective, PlanStep)
        .outerjoin(PlanStep, _STEPS_OF_OBJECTIVE)
        .where(PlanObjective.tenant_id == HERE, PlanObjective.action_plan_id == plan.id)
        .order_by(*_IN_ORDER),
        {"here": session.scope.tenant_id},
    )
    return _content((objective, step) for objective, step in rows)


def _content(rows: Iterable[tuple[PlanObjective | None, PlanStep | None]]) -> PlanContent:
    content: dict[UUID, tuple[PlanObjective, list[PlanStep]]] = {}
    for objective, step in rows:
        if objective is not None:
            steps = content.setdefault(objective.id, (objective, []))[1]
            steps += [step] if step is not None else []
    return list(content.values())


def evaluations(session: ScopedSession, plan_ids: Sequence[UUID]) -> list[PlanEvaluation]:
    """The evaluations of some plans, the newest first."""
    if not plan_ids:
        return []
    return list(
        session.scalars(
            select(PlanEvaluation)
            .where(PlanEvaluation.tenant_id == session.scope.tenant_id, PlanEvaluation.action_plan_id.in_(plan_ids))
            .order_by(PlanEvaluation.evaluated_on.desc(), PlanEvaluation.id.desc())
        )
    )


def overdue_steps(
    session: ScopedSession, actor: Actor, table: PermissionTable, day: date, limit: int = 50
) -> list[Row[*tuple[Any, ...]]]:
    """The steps due before `day` and not done, in the open plans of the open files that the actor follows; the oldest
    first: id, text, due_on, and what `name_in_row` reads.
    """
    return list(session.execute(_overdue_steps(actor.permissions, table), _values(session, actor, day, limit)))


@built_once
def _overdue_steps(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    return (
        select(PlanStep.id, PlanStep.text, PlanStep.due_on, *NAMED)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == PlanStep.person_id))
        .join(PlanObjective, (PlanObjective.tenant_id == HERE) & (PlanObjective.id == PlanStep.objective_id))
        .join(ActionPlan, (ActionPlan.tenant_id == HERE) & (ActionPlan.id == PlanObjective.action_plan_id))
        .where(
            PlanStep.tenant_id == HERE,
            PlanStep.state == "to_do",
            PlanStep.due_on < _DAY,
            ActionPlan.state == "open",
            heard_of(Anyone(permissions), table),
            among(Person.stage, OPEN_STAGES),
        )
        .order_by(PlanStep.due_on, PlanStep.id)
        .limit(_MOST)
    )


def plans_to_review(
    session: ScopedSession,
    actor: Actor,
    table: PermissionTable,
    day: date,
    within_days: int = REVIEW_NOTICE_DAYS,
    limit: int = 50,
) -> list[Row[*tuple[Any, ...]]]:
    """The open plans of the open files that the actor follows, to be evaluated by `day` + `within_days`; the most
    urgent first: id, goal, review_on, and what `name_in_row` reads.
    """
    until = day + timedelta(days=within_days)
    return list(session.execute(_plans_to_review(actor.permissions, table), _values(session, actor, until, limit)))


@built_once
def _plans_to_review(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    return (
        select(ActionPlan.id, ActionPlan.goal, ActionPlan.review_on, *NAMED)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == ActionPlan.person_id))
        .where(
            ActionPlan.tenant_id == HERE,
            ActionPlan.state == "open",
            ActionPlan.review_on <= _DAY,
            heard_of(Anyone(permissions), table),
            among(Person.stage, OPEN_STAGES),
        )
        .order_by(ActionPlan.review_on, ActionPlan.id)
        .limit(_MOST)
    )


def _values(session: ScopedSession, actor: Actor, day: date, limit: int) -> dict[str, Any]:
    return {"here": session.scope.tenant_id, "member": actor.membership_id, "day": day, "most": limit}
