"""The signature of a plan: what was signed is fixed, with who signed how, and who was there."""

from datetime import date

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession, new_id
from clais.encryption import Keyring
from clais.sealing import seal
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions.plans import sign_plan
from tenants.orientation.models import ActionPlan, PlanSignature
from tenants.orientation.rules.signed_text import hash_of
from tenants.orientation.signed import signatures, text_to_sign

SCREEN = "screen"


def sign_on_screen(
    session: ScopedSession, plan: ActionPlan, actor: Actor, keyring: Keyring, *, drawing: str, read: str
) -> PlanSignature:
    """Keep the signature that the person drew today under the text that they read, whose hash is `read`.

    What they signed today already is not signed twice: the first signature stands, and is given. Raises
    Refused('other_text') when the plan is another one by now, 'closed_plan' and 'closed_file'.
    """
    signed = plan.signed_hash.hex() if plan.signed_hash and plan.signed_manner == SCREEN else None
    if signed == read and plan.signed_on == today():
        return signatures(session, [plan.id])[0]
    return _sign(session, plan, actor, keyring, signed_on=today(), manner=SCREEN, drawing=drawing, read=read)


def note_signature(
    session: ScopedSession, plan: ActionPlan, actor: Actor, keyring: Keyring, *, signed_on: date, manner: str
) -> PlanSignature:
    """Note that the person signed the present plan elsewhere, such as on paper. Raises as `sign_plan`."""
    return _sign(session, plan, actor, keyring, signed_on=signed_on, manner=manner)


def _sign(
    session: ScopedSession,
    plan: ActionPlan,
    actor: Actor,
    keyring: Keyring,
    *,
    signed_on: date,
    manner: str,
    drawing: str | None = None,
    read: str | None = None,
) -> PlanSignature:
    sign_plan(session, plan, signed_on=signed_on, manner=manner)
    text = text_to_sign(plan, queries.plan_content(session, plan), signed_on)
    if read is not None and hash_of(text).hex() != read:
        raise Refused("other_text")
    signature = PlanSignature(
        tenant_id=plan.tenant_id,
        id=new_id(),
        person_id=plan.person_id,
        action_plan_id=plan.id,
        signed_on=signed_on,
        manner=manner,
        text_hash=hash_of(text),
        noted_by=actor.display_name,
    )
    facts = [text, drawing]
    table = PlanSignature.__tablename__
    signature.sealed = seal(keyring, facts, table=table, tenant_id=plan.tenant_id, row_id=signature.id)
    session.add(signature)
    plan.signed_hash = signature.text_hash
    session.flush()
    return signature
