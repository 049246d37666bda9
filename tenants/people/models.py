from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, SmallInteger, String, UniqueConstraint, event, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.audit.listings import record_name
from clais.clock import now, today
from clais.database import (
    Base,
    LeftOut,
    ScopedSession,
    TenantOwned,
    Timestamped,
    Versioned,
    belongs_to,
    tenant_index,
    tenant_unique,
)
from clais.text import full_name, spoken_name
from tenants.people.hanging import read_what_hangs_on_standing_files

BESIDE_THE_CARD = frozenset({
    "tenant_id", "id", "version", "created_at", "updated_at", "reference", "sort_name", "nis_code",
    "national_number", "status_sealed", "registration_consent_at", "registration_consent_manner", "stage",
    "stage_since", "referent_id", "last_contact_on", "confirmed_at", "confirmed_by",
    "quiet_from", "quiet_until", "merged_into_id", "left_out_at",
})  # fmt: skip
"""The columns that a form does not write directly: computed, encrypted, set by a transition or recorded. Every other
column is a fact of the card."""

BY_MAIL = "email"
"""The contact preference of who wants to be written to."""
WAITS = "stage = 'registered' OR (stage = 'in_intake' AND referent_id IS NULL)"
"""The people who wait at the reception: registered without an intake, or in intake without a referent."""


class Person(Base, TenantOwned, Timestamped, Versioned, LeftOut):
    """Someone whom a platform receives and follows: the head of the file."""

    __tablename__ = "person"
    __table_args__ = (
        belongs_to("person", "merged_into_id", ondelete="CASCADE"),
        tenant_index("merged_into_id", name="ix_person_merged", postgresql_where=text("merged_into_id IS NOT NULL")),
        tenant_unique("reference"),
        tenant_index("sort_name", "id"),
        tenant_index("stage", "sort_name", "id"),
        tenant_index(
            "referent_id",
            "stage",
            "last_contact_on",
            name="ix_person_followed",
            postgresql_where=text("left_out_at IS NULL"),
        ),
        tenant_index("created_at"),
        tenant_index(
            "id",
            name="ix_person_set_aside",
            postgresql_where=text("left_out_at IS NOT NULL AND merged_into_id IS NULL"),
        ),
        tenant_index("stage_since", "id", name="ix_person_waiting", postgresql_where=WAITS),
        belongs_to("membership", "referent_id"),
        CheckConstraint("sex IN ('woman', 'man', 'other', 'undeclared')", name="sex"),
    )

    reference: Mapped[str] = mapped_column(String(20))
    family_name: Mapped[str] = mapped_column(String(80))
    birth_name: Mapped[str | None] = mapped_column(String(80))
    given_names: Mapped[str] = mapped_column(String(80))
    sort_name: Mapped[str] = mapped_column(String(170, collation="C"))
    birth_date: Mapped[date | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    sex: Mapped[str] = mapped_column(String(10), default="undeclared")
    national_number: Mapped[bytes | None] = mapped_column(LargeBinary(160))
    street: Mapped[str | None] = mapped_column(String(120))
    street_number: Mapped[str | None] = mapped_column(String(12))
    box: Mapped[str | None] = mapped_column(String(12))
    postal_code: Mapped[str | None] = mapped_column(String(4))
    locality: Mapped[str | None] = mapped_column(String(80))
    nis_code: Mapped[str | None] = mapped_column(String(5))
    phone: Mapped[str | None] = mapped_column(String(20))
    other_phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(200))
    contact_preference: Mapped[str | None] = mapped_column(String(12))
    languages: Mapped[list[Any]] = mapped_column(default=list)
    """Rows of {language, spoken, written, understood}: ISO 639-1 code and CEFR levels ('native' too)."""
    status: Mapped[str | None] = mapped_column(String(30))
    status_sealed: Mapped[bytes | None] = mapped_column(LargeBinary(120))
    """Which status it is, when the card does not say it: see `tenants.people.withheld`."""
    status_since: Mapped[date | None]
    schooling: Mapped[str | None] = mapped_column(String(30))
    schooling_note: Mapped[str | None] = mapped_column(String(200))
    driving_licences: Mapped[list[Any]] = mapped_column(default=list)
    has_vehicle: Mapped[bool | None]
    forem_number: Mapped[str | None] = mapped_column(String(20))
    forem_registered_on: Mapped[date | None]
    availability: Mapped[str | None] = mapped_column(String(300))
    stage: Mapped[str] = mapped_column(String(20), default="registered")
    stage_since: Mapped[date] = mapped_column(default=today)
    referent_id: Mapped[UUID | None]
    last_contact_on: Mapped[date | None]
    quiet_from: Mapped[date | None]
    """The day on which someone said that no contact is needed for now."""
    quiet_until: Mapped[date | None]
    """The last day of that; what happens in the file ends it before: see `tenants.people.quiet`."""
    registration_consent_at: Mapped[datetime | None]
    registration_consent_manner: Mapped[str | None] = mapped_column(String(20))
    confirmed_at: Mapped[datetime | None]
    """When they last said that nothing has changed of how they are reached and of their situation."""
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    """To whom they said it, by the name of that day."""
    merged_into_id: Mapped[UUID | None]
    """The file that stands for this one, since both are of one person."""

    @property
    def full_name(self) -> str:
        """The name, given names first, for every page, letter and list: who is shown it in an answer is on record."""
        record_name(self)
        return full_name(self.family_name, self.given_names)

    @property
    def spoken_name(self) -> str:
        """The name to use in the presence of the person: the given names, or else the family name."""
        record_name(self)
        return spoken_name(self.family_name, self.given_names)

    @property
    def wants_mail(self) -> bool:
        """Whether they chose to be written to by mail, and have an address for it."""
        return bool(self.email) and self.contact_preference == BY_MAIL

    @property
    def has_national_number(self) -> bool:
        return self.national_number is not None

    @property
    def is_set_aside(self) -> bool:
        """Whether the file was encoded by mistake: it is left out, and no other one stands for it."""
        return self.left_out_at is not None and self.merged_into_id is None


event.listen(ScopedSession, "do_orm_execute", read_what_hangs_on_standing_files)


class PersonKey(Base, TenantOwned):
    """A normalised search key of a person: word of a name, phone, reference, keyed hash of a number.

    `kind` is name, phone, reference, birth, email or number for what is typed in a search, sound, year or born for what
    only duplicates share, and compared for a file that was compared with the others (`tenants.people.matching.keys`).
    Searches use equality and ranges only, for which row level security can use the index.
    """

    __tablename__ = "person_key"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        Index("ix_person_key_lookup", "tenant_id", "kind", "key", "person_id"),
        tenant_index("person_id"),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(170, collation="C"))


class PersonPeriod(Base, TenantOwned):
    """What was so of a person from one day on: their status, address, schooling, household…, until the next period.

    A period has no end of its own: the day before the next one is its last. So no two can overlap and none leaves a gap
    unsaid, whoever writes them: the key holds it. A fact that never changed here may have none: the card says it.
    """

    __tablename__ = "person_period"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        UniqueConstraint(
            "tenant_id", "person_id", "fact", "since", name="uq_person_period_since", postgresql_nulls_not_distinct=True
        ),
    )

    person_id: Mapped[UUID]
    fact: Mapped[str] = mapped_column(String(20))
    since: Mapped[date | None]
    """None: nobody knows since when, which only the first period may say."""
    value: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """None: from this day on nobody knows."""


class PersonChange(Base, TenantOwned):
    """What changed on a file, and what it said before. Insert-only."""

    __tablename__ = "person_change"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "changed_at"),
    )

    person_id: Mapped[UUID]
    facts: Mapped[dict[str, Any]]
    """Fact → {before, after}: values of the card, or the periods of a dated fact. Never a national number."""
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime] = mapped_column(default=now)


class RecentlyOpened(Base, TenantOwned):
    """The files a member opened last, to come back to one in a click."""

    __tablename__ = "recently_opened"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("membership_id", "person_id"),
        tenant_index("membership_id", "opened_at"),
    )

    membership_id: Mapped[UUID]
    person_id: Mapped[UUID]
    opened_at: Mapped[datetime] = mapped_column(default=now)


class HandOver(Base, TenantOwned):
    """A file that changed hands: who gave it to whom, or took it over, with a word for who goes on. Insert-only."""

    __tablename__ = "hand_over"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("membership", "from_membership_id"),
        belongs_to("membership", "to_membership_id"),
        tenant_index("person_id", "happened_at"),
    )

    person_id: Mapped[UUID]
    from_membership_id: Mapped[UUID | None]
    to_membership_id: Mapped[UUID]
    to_name: Mapped[str] = mapped_column(String(120))
    actor_name: Mapped[str] = mapped_column(String(120))
    word: Mapped[str | None] = mapped_column(String(500))
    happened_at: Mapped[datetime] = mapped_column(default=now)


class ToldApart(Base, TenantOwned):
    """Two files that are not one person's, as somebody decided. Each has its row about the other."""

    __tablename__ = "told_apart"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("person", "other_id", ondelete="CASCADE"),
        tenant_index(
            "person_id",
            "other_id",
            name="uq_told_apart_standing",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        tenant_index("other_id"),
    )

    person_id: Mapped[UUID]
    other_id: Mapped[UUID]
    cause: Mapped[str] = mapped_column(String(12))
    """What it follows from: a code of `choices.TOLD_APART`."""
    because: Mapped[str | None] = mapped_column(String(500))
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    """When it was taken back, or another decision came in its place."""
    ended_by: Mapped[str | None] = mapped_column(String(120))
