from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now, today
from clais.database import Base, TenantOwned, belongs_to, tenant_index


class AdviceAnswer(Base, TenantOwned):
    """Whether the step that an orientation advised was done, asked some weeks later. The last answer counts."""

    __tablename__ = "advice_answer"
    __table_args__ = (
        belongs_to("orientation_decision", "decision_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("decision_id", "id"),
        tenant_index("person_id", "answered_on"),
        CheckConstraint(
            "answer IN ('done', 'not_yet', 'no_offer', 'out_of_reach', 'obstacle', 'changed_mind')", name="answer"
        ),
    )

    decision_id: Mapped[UUID]
    person_id: Mapped[UUID]
    answer: Mapped[str] = mapped_column(String(16))
    answered_on: Mapped[date] = mapped_column(default=today)
    answered_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
