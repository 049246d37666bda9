"""What is signed of a plan, and its signatures in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.dates import day_of
from clais.encryption import DecryptionFailed
from clais.sealing import unseal
from clais.services import services
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.orientation.choices import SIGNED_MANNERS, WHO
from tenants.orientation.models import ActionPlan, PlanSignature, PlanStep
from tenants.orientation.queries import PlanContent
from tenants.orientation.rules.signed_text import SignedStep, strokes, text_of


def signatures(session: ScopedSession, plan_ids: Sequence[UUID]) -> list[PlanSignature]:
    """The signatures of some plans, the newest first."""
    if not plan_ids:
        return []
    found = select(PlanSignature).where(
        PlanSignature.tenant_id == session.scope.tenant_id, PlanSignature.action_plan_id.in_(plan_ids)
    )
    return list(session.scalars(found.order_by(PlanSignature.created_at.desc(), PlanSignature.id.desc())))


def text_to_sign(plan: ActionPlan, content: PlanContent, signed_on: date | None = None) -> str:
    """What a person reads of a plan, and signs: nothing that was dropped, and no step that was added after they did."""
    return _text(
        plan,
        content,
        lambda step: step.state != "dropped" and (signed_on is None or day_of(step.created_at) <= signed_on),
    )


def text_since_signature(plan: ActionPlan, content: PlanContent) -> str:
    """What the plan says of what was signed. A signed step that was dropped afterwards is still in it."""
    return _text(plan, content, lambda step: step.state != "dropped" or _was_signed(step, plan))


def _was_signed(step: PlanStep, plan: ActionPlan) -> bool:
    """Whether a step that is dropped today stood in the plan on the day and at the moment of its signature."""
    noted = plan.signature_noted_at
    if noted is None or plan.signed_on is None:
        return False
    return day_of(step.created_at) <= plan.signed_on and step.created_at <= noted < step.updated_at


def _text(plan: ActionPlan, content: PlanContent, is_said: Callable[[PlanStep], bool]) -> str:
    return text_of(
        plan.goal,
        (
            (objective.text, [SignedStep(step.text, step.who, step.due_on) for step in steps if is_said(step)])
            for objective, steps in content
        ),
    )


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature in words; `is_present`: the plan still says what was signed."""

    signed_on: date
    manner: str
    noted_by: str
    hash: str
    is_present: bool
    text: str = ""
    strokes: Sequence[str] = ()
    readable: bool = True
    is_withheld: bool = False
    """Whether the text is not shown, as it may say what is sealed now."""
    is_erased: bool = False
    """Whether the text is gone, as it said what was sealed since, and is kept no more."""

    @property
    def words(self) -> str:
        """When and how, in a line."""
        return _("Signed on %(day)s, %(manner)s", day=exact_day(self.signed_on), manner=lower_first(self.manner))


def signatures_of(
    session: ScopedSession,
    plans: Sequence[ActionPlan],
    shown: ActionPlan | None,
    parts: Mapping[str, object] | None,
    *,
    reads_sealed: bool = False,
) -> list[Signed]:
    """The signatures of some plans, the newest first; `parts` are those of the open one.

    `reads_sealed`: for who may also read a text that was sealed since it was signed.
    """
    found = []
    withheld = {plan.id for plan in plans if plan.signed_withheld_at is not None and not reads_sealed}
    for row in signatures(session, [plan.id for plan in plans]):
        is_last = shown is not None and row.action_plan_id == shown.id and row.text_hash == shown.signed_hash
        is_present = is_last and parts is not None and not parts["changed_since_signature"]
        manner, short = _(SIGNED_MANNERS[row.manner]), row.text_hash.hex()[:12]
        try:
            text, drawing = unseal(services().keyring, row)
        except DecryptionFailed:
            found.append(Signed(row.signed_on, manner, row.noted_by, short, is_present, readable=False))
        else:
            lines = strokes(drawing) if drawing else ()
            hidden = row.action_plan_id in withheld
            said, is_erased = "" if hidden or text is None else in_words(text), text is None
            line = Signed(row.signed_on, manner, row.noted_by, short, is_present, said, lines)
            found.append(replace(line, is_withheld=hidden and not is_erased, is_erased=is_erased))
    return found


def in_words(text: str) -> str:
    """The fixed text as one reads it."""
    lines = []
    for line in text.splitlines():
        mark, _blank, rest = line.partition(" ")
        if mark == "-":
            words, who, due = rest.rsplit(" | ", 2)
            day = _(", by %(day)s", day=exact_day(date.fromisoformat(due))) if due.strip() else ""
            lines.append(f"– {words} ({_(WHO[who])}{day})")
        else:
            lines.append(rest)
    return "\n".join(lines)


def signature_of(session: ScopedSession, plan: ActionPlan, parts: Mapping[str, object]) -> Signed | None:
    """The signature under what a plan says today; None when it is to be signed."""
    return next((one for one in signatures_of(session, [plan], plan, parts) if one.is_present), None)
