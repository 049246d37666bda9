"""What else says a text of a plan that was sealed: it is erased with it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.sealing import seal, unseal
from tenants.orientation.models import ActionPlan, OrientationDecision, PlanObjective, PlanSignature
from tenants.printing.actions import erase_withheld

PLAN, PLAN_OF_THE_DAY, THREAD = "plan", ("contract", "summary"), "summary"
"""Kinds of printouts: what is of one plan; what says the plan of its day, whatever it is of; what tells the thread."""


def erase_of_decisions(session: ScopedSession, _keyring: Keyring, keys: Collection[UUID]) -> None:
    """Erase the summaries of the people for whom these orientations were decided."""
    found = select(OrientationDecision.person_id).where(
        OrientationDecision.tenant_id == session.scope.tenant_id, OrientationDecision.id.in_(keys)
    )
    for person_id in session.scalars(found):
        erase_withheld(session, (THREAD,), person_id=person_id)


def erase_of_objectives(session: ScopedSession, keyring: Keyring, keys: Collection[UUID]) -> None:
    """The same for the plans of some objectives."""
    found = select(PlanObjective.action_plan_id).where(
        PlanObjective.tenant_id == session.scope.tenant_id, PlanObjective.id.in_(keys)
    )
    erase_of_plans(session, keyring, session.scalars(found).all())


def erase_of_plans(session: ScopedSession, keyring: Keyring, keys: Collection[UUID]) -> None:
    """Erase what was printed of some plans, and of signatures the words, where they may say what was sealed since.

    Of a signature, the drawing and the hash of the text stay.
    """
    here = session.scope.tenant_id
    plans = session.scalars(select(ActionPlan).where(ActionPlan.tenant_id == here, ActionPlan.id.in_(keys))).all()
    for plan in plans:
        erase_withheld(session, (PLAN,), subject_id=plan.id)
        erase_withheld(session, PLAN_OF_THE_DAY, person_id=plan.person_id, since=plan.created_at)
    signed = (
        select(PlanSignature)
        .join(ActionPlan, (ActionPlan.tenant_id == here) & (ActionPlan.id == PlanSignature.action_plan_id))
        .where(PlanSignature.tenant_id == here, PlanSignature.action_plan_id.in_(keys))
        # What was signed afterwards says a neutral word in its place.
        .where(PlanSignature.created_at <= ActionPlan.signed_withheld_at)
    )
    for signature in session.scalars(signed):
        _erase_words(signature, keyring)


def _erase_words(signature: PlanSignature, keyring: Keyring) -> None:
    try:
        _text, drawing = unseal(keyring, signature)
    except DecryptionFailed:
        return  # Nobody reads it.
    table, here = signature.__tablename__, signature.tenant_id
    signature.sealed = seal(keyring, [None, drawing], table=table, tenant_id=here, row_id=signature.id)
