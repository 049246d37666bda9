from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import today
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class PersonExit(Base, TenantOwned, Timestamped):
    """That a file was closed: why, and what the person had then. Reopening leaves it; another exit is another row."""

    __tablename__ = "person_exit"
    __table_args__ = (belongs_to("person", "person_id", ondelete="CASCADE"), tenant_index("person_id", "left_on"))

    person_id: Mapped[UUID]
    left_on: Mapped[date] = mapped_column(default=today)
    noted_by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(40))
    result: Mapped[str] = mapped_column(String(20))


class ExitCheck(Base, TenantOwned, Timestamped, Versioned):
    """Some months after an exit the last referent asks what became of the person; they are reached, or not."""

    __tablename__ = "exit_check"
    __table_args__ = (
        belongs_to("person_exit", "exit_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("exit_id", "months"),
        tenant_index("state", "due_on"),
        tenant_index("person_id", "due_on"),
        CheckConstraint(
            "CASE state WHEN 'reached' THEN result IS NOT NULL AND asked_on IS NOT NULL"
            " WHEN 'not_reached' THEN asked_on IS NOT NULL ELSE true END",
            name="asked",
        ),
    )

    exit_id: Mapped[UUID]
    person_id: Mapped[UUID]
    months: Mapped[int] = mapped_column(SmallInteger)
    """How many months after the exit."""
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    asked_on: Mapped[date | None]
    asked_by: Mapped[str | None] = mapped_column(String(120))
    result: Mapped[str | None] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(String(500))
