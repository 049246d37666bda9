from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class IntegrationContract(Base, TenantOwned, Timestamped, Versioned):
    """A contract with a person about their integration, such as a PIIS: decided, issued, signed, ended.

    Two contracts of a person never cover the same day; one that was withdrawn covers none.
    """

    __tablename__ = "integration_contract"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "starts_on"),
        tenant_index("state", "ends_on"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("state NOT IN ('issued', 'running') OR issued_on IS NOT NULL", name="issued"),
        CheckConstraint(
            "CASE WHEN state IN ('running', 'ended') THEN signed_on IS NOT NULL ELSE signed_on IS NULL END",
            name="signed",
        ),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="decided")
    decided_on: Mapped[date]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    """The body that decided on it."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day that was agreed on."""
    issued_on: Mapped[date | None]
    """When the person was given it to read: the time to think runs from there."""
    signed_on: Mapped[date | None]
    signed_manner: Mapped[str | None] = mapped_column(String(20))
    ended_on: Mapped[date | None]
    """The last day that it covered; set when it is over."""


class ContractEvaluation(Base, TenantOwned, Timestamped, Versioned):
    """An evaluation of a contract: planned when the contract is signed, held by person and agent together."""

    __tablename__ = "contract_evaluation"
    __table_args__ = (
        belongs_to("integration_contract", "contract_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("contract_id", "rank"),
        tenant_index("state", "planned_on"),
        tenant_index("person_id", "planned_on"),
        CheckConstraint(
            "state <> 'held' OR (held_on IS NOT NULL AND held_by IS NOT NULL AND in_person IS NOT NULL"
            " AND outcome IS NOT NULL)",
            name="held",
        ),
    )

    contract_id: Mapped[UUID]
    person_id: Mapped[UUID]
    rank: Mapped[int] = mapped_column(SmallInteger)
    planned_on: Mapped[date]
    """The last day by which it is to be held."""
    state: Mapped[str] = mapped_column(String(12), default="planned")
    held_on: Mapped[date | None]
    held_by: Mapped[str | None] = mapped_column(String(120))
    in_person: Mapped[bool | None]
    outcome: Mapped[str | None] = mapped_column(String(12))
    comment: Mapped[str | None] = mapped_column(String(1000))
