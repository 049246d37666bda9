from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import today
from clais.database import Base, TenantOwned, Timestamped, Versioned, new_id, tenant_index, tenant_unique


# No foreign keys to what the centre publishes: no version is ever deleted, and a publication is everyone's.
class SelfAssessment(Base, TenantOwned, Timestamped, Versioned):
    """An instrument about those who answer it: a platform with its team, a member, or a session that they attended.

    One a year for the platform and for each member, one for each session. It says whose it is, and not what they
    answered: only their own account reads that.
    """

    __tablename__ = "self_assessment"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'platform_assessment') = (membership_id IS NULL) AND (membership_id IS NULL) = (user_id IS NULL)",
            name="whose",
        ),
        CheckConstraint("(kind = 'satisfaction') = (course_run_id IS NOT NULL)", name="session"),
        tenant_index(
            "instrument_id", "year", name="uq_self_assessment_platform", unique=True,
            postgresql_where=text("membership_id IS NULL"),
        ),
        tenant_index(
            "membership_id", "instrument_id", "year", name="uq_self_assessment_member", unique=True,
            postgresql_where=text("membership_id IS NOT NULL AND course_run_id IS NULL"),
        ),
        tenant_index(
            "membership_id", "course_run_id", name="uq_self_assessment_session", unique=True,
            postgresql_where=text("course_run_id IS NOT NULL"),
        ),
    )  # fmt: skip

    layer_id: ClassVar[None] = None
    """A platform has nothing of its own in it: it is compared with that of others, or with later ones."""

    membership_id: Mapped[UUID | None]
    """Whose it is; none for that of the platform."""
    user_id: Mapped[UUID | None]
    centre_id: Mapped[UUID]
    """The support centre that publishes the instrument."""
    instrument_id: Mapped[UUID]
    instrument_version_id: Mapped[UUID]
    content_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    """What the instrument was called."""
    year: Mapped[int] = mapped_column(SmallInteger)
    course_run_id: Mapped[UUID | None]
    """The session that it evaluates."""
    state: Mapped[str] = mapped_column(String(12), default="open")
    begun_on: Mapped[date] = mapped_column(default=today)
    finished_on: Mapped[date | None]

    @property
    def is_own(self) -> bool:
        """Whether it is one member's, whose answers nobody else reads."""
        return self.membership_id is not None

    def new_answer(self, item: str) -> "SelfAssessmentAnswer":
        """The row of the first answer to a question, not in the session yet."""
        return SelfAssessmentAnswer(
            tenant_id=self.tenant_id,
            id=new_id(),
            self_assessment_id=self.id,
            user_id=self.user_id,
            item=item,
            revision=0,
        )


class SelfAssessmentAnswer(Base, TenantOwned, Timestamped):
    """The answer to one question of a self-assessment. Row security opens one's own to their account alone.

    It goes with its self-assessment, which a job takes away once its member has left.
    """

    __tablename__ = "self_assessment_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "self_assessment_id"], ["self_assessment.tenant_id", "self_assessment.id"], ondelete="CASCADE"
        ),
        tenant_unique("self_assessment_id", "item"),
        CheckConstraint("value IS NULL OR sealed IS NULL", name="sealed"),
    )

    self_assessment_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    """Whose account reads it; none for an answer of the platform's team."""
    item: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """As the schema of the version dumps it; none when the answer is sealed, or was taken back."""
    sealed: Mapped[bytes | None]
    revision: Mapped[int] = mapped_column(default=1)
    given_by: Mapped[str] = mapped_column(String(120))
    """Who of the team answered, by name; empty for one's own."""
