from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique
from clais.exchange.referrals.crossing import (
    Crossing,
    belongs_to_crossing,
    goes_with_referral,
    in_force_until_withdrawn,
    of_the_person_of_its_referral,
)

LONGEST_PAUSE = 28
"""So many days a pause puts an answer off at most: neither side makes a promise of weeks one of months."""
SCHEME, TRANSFER = "scheme", "transfer"
"""The kinds of referrals."""
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
        CheckConstraint(
            "seat_offer <> 'offered' OR (offered_session_id IS NOT NULL AND offer_until IS NOT NULL)", name="seat_offer"
        ),
        in_force_until_withdrawn(),
        CheckConstraint("kind IN ('scheme', 'transfer')", name="kind"),
        CheckConstraint(f"promised_on IS NULL OR answer_due_on <= promised_on + {LONGEST_PAUSE}", name="answer_due"),
    )

    reference: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12), default=SCHEME, server_default=SCHEME)
    """What the receiver is asked: a place in its schemes, or to take the file of the person over (a transfer)."""
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
    promised_on: Mapped[date | None]
    """The day of the answer as it was promised: a pause puts `answer_due_on` off, so far and no farther."""
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
    seat_offer: Mapped[str] = mapped_column(String(12), default="none", server_default="none")
    """Where the last offer of a seat to someone who waits stands; see `workflow.SEAT_OFFER`."""
    offered_session_id: Mapped[UUID | None]
    offer_until: Mapped[date | None]
    """The last day to answer the offer: the seat is held until then."""

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


class PresenceSummary(Base, TenantOwned, Timestamped, Versioned):
    """How often the person of a referral was there, in numbers alone: the receiver counts, the sender reads.

    The row is the receiver's: the sender reads it until the consent is over, and a withdrawal has it erased. No foreign
    key: the referral is the sender's.
    """

    __tablename__ = "presence_summary"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("referral_id"),
        Index("ix_presence_summary_received", "to_tenant_id", "referral_id"),
        CheckConstraint("attended >= 0 AND attended <= held AND unexcused >= 0", name="numbers"),
    )

    to_tenant_id: Mapped[UUID]
    referral_id: Mapped[UUID]
    consent_until: Mapped[datetime]
    held: Mapped[int] = mapped_column(SmallInteger)
    """The half-days that count: those that were said, without what the receiver itself called off."""
    attended: Mapped[int] = mapped_column(SmallInteger)
    excused: Mapped[int] = mapped_column(SmallInteger)
    unexcused: Mapped[int] = mapped_column(SmallInteger)
    last_on: Mapped[date]
    """The last day of which something was said."""
