from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now, today
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class Bilan(Base, TenantOwned, Timestamped, Versioned):
    """The situation of a person on one day, dimension by dimension, made with them."""

    __tablename__ = "bilan"
    __table_args__ = (belongs_to("person", "person_id", ondelete="CASCADE"), tenant_index("person_id", "made_on", "id"))

    person_id: Mapped[UUID]
    made_on: Mapped[date] = mapped_column(default=today)
    made_by: Mapped[str] = mapped_column(String(120))
    distance: Mapped[int | None] = mapped_column(SmallInteger)
    """Distance to employment as the person and the agent see it: 1 (near) to 5 (far)."""
    summary: Mapped[str | None] = mapped_column(String(1000))
    filling_id: Mapped[UUID | None]
    """What was asked, and the answers to questions that feed no dimension; none: the first version of the house."""


class BilanAnswer(Base, TenantOwned):
    """One dimension of a bilan. `level` runs from -3 (blocks everything) over 0 (neither) to 2 (a strength).

    Answers about health or justice are sealed (`tenants.orientation.answers`).
    """

    __tablename__ = "bilan_answer"
    __table_args__ = (
        belongs_to("bilan", "bilan_id", ondelete="CASCADE"),
        tenant_unique("bilan_id", "dimension"),
        CheckConstraint("level BETWEEN -3 AND 2", name="level"),
        CheckConstraint(
            "CASE WHEN dimension IN ('health', 'justice')"
            " THEN sealed IS NOT NULL AND level IS NULL AND detected_by IS NULL AND note IS NULL"
            " ELSE sealed IS NULL AND level IS NOT NULL END",
            name="sealed",
        ),
    )

    bilan_id: Mapped[UUID]
    dimension: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None] = mapped_column(SmallInteger)
    detected_by: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(500))
    sealed: Mapped[bytes | None]


class WishedOccupation(Base, TenantOwned):
    """An occupation that the person wishes, with its label and code in that version of the scheme."""

    __tablename__ = "wished_occupation"
    __table_args__ = (belongs_to("person", "person_id", ondelete="CASCADE"), tenant_unique("person_id", "rank"))

    person_id: Mapped[UUID]
    rank: Mapped[int] = mapped_column(SmallInteger)
    scheme: Mapped[str] = mapped_column(String(12))
    scheme_version: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(250))
    experience_years: Mapped[int | None] = mapped_column(SmallInteger)


class OrientationDecision(Base, TenantOwned, Timestamped):
    """The orientation: direction, goal, reasons. A new decision replaces it; no decision is changed, but for a goal
    that is sealed afterwards.
    """

    __tablename__ = "orientation_decision"
    __table_args__ = (belongs_to("person", "person_id", ondelete="CASCADE"), tenant_index("person_id", "decided_on"))

    person_id: Mapped[UUID]
    bilan_id: Mapped[UUID | None]
    decided_on: Mapped[date] = mapped_column(default=today)
    decided_by: Mapped[str] = mapped_column(String(120))
    direction: Mapped[str] = mapped_column(String(30))
    goal: Mapped[str] = mapped_column(String(300))
    goal_withheld_at: Mapped[datetime | None]
    """Since when the goal is sealed; none: it stands here."""
    reasons: Mapped[str] = mapped_column(String(1000))


class ActionPlan(Base, TenantOwned, Timestamped, Versioned):
    """The parcours d'insertion: what will be done, by whom, by when; evaluated at least every three months."""

    __tablename__ = "action_plan"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "started_on"),
        tenant_index("state", "review_on"),
    )

    person_id: Mapped[UUID]
    goal: Mapped[str] = mapped_column(String(300))
    goal_withheld_at: Mapped[datetime | None]
    """Since when the goal is sealed (`tenants.sensitive.withholding`); none: it stands here."""
    started_on: Mapped[date] = mapped_column(default=today)
    review_on: Mapped[date]
    signed_on: Mapped[date | None]
    signed_manner: Mapped[str | None] = mapped_column(String(20))
    signature_noted_at: Mapped[datetime | None]
    """The time when the signature was noted: steps added later, even on the same day, are not signed."""
    signed_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The hash of the text that was signed; none when it was noted before texts were fixed."""
    signed_withheld_at: Mapped[datetime | None]
    """Since when what was signed may say a text that is sealed now."""
    state: Mapped[str] = mapped_column(String(12), default="open")


class PlanSignature(Base, TenantOwned):
    """The signature of a plan: what was signed is fixed, whatever the plan becomes.

    Sealed: the text, and the strokes of a signature that was drawn on the screen. A text that said what was sealed
    since is erased with it (`tenants.orientation.actions.copies`); its hash stays.
    """

    __tablename__ = "plan_signature"
    __table_args__ = (
        belongs_to("action_plan", "action_plan_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("action_plan_id", "created_at"),
        tenant_index("person_id", "signed_on"),
    )

    action_plan_id: Mapped[UUID]
    person_id: Mapped[UUID]
    signed_on: Mapped[date]
    manner: Mapped[str] = mapped_column(String(20))
    text_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes]
    noted_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class PlanEvaluation(Base, TenantOwned, Timestamped):
    """The evaluation of a plan by person and agent together, and the day of the next one."""

    __tablename__ = "plan_evaluation"
    __table_args__ = (
        belongs_to("action_plan", "action_plan_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("action_plan_id", "evaluated_on"),
        tenant_index("person_id", "evaluated_on"),
    )

    action_plan_id: Mapped[UUID]
    person_id: Mapped[UUID]
    evaluated_on: Mapped[date] = mapped_column(default=today)
    evaluated_by: Mapped[str] = mapped_column(String(120))
    in_person: Mapped[bool]
    outcome: Mapped[str] = mapped_column(String(12))
    comment: Mapped[str | None] = mapped_column(String(1000))
    next_review_on: Mapped[date | None]


class PlanObjective(Base, TenantOwned, Versioned):
    """One objective of a plan, reached by its steps."""

    __tablename__ = "plan_objective"
    __table_args__ = (
        belongs_to("action_plan", "action_plan_id", ondelete="CASCADE"),
        tenant_index("action_plan_id", "rank"),
    )

    action_plan_id: Mapped[UUID]
    rank: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(String(300))
    text_withheld_at: Mapped[datetime | None]
    """Since when the text is sealed; none: it stands here."""
    dimension: Mapped[str | None] = mapped_column(String(20))


class PlanStep(Base, TenantOwned, Timestamped, Versioned):
    """One step of an objective: who does what by when."""

    __tablename__ = "plan_step"
    __table_args__ = (
        belongs_to("plan_objective", "objective_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "due_on"),
        tenant_index("state", "due_on"),
        tenant_index("objective_id", "due_on"),
    )

    objective_id: Mapped[UUID]
    person_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(300))
    who: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="to_do")
    done_on: Mapped[date | None]
