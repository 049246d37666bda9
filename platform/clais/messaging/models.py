from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class OutboxMessage(Base, TenantOwned):
    """A mail to send after the commit; at most one per `dedupe_key` in a tenant.

    `waiting`, then `sending` while a worker has claimed it, until `due_at`. `handed_over`: the content may have
    reached the server, whose reply is not known yet; only that reply, or a person, ends this state. `settled`: a
    person closed it.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        tenant_unique("dedupe_key"),
        tenant_index("due_at", name="ix_outbox_message_waiting", postgresql_where="state IN ('waiting', 'sending')"),
        CheckConstraint("state IN ('waiting', 'sending', 'handed_over', 'sent', 'failed', 'settled')", name="state"),
        CheckConstraint("state <> 'handed_over' OR handed_at IS NOT NULL", name="handed_at"),
    )

    dedupe_key: Mapped[str] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(String(200))
    forgets_recipient: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the address was given for this mail alone: it is erased with the body."""
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    """A calendar file that goes with it; erased with the body."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    created_at: Mapped[datetime] = mapped_column(default=now)
    handed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(60))


SPOKEN, SILENT = "message", "silent"
"""The kinds of what tells of a message, and of what an earlier one stands for: that is unread, and not shown."""


class Notification(Base, TenantOwned):
    """A notification of a member: a sentence and its subject. At most one per `dedupe_key` and member."""

    __tablename__ = "notification"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        tenant_unique("membership_id", "dedupe_key"),
        Index("ix_notification_unread", "tenant_id", "membership_id", "created_at", postgresql_where="read_at IS NULL"),
    )

    membership_id: Mapped[UUID]
    dedupe_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(default=now)
    read_at: Mapped[datetime | None]
