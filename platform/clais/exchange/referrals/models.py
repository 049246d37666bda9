from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, SmallInteger, String, Text, true
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


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


WAITS = "referral.state IN ('requested', 'received')"
"""Not answered yet: what stands in the inbox of the receiver."""

NEWS_AWAITED = "referral.news_due_on IS NOT NULL"
"""Accepted or under way: the receiver gives news by that day."""


class Referral(Base, Crossing, Timestamped, Versioned):
    """The message that routes a person to another tenant: purpose, what is wanted, where it stands. No file content.

    Its states follow FHIR's Task; the table of them is `clais.exchange.referrals.workflow.REFERRAL`.
    """

    __tablename__ = "referral"
    __table_args__ = (
        tenant_unique("reference"),
        tenant_unique("to_tenant_id", "id"),
        tenant_unique("to_tenant_id", "id", "consent_until", "in_force"),
        tenant_unique("id", "person_id"),
        tenant_index("person_id", "created_at"),
        tenant_index("state", "updated_at"),
        tenant_index("last_moved_at"),
        tenant_index("sender_membership_id", "last_moved_at"),
        Index("ix_referral_inbox", "to_tenant_id", "urgency_rank", "due_on", "id", postgresql_where=WAITS),
        Index("ix_referral_received", "to_tenant_id", "last_moved_at", "id"),
        Index("ix_referral_news_due", "to_tenant_id", "news_due_on", "id", postgresql_where=NEWS_AWAITED),
        Index("ix_referral_news_awaited", "tenant_id", "news_due_on", "id", postgresql_where=NEWS_AWAITED),
        CheckConstraint("tenant_id <> to_tenant_id", name="crosses"),
        in_force_until_withdrawn(),
    )

    reference: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    purpose: Mapped[str] = mapped_column(String(1000))
    urgency: Mapped[str] = mapped_column(String(12), default="normal")
    urgency_rank: Mapped[int] = mapped_column(
        SmallInteger,
        Computed("CASE urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END", persisted=True),
        deferred=True,
    )
    """The place of `urgency` in the inbox, smallest first; stored, so that a page of it is a stretch of an index."""
    scheme_id: Mapped[UUID | None]
    scheme_session_id: Mapped[UUID | None]
    scheme_name: Mapped[str | None] = mapped_column(String(120))
    from_name: Mapped[str] = mapped_column(String(120))
    to_name: Mapped[str] = mapped_column(String(120))
    sent_by: Mapped[str] = mapped_column(String(120))
    sender_membership_id: Mapped[UUID]
    age_band: Mapped[str | None] = mapped_column(String(12))
    sex: Mapped[str | None] = mapped_column(String(10))
    requested_at: Mapped[datetime | None]
    receive_due_on: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    due_on: Mapped[date | None] = mapped_column(
        Computed("CASE state WHEN 'requested' THEN receive_due_on ELSE answer_due_on END", persisted=True),
        deferred=True,
    )
    """The promise that runs now, as `delays.promised_on` says it; stored, to sort the inbox by it."""
    last_moved_at: Mapped[datetime] = mapped_column(default=now)
    last_news_on: Mapped[date | None]
    """The day of the receiver's last step or message, while it owes news of what it accepted."""
    news_due_on: Mapped[date | None]
    """The day by which the receiver gives the next news; none while nobody waits for any."""
    asked_on: Mapped[date | None]
    """The day on which the receiver asked for what is missing, while the sender has not answered: its clock stands."""
    reason: Mapped[str | None] = mapped_column(String(40))
    result: Mapped[str | None] = mapped_column(String(40))
    result_note: Mapped[str | None] = mapped_column(String(1000))
    advised_scheme_id: Mapped[UUID | None]
    """The scheme that the receiver proposes in the place of the one that was asked for, when it returns a referral."""
    eligibility_version_id: Mapped[UUID | None]
    """The conditions by which the person was judged when they were sent. A later version changes no past answer."""
    conditions_met: Mapped[int | None] = mapped_column(SmallInteger)
    """Required conditions that are met; none where the person did not share it."""
    conditions_unmet: Mapped[int | None] = mapped_column(SmallInteger)
    conditions_to_ask: Mapped[int | None] = mapped_column(SmallInteger)

    @property
    def crossing(self) -> dict[str, Any]:
        """What a row that goes with this referral takes over from it: both parties and the end of the consent."""
        return {
            "tenant_id": self.tenant_id,
            "to_tenant_id": self.to_tenant_id,
            "consent_until": self.consent_until,
            "withdrawn_at": self.withdrawn_at,
        }


class Parcel(Base, Crossing):
    """A frozen copy of exactly the fields that the person agreed to share. Insert-only: never rewritten.

    `sealed` holds field code → {label, value, text}: the value as agreed, and the words in which it was shown
    (`clais.sealing`). `fields` are the codes alone.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        belongs_to_crossing(),
        goes_with_referral("parcel"),
        tenant_unique("referral_id", "parcel_version"),
        in_force_until_withdrawn(),
    )

    referral_id: Mapped[UUID]
    parcel_version: Mapped[int] = mapped_column(SmallInteger, default=1)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    sealed: Mapped[bytes]
    consent_text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Consent(Base, TenantOwned):
    """The person's agreement to one referral, as it was given: text, version, language, manner, end."""

    __tablename__ = "consent"
    __table_args__ = (
        belongs_to("referral", "referral_id"),
        of_the_person_of_its_referral(),
        tenant_unique("referral_id"),
        tenant_index("person_id"),
    )

    referral_id: Mapped[UUID]
    person_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    manner: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    fields: Mapped[list[Any]] = mapped_column(default=list)
    withdrawn_at: Mapped[datetime | None]
    withdrawal_note: Mapped[str | None] = mapped_column(String(500))


class ReferralEvent(Base, Crossing):
    """The log of a referral, which both parties read: each step, by whom, why. Insert-only."""

    __tablename__ = "referral_event"
    __table_args__ = (
        belongs_to_crossing(),
        goes_with_referral("referral_event"),
        in_force_until_withdrawn(),
        tenant_index("referral_id", "happened_at"),
        tenant_index("happened_at"),
        Index("ix_referral_event_received", "to_tenant_id", "happened_at"),
    )

    referral_id: Mapped[UUID]
    transition: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str | None] = mapped_column(String(1000))
    by_tenant_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    happened_at: Mapped[datetime] = mapped_column(default=now)
    happened_on: Mapped[date | None]
    """The day on which it happened, where that is not the day on which it was reported."""


class ReferralMessage(Base, Crossing):
    """What sender and receiver write to each other on a referral. Insert-only."""

    __tablename__ = "referral_message"
    __table_args__ = (
        belongs_to_crossing(),
        goes_with_referral("referral_message"),
        in_force_until_withdrawn(),
        tenant_index("referral_id", "sent_at"),
        tenant_index("sent_at"),
        Index("ix_referral_message_received", "to_tenant_id", "sent_at"),
    )

    referral_id: Mapped[UUID]
    by_tenant_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(2000))
    sent_at: Mapped[datetime] = mapped_column(default=now)


class Withdrawal(Base, TenantOwned):
    """Tells the receiver that a referral closed. It names the referral and nobody: it outlives what was shared."""

    __tablename__ = "withdrawal"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        belongs_to_crossing(),
        tenant_unique("referral_id"),
        Index("ix_withdrawal_received", "to_tenant_id", "referral_id"),
    )

    to_tenant_id: Mapped[UUID]
    referral_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(String(20))
    withdrawn_at: Mapped[datetime] = mapped_column(default=now)
    cause: Mapped[str] = mapped_column(String(12), default="withdrawn", server_default="withdrawn")
    """Why it closed: a code of `workflow.CLOSURES`."""
    outcome: Mapped[str | None] = mapped_column(String(20))
    """The state in which the referral closed, to be counted."""
    scheme_id: Mapped[UUID | None]
