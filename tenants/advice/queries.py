from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Row, Select, bindparam, exists, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, among, built_once
from clais.feature.handling import Anyone
from clais.permissions import PermissionTable
from clais.thread import TENANT, Source
from tenants.advice.choices import NOT_YET
from tenants.advice.models import AdviceAnswer
from tenants.advice.rules.asking import FIRST, LAST
from tenants.orientation.models import OrientationDecision
from tenants.people.following import heard_of
from tenants.people.models import Person
from tenants.people.queries import NAMED
from tenants.people.workflow import OPEN_STAGES


def to_ask(session: ScopedSession, actor: Actor, table: PermissionTable, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The orientations in the files that `actor` follows of which it is to be asked whether they were followed, the
    oldest first: the last one of each file, without an answer for some weeks.
    """
    values = {
        "here": session.scope.tenant_id, "member": actor.membership_id, "until": today() - FIRST,
        "from": today() - LAST, "most": limit,
    }  # fmt: skip
    return session.execute(_to_ask(actor.permissions, table), values).all()


@built_once
def _to_ask(permissions: frozenset[str], table: PermissionTable) -> Select[*tuple[Any, ...]]:
    newer = aliased(OrientationDecision)
    is_replaced = exists().where(
        newer.tenant_id == HERE,
        newer.person_id == OrientationDecision.person_id,
        tuple_(newer.decided_on, newer.id) > tuple_(OrientationDecision.decided_on, OrientationDecision.id),
    )
    last = (
        select(AdviceAnswer.answer, AdviceAnswer.answered_on)
        .where(AdviceAnswer.tenant_id == HERE, AdviceAnswer.decision_id == OrientationDecision.id)
        .order_by(AdviceAnswer.id.desc())
        .limit(1)
        .lateral()
    )
    since = func.coalesce(last.c.answered_on, OrientationDecision.decided_on)
    return (
        select(
            OrientationDecision.id, OrientationDecision.decided_on, OrientationDecision.goal, since.label("since"),
            *NAMED,
        )
        .join(Person, (Person.tenant_id == HERE) & (Person.id == OrientationDecision.person_id))
        .outerjoin(last, true())
        .where(
            OrientationDecision.tenant_id == HERE,
            among(Person.stage, OPEN_STAGES),
            heard_of(Anyone(permissions), table),
            or_(last.c.answer.is_(None), last.c.answer == NOT_YET),
            since.between(bindparam("from", type_=Date()), bindparam("until", type_=Date())),
            ~is_replaced,
        )
        .order_by(since, OrientationDecision.id)
        .limit(bindparam("most", type_=Integer()))
    )  # fmt: skip


def last_answer(session: ScopedSession, decision_id: UUID) -> AdviceAnswer | None:
    """The answer that counts."""
    found = select(AdviceAnswer).where(
        AdviceAnswer.tenant_id == session.scope.tenant_id, AdviceAnswer.decision_id == decision_id
    )
    return session.scalars(found.order_by(AdviceAnswer.id.desc()).limit(1)).first()


OF_A_PERSON = Source(
    AdviceAnswer.person_id,
    {
        "id": AdviceAnswer.id,
        "person_id": AdviceAnswer.person_id,
        "decision_id": AdviceAnswer.decision_id,
        "answer": AdviceAnswer.answer,
        "answered_on": AdviceAnswer.answered_on,
        "answered_by": AdviceAnswer.answered_by,
        "created_at": AdviceAnswer.created_at,
        "goal": select(OrientationDecision.goal)
        .where(OrientationDecision.tenant_id == TENANT, OrientationDecision.id == AdviceAnswer.decision_id)
        .correlate(AdviceAnswer)
        .scalar_subquery(),
    },
    order=(AdviceAnswer.answered_on.desc(), AdviceAnswer.id.desc()),
)
"""What became of the steps that were advised to a person."""
