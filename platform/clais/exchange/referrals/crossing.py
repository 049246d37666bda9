"""A row that its owner shows to another tenant, and how the database holds it to its referral and its consent."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import TableKind, TenantOwned


class Crossing(TenantOwned):
    """A row that the tenant `tenant_id` owns and shows to `to_tenant_id` while the consent is in force."""

    table_kind: ClassVar[TableKind] = TableKind.CROSSING

    to_tenant_id: Mapped[UUID] = mapped_column(sort_order=-8)
    consent_until: Mapped[datetime] = mapped_column(sort_order=-7)
    withdrawn_at: Mapped[datetime | None] = mapped_column(sort_order=-6)
    in_force: Mapped[bool] = mapped_column(default=True, server_default=true(), sort_order=-5)
    """False once withdrawn. Never NULL, so that a foreign key can hold a row to the referral that it goes with."""


def in_force_until_withdrawn() -> CheckConstraint:
    """What is not in force is withdrawn: nobody adds a row that is neither, on a referral that was withdrawn."""
    return CheckConstraint("in_force OR withdrawn_at IS NOT NULL", name="in_force")


def goes_with_referral(table: str) -> ForeignKeyConstraint:
    """A foreign key to a referral between the same two tenants, until the same end, that is in force or not like it.

    So a receiver adds nothing to a referral that was withdrawn or whose consent is over, not even with dates of its
    own: foreign keys see past row security. Looked at when the transaction ends: a withdrawal closes the referral first
    and then what goes with it.
    """
    own = ["tenant_id", "to_tenant_id", "referral_id", "consent_until", "in_force"]
    theirs = [f"referral.{name}" for name in ("tenant_id", "to_tenant_id", "id", "consent_until", "in_force")]
    return ForeignKeyConstraint(own, theirs, name=f"fk_{table}_in_force", deferrable=True, initially="DEFERRED")


def belongs_to_crossing() -> ForeignKeyConstraint:
    """A foreign key to a referral between the same two tenants.

    Without the receiver in the key, a third tenant could add rows to a referral of others by naming itself the
    receiver: foreign keys ignore row security.
    """
    return ForeignKeyConstraint(
        ["tenant_id", "to_tenant_id", "referral_id"], ["referral.tenant_id", "referral.to_tenant_id", "referral.id"]
    )


def of_the_person_of_its_referral() -> ForeignKeyConstraint:
    """A foreign key that holds a consent and its referral to one person.

    The sender alone sees consents. So the receiver, who may change where a referral stands, cannot turn it to another
    person; the sender turns both at once, when two files become one, as the key is looked at when the transaction ends.
    """
    return ForeignKeyConstraint(
        ["tenant_id", "referral_id", "person_id"],
        ["referral.tenant_id", "referral.id", "referral.person_id"],
        name="fk_consent_person",
        deferrable=True,
        initially="DEFERRED",
    )
