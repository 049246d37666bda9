"""The words of a plan that may be sealed: its goal, its objectives."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, update

from clais.clock import now
from clais.database import ScopedSession
from tenants.orientation.models import ActionPlan, OrientationDecision, PlanObjective
from tenants.people.models import Person
from tenants.printing.actions import withhold_printouts
from tenants.sensitive.withholding import Said, Writer, is_withheld, neutral, write_text

GOAL, OBJECTIVE = "action_plan.goal", "plan_objective.text"
PRINTED = ("plan", "contract", "summary")
"""Kinds of printouts that say the words of a plan."""


def stands(subject: str, text: str, writer: Writer | None) -> str:
    """What the column of a new row says: its text, or a neutral word in place of one that is sealed."""
    return neutral(subject) if writer is not None and writer.why is not None else text


def reword(session: ScopedSession, plan: ActionPlan, said: Said, text: str, writer: Writer | None) -> bool:
    """Write the goal or an objective of a plan; whether it says something else now.

    Without a writer, what is sealed stays. Where words that stood in clear are sealed, so are the same ones in
    the other plans and the orientations of the person. Raises `NotOpen` for who may not read what is sealed.
    """
    row, column = said
    if writer is None:
        changed = not is_withheld(row, column) and getattr(row, column) != text
        if changed:
            setattr(row, column, text)
        return changed
    person = session.get_one(Person, (plan.tenant_id, plan.person_id))
    before = None if is_withheld(row, column) else getattr(row, column)
    changed = write_text(session, person, said, text, writer)
    if changed and writer.why is not None and before is not None:
        _seal_former(session, person, before, writer)
        plan.signed_withheld_at = now()
        withhold_printouts(session, person.id, PRINTED)
    return changed


def seal_new(session: ScopedSession, plan: ActionPlan, said: Said, text: str, writer: Writer | None) -> None:
    """Seal the text of a new row that says a neutral word in its place."""
    if writer is not None and writer.why is not None:
        write_text(session, session.get_one(Person, (plan.tenant_id, plan.person_id)), said, text, writer)


def _seal_former(session: ScopedSession, person: Person, text: str, writer: Writer) -> None:
    for row, column in _same_words(session, person, text):
        write_text(session, person, (row, column), text, writer)
        plan = row if column == "goal" else session.get_one(ActionPlan, (row.tenant_id, row.action_plan_id))
        plan.signed_withheld_at = now()
    # The words of an orientation are kept with the goal that came of them.
    session.execute(
        update(OrientationDecision)
        .where(
            OrientationDecision.tenant_id == person.tenant_id,
            OrientationDecision.person_id == person.id,
            OrientationDecision.goal == text,
        )
        .values(goal=neutral(GOAL))
    )


def _same_words(session: ScopedSession, person: Person, text: str) -> Iterator[tuple[Any, str]]:
    here = session.scope.tenant_id
    own = (ActionPlan.tenant_id == here, ActionPlan.person_id == person.id)
    for plan in session.scalars(select(ActionPlan).where(*own, ActionPlan.goal == text)).all():
        yield plan, "goal"
    objectives = (
        select(PlanObjective)
        .join(ActionPlan, (ActionPlan.tenant_id == here) & (ActionPlan.id == PlanObjective.action_plan_id))
        .where(*own, PlanObjective.tenant_id == here, PlanObjective.text == text)
    )
    for objective in session.scalars(objectives).all():
        yield objective, "text"
