from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select

from clais.clock import today
from clais.database import HERE, MEMBER, ScopedSession, built_once
from clais.encryption import Keyring
from clais.identity.models import Membership
from clais.instruments.rules.definition import InstrumentKind
from tenants.questionnaires.answers import Given, given_in
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer

PLATFORM, OWN = InstrumentKind.PLATFORM_ASSESSMENT, InstrumentKind.AGENT_ASSESSMENT


def of_platform(session: ScopedSession) -> Sequence[SelfAssessment]:
    """The self-assessments of the platform, the last year first."""
    found = select(SelfAssessment).where(
        SelfAssessment.tenant_id == session.scope.tenant_id, SelfAssessment.membership_id.is_(None)
    )
    return session.scalars(found.order_by(SelfAssessment.year.desc(), SelfAssessment.id)).all()


def of_member(session: ScopedSession, membership_id: UUID) -> Sequence[SelfAssessment]:
    """What a member filled in about themselves and about sessions, the last one first."""
    return session.scalars(_of_member(), {"here": session.scope.tenant_id, "member": membership_id}).all()


@built_once
def _of_member() -> Select[SelfAssessment]:
    return (
        select(SelfAssessment)
        .where(SelfAssessment.tenant_id == HERE, SelfAssessment.membership_id == MEMBER)
        .order_by(SelfAssessment.year.desc(), SelfAssessment.id.desc())
    )


def of_same_instrument(session: ScopedSession, one: SelfAssessment) -> Sequence[SelfAssessment]:
    """The finished self-assessments of the same platform or member with the same instrument, the last year first."""
    found = select(SelfAssessment).where(
        SelfAssessment.tenant_id == session.scope.tenant_id,
        SelfAssessment.instrument_id == one.instrument_id,
        SelfAssessment.membership_id == one.membership_id
        if one.membership_id
        else SelfAssessment.membership_id.is_(None),
        SelfAssessment.course_run_id.is_(None),
        SelfAssessment.state == "finished",
    )
    return session.scalars(found.order_by(SelfAssessment.year.desc())).all()


def begun(
    session: ScopedSession, instrument_id: UUID, membership_id: UUID | None, course_run_id: UUID | None
) -> SelfAssessment | None:
    """The self-assessment of this year of the platform, or of a member; or what a member says of a session."""
    found = select(SelfAssessment).where(SelfAssessment.tenant_id == session.scope.tenant_id)
    if course_run_id is not None:
        found = found.where(SelfAssessment.course_run_id == course_run_id)
    else:
        found = found.where(
            SelfAssessment.instrument_id == instrument_id,
            SelfAssessment.year == today().year,
            SelfAssessment.course_run_id.is_(None),
        )
    whose = SelfAssessment.membership_id
    return session.scalars(found.where(whose == membership_id if membership_id else whose.is_(None))).one_or_none()


def given(session: ScopedSession, keyring: Keyring, assessment_id: UUID) -> Given:
    """The answers of a self-assessment, for who may read them."""
    return given_in(keyring, answer_rows(session, assessment_id))


def given_to(session: ScopedSession, keyring: Keyring, assessments: Collection[SelfAssessment]) -> dict[UUID, Given]:
    """Self-assessment → its answers, for several at once."""
    rows: dict[UUID, list[SelfAssessmentAnswer]] = {one.id: [] for one in assessments}
    if rows:
        found = select(SelfAssessmentAnswer).where(
            SelfAssessmentAnswer.tenant_id == session.scope.tenant_id,
            SelfAssessmentAnswer.self_assessment_id.in_(rows),
        )
        for row in session.scalars(found):
            rows[row.self_assessment_id].append(row)
    return {key: given_in(keyring, of_one) for key, of_one in rows.items()}


def answer_rows(session: ScopedSession, assessment_id: UUID) -> Sequence[SelfAssessmentAnswer]:
    """The rows of the answers of a self-assessment."""
    return session.scalars(_answers(), {"here": session.scope.tenant_id, "assessment": assessment_id}).all()


@built_once
def _answers() -> Select[SelfAssessmentAnswer]:
    return select(SelfAssessmentAnswer).where(
        SelfAssessmentAnswer.tenant_id == HERE, SelfAssessmentAnswer.self_assessment_id == bindparam("assessment")
    )


def held(session: ScopedSession, assessment_id: UUID) -> SelfAssessment | None:
    """A self-assessment as it stands, for this transaction alone to change."""
    found = (
        select(SelfAssessment)
        .where(SelfAssessment.tenant_id == session.scope.tenant_id, SelfAssessment.id == assessment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(found).one_or_none()


def finished_in(session: ScopedSession, instrument_id: UUID, year: int) -> int:
    """How many of those who are members today finished their own self-assessment of a year."""
    here = session.scope.tenant_id
    found = (
        select(func.count())
        .select_from(SelfAssessment)
        .join(Membership, (Membership.tenant_id == here) & (Membership.id == SelfAssessment.membership_id))
        .where(
            SelfAssessment.tenant_id == here,
            SelfAssessment.instrument_id == instrument_id,
            SelfAssessment.year == year,
            SelfAssessment.course_run_id.is_(None),
            SelfAssessment.state == "finished",
            Membership.ended_at.is_(None),
        )
    )
    return session.scalar(found) or 0


def years_of(session: ScopedSession, instrument_id: UUID) -> Sequence[int]:
    """The years in which members finished their own, the last one first."""
    found = (
        select(SelfAssessment.year)
        .where(
            SelfAssessment.tenant_id == session.scope.tenant_id,
            SelfAssessment.instrument_id == instrument_id,
            SelfAssessment.membership_id.is_not(None),
            SelfAssessment.state == "finished",
        )
        .distinct()
    )
    return sorted(session.scalars(found), reverse=True)


def left_behind(session: ScopedSession) -> Sequence[UUID]:
    """The self-assessments and evaluations of members who left."""
    here = session.scope.tenant_id
    return session.scalars(
        select(SelfAssessment.id)
        .join(Membership, (Membership.tenant_id == here) & (Membership.id == SelfAssessment.membership_id))
        .where(SelfAssessment.tenant_id == here, Membership.ended_at.is_not(None))
    ).all()
