"""The members of a platform: when they work, when they are away, whom people want."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import Date, bindparam, cast, exists, func, select

from clais.clock import BELGIUM, today
from clais.database import HERE, ScopedSession, among
from clais.database.keyset import alphabetical
from clais.dates import is_working_day
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import to_come
from tenants.orientation.models import ActionPlan
from tenants.people.following import FOLLOWS_UP
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.team.models import Absence, ReferentWish, WorkingPattern
from tenants.team.rules.days import works_on

MOST_ABSENCES = 40


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member, when they work, and when they are away."""

    membership: Membership
    pattern: WorkingPattern | None
    absences: Sequence[Absence] = field(default=())

    def absence_on(self, day: date) -> Absence | None:
        """Their absence on a day, if there is one."""
        return next((each for each in self.absences if each.starts_on <= day <= each.ends_on), None)


def colleagues_with(session: ScopedSession, absences: Sequence[Absence]) -> list[Colleague]:
    """The members of the platform by name, each with their pattern and theirs of `absences`."""
    theirs: dict[UUID, list[Absence]] = {}
    for absence in absences:
        theirs.setdefault(absence.membership_id, []).append(absence)
    rows = session.execute(_MEMBERS, {"here": session.scope.tenant_id})
    return [Colleague(member, pattern, theirs.get(member.id, ())) for member, pattern in rows]


def followers_among(colleagues: Sequence[Colleague], table: PermissionTable) -> list[Colleague]:
    """Those whose role lets them follow people up."""
    return [each for each in colleagues if FOLLOWS_UP in table.of(each.membership.role)]


_MEMBERS = (
    select(Membership, WorkingPattern)
    .outerjoin(WorkingPattern, (WorkingPattern.tenant_id == HERE) & (WorkingPattern.membership_id == Membership.id))
    .where(Membership.tenant_id == HERE, Membership.ended_at.is_(None))
    .order_by(alphabetical(Membership.display_name), Membership.id)
)


_ABSENT = (
    exists()
    .where(
        Absence.tenant_id == HERE,
        Absence.membership_id == Membership.id,
        bindparam("day", type_=Date()).between(Absence.starts_on, Absence.ends_on),
    )
    .correlate(Membership)
)
_DAYS = (
    select(Membership.id, WorkingPattern.half_days, _ABSENT.label("is_absent"))
    .outerjoin(WorkingPattern, (WorkingPattern.tenant_id == HERE) & (WorkingPattern.membership_id == Membership.id))
    .where(Membership.tenant_id == HERE, Membership.ended_at.is_(None))
)


def away_on(session: ScopedSession, day: date) -> frozenset[UUID]:
    """The members who are absent on a day, or do not work on it though offices do."""
    rows = session.execute(_DAYS, {"here": session.scope.tenant_id, "day": day})
    return frozenset(
        key
        for key, half_days, is_absent in rows
        if is_absent or (is_working_day(day) and not works_on(half_days or (), day))
    )


def pattern_of(session: ScopedSession, membership_id: UUID, *, held: bool = False) -> WorkingPattern | None:
    """The pattern of a member; `held`: nobody else gives them a file before this transaction is over."""
    found = select(WorkingPattern).where(
        WorkingPattern.tenant_id == session.scope.tenant_id, WorkingPattern.membership_id == membership_id
    )
    if held:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()


def files_of(session: ScopedSession, membership_id: UUID) -> int:
    """How many open files a member follows."""
    found = select(func.count()).where(
        Person.tenant_id == session.scope.tenant_id,
        Person.referent_id == membership_id,
        among(Person.stage, OPEN_STAGES),
    )
    return session.scalar(found) or 0


@dataclass(frozen=True, slots=True)
class AbsenceToCover:
    """An absence that is not over, with what falls into it: appointments of the member, plans of their files."""

    absence: Absence
    appointments: int
    plans: int


_IN_IT = (
    select(func.count())
    .where(
        Appointment.tenant_id == HERE,
        Appointment.agent_id == Absence.membership_id,
        to_come(),
        cast(func.timezone(str(BELGIUM), Appointment.starts_at), Date).between(Absence.starts_on, Absence.ends_on),
    )
    .correlate(Absence)
    .scalar_subquery()
)
_DUE_IN_IT = (
    select(func.count())
    .select_from(ActionPlan)
    .join(Person, (Person.tenant_id == HERE) & (Person.id == ActionPlan.person_id))
    .where(
        ActionPlan.tenant_id == HERE,
        ActionPlan.state == "open",
        ActionPlan.review_on.between(Absence.starts_on, Absence.ends_on),
        Person.referent_id == Absence.membership_id,
        among(Person.stage, OPEN_STAGES),
    )
    .correlate(Absence)
    .scalar_subquery()
)
_ABSENCES = (
    select(Absence, _IN_IT.label("appointments"), _DUE_IN_IT.label("plans"))
    .join(Membership, (Membership.tenant_id == HERE) & (Membership.id == Absence.membership_id))
    .where(Absence.tenant_id == HERE, Absence.ends_on >= bindparam("day", type_=Date()), Membership.ended_at.is_(None))
    .order_by(Absence.starts_on, Absence.id)
    .limit(MOST_ABSENCES)
)


def absences_to_cover(session: ScopedSession) -> list[AbsenceToCover]:
    """The absences of today and to come of present members, the earliest first."""
    rows = session.execute(_ABSENCES, {"here": session.scope.tenant_id, "day": today()})
    return [AbsenceToCover(*row) for row in rows]


def absences_of(session: ScopedSession, membership_id: UUID) -> list[Absence]:
    """The absences of a member that are not over, the earliest first."""
    found = select(Absence).where(
        Absence.tenant_id == session.scope.tenant_id,
        Absence.membership_id == membership_id,
        Absence.ends_on >= today(),
    )
    return list(session.scalars(found.order_by(Absence.starts_on)))


def overlapping(session: ScopedSession, membership_id: UUID, starts_on: date, ends_on: date) -> Absence | None:
    """An absence of a member that shares a day with these."""
    found = select(Absence).where(
        Absence.tenant_id == session.scope.tenant_id,
        Absence.membership_id == membership_id,
        Absence.starts_on <= ends_on,
        Absence.ends_on >= starts_on,
    )
    return session.scalars(found.limit(1)).first()


def wishes_of(session: ScopedSession, person_id: UUID) -> list[ReferentWish]:
    """Whom a person asks for or refuses."""
    found = select(ReferentWish).where(
        ReferentWish.tenant_id == session.scope.tenant_id, ReferentWish.person_id == person_id
    )
    return list(session.scalars(found.order_by(ReferentWish.noted_on, ReferentWish.id)))
