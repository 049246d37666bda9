"""The words of a plan or of an orientation that may be sealed: goals, objectives."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from clais.clock import now
from clais.database import ScopedSession
from tenants.documents.actions.withholding import withhold_papers
from tenants.orientation.models import ActionPlan, OrientationDecision, PlanObjective
from tenants.people.models import Person
from tenants.printing.actions import withhold_printouts
from tenants.sensitive.queries import may_erase
from tenants.sensitive.withholding import (
    Said,
    Writer,
    facts_with,
    is_withheld,
    neutral,
    sealed_text,
    why_sealed,
    write_text,
)

DECIDED, GOAL, OBJECTIVE = "orientation_decision.goal", "action_plan.goal", "plan_objective.text"
SAID: Mapping[str, tuple[type[Any], str]] = {
    DECIDED: (OrientationDecision, "goal"),
    GOAL: (ActionPlan, "goal"),
    OBJECTIVE: (PlanObjective, "text"),
}
PRINTED = ("plan", "contract", "summary")
"""Kinds of printouts that say the words of a plan."""


def stands(subject: str, text: str, writer: Writer | None) -> str:
    """What the column of a new row says: its text, or a neutral word in place of one that is sealed."""
    return neutral(subject) if _seals(writer) else text


def as_sealed_before(session: ScopedSession, person: Person, text: str, writer: Writer | None) -> Writer | None:
    """Who writes a new text, with the reason for which the same words are sealed in this file already, if they are."""
    if writer is None or writer.why is not None:
        return writer
    return replace(writer, why=why_sealed(session, person, text, writer.keyring))


def reword(session: ScopedSession, plan: ActionPlan, said: Said, text: str, writer: Writer | None) -> bool:
    """Write the goal or an objective of a plan; whether it says something else now.

    Without a writer, what is sealed stays. Where words are sealed, or stood in clear and are sealed now, so are the
    same ones in the other plans and the orientations of the person; kept longer, or sealed no more, so are these.
    Raises `NotOpen` for who may not read what is sealed.
    """
    row, column = said
    if writer is None:
        changed = not is_withheld(row, column) and getattr(row, column) != text
        if changed:
            setattr(row, column, text)
        return changed
    person = session.get_one(Person, (plan.tenant_id, plan.person_id))
    before = None if is_withheld(row, column) else getattr(row, column)
    sealed = sealed_text(session, person, said, writer.keyring)
    if text not in (before, sealed):
        writer = as_sealed_before(session, person, text, writer) or writer
    changed = write_text(session, person, said, text, writer)
    if changed and writer.why is not None:
        if before is not None:
            _withhold(session, person, plan)
            _seal_former(session, person, before, writer)
        _seal_former(session, person, text, writer)
    elif sealed == text:
        _write_others(session, person, text, writer)
    return changed


def seal_new(session: ScopedSession, person: Person, said: Said, text: str, writer: Writer | None) -> None:
    """Seal the text of a new row that says a neutral word in its place, and the same words where they stand in clear:
    in the orientation that proposed them, in the plan that this one replaces.
    """
    if writer is not None and writer.why is not None:
        write_text(session, person, said, text, writer)
        _seal_former(session, person, text, writer)


def _seals(writer: Writer | None) -> bool:
    return writer is not None and writer.why is not None


def _seal_former(session: ScopedSession, person: Person, text: str, writer: Writer) -> None:
    for row, column, plan in list(_same_words(session, person, text)):
        write_text(session, person, (row, column), text, writer)
        _withhold(session, person, plan)


def _write_others(session: ScopedSession, person: Person, text: str, writer: Writer) -> None:
    """Let the same words be sealed for the same reason, or stand in clear, wherever they are sealed in the file: nobody
    could write so in a closed plan, or in an orientation.
    """
    for fact in facts_with(session, person, text, writer.keyring):
        if fact.subject is None or fact.subject not in SAID or not may_erase(person, fact, writer.actor):
            continue
        table, column = SAID[fact.subject]
        row = session.get(table, (session.scope.tenant_id, fact.subject_id))
        if row is not None:
            write_text(session, person, (row, column), text, writer)


def _withhold(session: ScopedSession, person: Person, plan: ActionPlan | None) -> None:
    """Let only who reads sensitive facts read what said a text in clear: what was signed, printed, scanned."""
    if plan is not None:
        plan.signed_withheld_at = now()
    withhold_printouts(session, person.id, PRINTED)
    withhold_papers(session, person.id)


def _same_words(session: ScopedSession, person: Person, text: str) -> Iterator[tuple[Any, str, ActionPlan | None]]:
    """The rows of a person that say the same in clear, with the plan that they are of."""
    here = session.scope.tenant_id
    decided = select(OrientationDecision).where(
        OrientationDecision.tenant_id == here,
        OrientationDecision.person_id == person.id,
        OrientationDecision.goal == text,
        OrientationDecision.goal_withheld_at.is_(None),
    )
    for decision in session.scalars(decided):
        yield decision, "goal", None
    own = (ActionPlan.tenant_id == here, ActionPlan.person_id == person.id)
    plans = select(ActionPlan).where(*own, ActionPlan.goal == text, ActionPlan.goal_withheld_at.is_(None))
    for plan in session.scalars(plans):
        yield plan, "goal", plan
    objectives = (
        select(PlanObjective, ActionPlan)
        .join(ActionPlan, (ActionPlan.tenant_id == here) & (ActionPlan.id == PlanObjective.action_plan_id))
        .where(*own, PlanObjective.tenant_id == here, PlanObjective.text == text)
        .where(PlanObjective.text_withheld_at.is_(None))
    )
    for objective, plan in session.execute(objectives):
        yield objective, "text", plan
