"""The open files of a platform counted by referent: what its coordinator sees at a glance."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Select, func, literal, select, union, union_all

from clais.clock import now, today
from clais.database import ScopedSession, among
from tenants.orientation.models import ActionPlan
from tenants.people.columns import LAST_CONTACT
from tenants.people.models import HandOver, Person
from tenants.people.workflow import OPEN_STAGES

WEEK = timedelta(days=7)
"""Files that came so lately are still new to whoever has them."""
SILENT, LATE, RECEIVED = "silent", "late", "received"
"""What is counted of the files of a member beside their stages."""
Counts = Mapping[UUID | None, Counter[str]]
"""Referent → how many of their open files are in each stage, are silent, are late, or came in the last week."""


def caseloads(session: ScopedSession) -> Counts:
    """The open files of the platform counted by referent, in one statement; None has those of nobody."""
    here = session.scope.tenant_id
    ours = (Person.tenant_id == here, among(Person.stage, OPEN_STAGES))
    late = (
        select(ActionPlan.person_id)
        .where(ActionPlan.tenant_id == here, ActionPlan.state == "open", ActionPlan.review_on < today())
        .distinct()
        .subquery()
    )
    counted: CompoundSelect[Any] = union_all(
        select(Person.referent_id, Person.stage.label("what"), func.count().label("number"))
        .where(*ours)
        .group_by(Person.referent_id, Person.stage),
        select(Person.referent_id, literal(SILENT), func.count())
        .where(*ours, LAST_CONTACT.narrowings["month"].condition(Person.last_contact_on.expression))
        .group_by(Person.referent_id),
        select(Person.referent_id, literal(LATE), func.count())
        .join(late, late.c.person_id == Person.id)
        .where(*ours)
        .group_by(Person.referent_id),
        _received(here, now() - WEEK),
    )
    found: dict[UUID | None, Counter[str]] = {}
    for referent_id, what, number in session.execute(counted):
        found.setdefault(referent_id, Counter())[what] += number
    return found


def _received(here: UUID, since: datetime) -> Select[Any]:
    """How many files came to each member since a moment: opened by them, taken over or given, each counted once."""
    came = union(
        select(Person.id, Person.referent_id).where(
            Person.tenant_id == here, Person.created_at >= since, Person.referent_id.is_not(None)
        ),
        select(HandOver.person_id, HandOver.to_membership_id).where(
            HandOver.tenant_id == here, HandOver.happened_at >= since
        ),
    ).subquery()
    return select(came.c.referent_id, literal(RECEIVED), func.count()).group_by(came.c.referent_id)
