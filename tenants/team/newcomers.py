"""The open files that nobody follows, with all that says who could."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Row, ScalarSelect, Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import load_only

from clais.database import HERE, MEMBER, ScopedSession, among, built_once
from clais.permissions import PermissionTable
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import to_come
from tenants.follow_up.models import Contact
from tenants.intake.models import Intake
from tenants.people.following import without_referent
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.team.models import ReferentWish

SHOWN = 12
"""Newcomers on the page: more are in the list of files."""
_KINDS = (
    select(Intake.request_kinds)
    .where(Intake.tenant_id == HERE, Intake.person_id == Person.id)
    .order_by(Intake.received_on.desc(), Intake.id.desc())
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
_WISHES = (
    select(func.jsonb_object_agg(cast(ReferentWish.membership_id, Text), ReferentWish.wish, type_=JSONB()))
    .where(ReferentWish.tenant_id == HERE, ReferentWish.person_id == Person.id)
    .correlate(Person)
    .scalar_subquery()
)
_MEETS = (
    select(Appointment.agent_id)
    .where(Appointment.tenant_id == HERE, Appointment.person_id == Person.id, to_come())
    .order_by(Appointment.starts_at)
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
_ON_A_LINE = load_only(
    Person.tenant_id,
    Person.id,
    Person.family_name,
    Person.given_names,
    Person.birth_date,
    Person.birth_year,
    Person.languages,
    Person.stage,
    Person.stage_since,
    Person.referent_id,
    raiseload=True,
)


def newcomers(session: ScopedSession, table: PermissionTable) -> Sequence[Row[Any]]:
    """The open files that nobody follows, the longest waiting first, at most SHOWN: each with what they came for, whom
    they want or refuse (membership → wish), and the member with whom they have an appointment.
    """
    return session.execute(_newcomers(table), {"here": session.scope.tenant_id, "most": SHOWN}).all()


def newcomer(session: ScopedSession, table: PermissionTable, person_id: UUID) -> Row[Any] | None:
    """The same of one person; None when somebody follows them, or their file is closed."""
    one = _newcomers(table).where(Person.id == person_id)
    return session.execute(one, {"here": session.scope.tenant_id, "most": 1}).one_or_none()


def files_of_member(session: ScopedSession, membership_id: UUID) -> Sequence[Row[Any]]:
    """The open files of a member, in the order in which they came to their stage: each with what the person came for,
    whom they want or refuse, and the colleague who last noted a contact with them.
    """
    values = {"here": session.scope.tenant_id, "member": membership_id}
    return session.execute(_FILES_OF_MEMBER, values).all()


@built_once
def _newcomers(table: PermissionTable) -> Select[Any]:
    return (
        _described(_MEETS)
        .where(without_referent(HERE, table))
        .order_by(Person.stage_since, Person.id)
        .limit(bindparam("most", type_=Integer()))
    )


def _described(meets: ScalarSelect[UUID]) -> Select[Any]:
    return (
        select(Person, _KINDS.label("kinds"), _WISHES.label("wishes"), meets.label("meets"))
        .where(Person.tenant_id == HERE, among(Person.stage, OPEN_STAGES))
        .options(_ON_A_LINE)
    )


_KNOWS = (
    select(Contact.author_id)
    .where(Contact.tenant_id == HERE, Contact.person_id == Person.id, Contact.author_id != Person.referent_id)
    .order_by(Contact.happened_on.desc(), Contact.id.desc())
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
_FILES_OF_MEMBER = _described(_KNOWS).where(Person.referent_id == MEMBER).order_by(Person.stage_since, Person.id)
