"""Bilans, orientations, plans and their evaluations on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.dates import noon_of, noon_unless_written_on
from clais.feature.file import Entry
from clais.instruments.rules.definition import InstrumentKind
from clais.thread import Source
from clais.translation import gettext as _
from tenants.orientation.choices import DIRECTIONS, OUTCOMES
from tenants.orientation.models import ActionPlan, Bilan, OrientationDecision, PlanEvaluation
from tenants.questionnaires.models import InstrumentFilling

BILANS = Source(
    Bilan.person_id,
    {
        "id": Bilan.id,
        "person_id": Bilan.person_id,
        "made_on": Bilan.made_on,
        "made_by": Bilan.made_by,
        "distance": Bilan.distance,
        "summary": Bilan.summary,
        "created_at": Bilan.created_at,
    },
    order=(Bilan.made_on.desc(), Bilan.id.desc()),
)
DRAFTS = Source(
    InstrumentFilling.person_id,
    {
        "person_id": InstrumentFilling.person_id,
        "begun_on": InstrumentFilling.begun_on,
        "begun_by": InstrumentFilling.begun_by,
        "created_at": InstrumentFilling.created_at,
    },
    where=(InstrumentFilling.state == "open", InstrumentFilling.kind == InstrumentKind.BILAN),
    order=(InstrumentFilling.begun_on.desc(), InstrumentFilling.id.desc()),
)
"""The bilans that are under way: no bilan of the file yet."""
DECISIONS = Source(
    OrientationDecision.person_id,
    {
        "id": OrientationDecision.id,
        "bilan_id": OrientationDecision.bilan_id,
        "decided_on": OrientationDecision.decided_on,
        "decided_by": OrientationDecision.decided_by,
        "reasons": OrientationDecision.reasons,
        "direction": OrientationDecision.direction,
        "goal": OrientationDecision.goal,
        "created_at": OrientationDecision.created_at,
    },
    order=(OrientationDecision.decided_on.desc(), OrientationDecision.id.desc()),
    minimum=20,
)
PLANS = Source(
    ActionPlan.person_id,
    {
        "person_id": ActionPlan.person_id,
        "started_on": ActionPlan.started_on,
        "signed_on": ActionPlan.signed_on,
        "goal": ActionPlan.goal,
        "state": ActionPlan.state,
        "created_at": ActionPlan.created_at,
    },
    order=(ActionPlan.started_on.desc(), ActionPlan.id.desc()),
)
EVALUATIONS = Source(
    PlanEvaluation.person_id,
    {
        "evaluated_on": PlanEvaluation.evaluated_on,
        "outcome": PlanEvaluation.outcome,
        "comment": PlanEvaluation.comment,
        "created_at": PlanEvaluation.created_at,
    },
    order=(PlanEvaluation.evaluated_on.desc(), PlanEvaluation.id.desc()),
)


def bilan_entry(bilan: Any, _actor: Actor) -> Iterator[Entry]:
    """A bilan."""
    yield Entry(
        noon_unless_written_on(bilan.made_on, bilan.created_at),
        "bilan",
        _("Bilan"),
        bilan.summary or "",
        by=bilan.made_by,
        icon="bar-chart",
        url=url_for("orientation.bilan", person_id=bilan.person_id, bilan_id=bilan.id),
    )


def draft_entry(draft: Any, _actor: Actor) -> Iterator[Entry]:
    """A bilan that was begun."""
    yield Entry(
        draft.created_at,
        "bilan",
        _("Bilan begun"),
        by=draft.begun_by,
        icon="bar-chart",
        tag=_("under way"),
        tag_kind="wait",
        url=url_for("orientation.bilan_under_way", person_id=draft.person_id),
    )


def decision_entry(decision: Any, _actor: Actor) -> Iterator[Entry]:
    """An orientation that was decided."""
    direction = _(DIRECTIONS[decision.direction][0])
    yield Entry(
        noon_unless_written_on(decision.decided_on, decision.created_at),
        "orientation",
        _("Orientation: %(direction)s", direction=direction),
        decision.goal,
        by=decision.decided_by,
        icon="compass",
    )


def plan_entries(plan: Any, _actor: Actor) -> Iterator[Entry]:
    """The start of a plan, and its signature."""
    yield Entry(
        noon_unless_written_on(plan.started_on, plan.created_at),
        "plan",
        _("Action plan started"),
        plan.goal,
        icon="list-check",
        url=url_for("orientation.plan", person_id=plan.person_id) if plan.state == "open" else None,
    )
    if plan.signed_on and plan.signed_on <= today():
        yield Entry(noon_of(plan.signed_on), "plan", _("Action plan signed"), icon="list-check")


def evaluation_entry(evaluation: Any, _actor: Actor) -> Iterator[Entry]:
    """The evaluation of a plan."""
    yield Entry(
        noon_unless_written_on(evaluation.evaluated_on, evaluation.created_at),
        "evaluation",
        _("Plan evaluated: %(outcome)s", outcome=_(OUTCOMES[evaluation.outcome][0])),
        evaluation.comment or "",
        icon="check2-circle",
    )
