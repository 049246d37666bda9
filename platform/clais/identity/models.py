from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import NIL, Base, Distribution, TableKind, TenantOwned, Timestamped, new_id, tenant_index

ADMINISTRATOR = "federation_admin"
ACCOUNT, MEMBERSHIP = "user_account", "membership"
"""The subject types of accounts and memberships in the audit trail."""


class UserAccount(Base, Timestamped):
    """A user who can sign in. Visible to that user, and to a sign-in with the same e-mail address."""

    __tablename__ = "user_account"
    table_kind = TableKind.PERSON
    distribution = Distribution.REFERENCE
    __table_args__ = (UniqueConstraint("email_hash"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(200))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    display_name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(5), default="fr")
    administers: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]


class Membership(Base, TenantOwned, Timestamped):
    """The role of a user in a tenant, and the organisation. The user sees it from every tenant that they belong to."""

    __tablename__ = "membership"
    table_kind = TableKind.PERSON
    distribution = Distribution.TENANT
    __table_args__ = (tenant_index("user_id"), Index("ix_membership_user_id", "user_id"))

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str] = mapped_column(String(20))
    display_name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]


class UserSession(Base):
    """A signed-in browser. The cookie holds a 256-bit random token; this table holds only its SHA-256."""

    __tablename__ = "user_session"
    table_kind = TableKind.PERSON
    distribution = Distribution.TOKEN
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    active_tenant_id: Mapped[UUID] = mapped_column(default=NIL)
    membership_id: Mapped[UUID] = mapped_column(default=NIL)
    role: Mapped[str] = mapped_column(String(20), default="")
    display_name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(5), default="fr")
    assurance_level: Mapped[int] = mapped_column(SmallInteger, default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    handed_to: Mapped[str | None] = mapped_column(String(300))
    """While someone else has the screen in their hands: the address of the only page that the session opens."""
    handed_at: Mapped[datetime | None]
    """Since when; the session ends an hour later."""


class Invitation(Base):
    """A one-time link with which an invited user chooses a password; only its hash is stored."""

    __tablename__ = "invitation"
    table_kind = TableKind.PERSON
    distribution = Distribution.TOKEN
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A one-time link with which a user who forgot their password chooses another; only hashes are stored.

    `browser_hash` is that of the secret of the browser that asked: the link works in no other.
    """

    __tablename__ = "password_reset"
    table_kind = TableKind.PERSON
    distribution = Distribution.TOKEN
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """A bearer token of the API for one membership; only its hash is stored."""

    __tablename__ = "api_token"
    table_kind = TableKind.PERSON
    distribution = Distribution.TOKEN
    __table_args__ = (Index(None, "user_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    active_tenant_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(120))
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    @property
    def short_hash(self) -> str:
        """The first 12 hexadecimal digits of the hash: they identify the token in lists, which never show the token."""
        return self.token_hash.hex()[:12]


class SignInAttempt(Base):
    """A failed sign-in, counted by account and by IP address. Only keyed hashes are stored."""

    __tablename__ = "sign_in_attempt"
    table_kind = TableKind.LOCAL
    __table_args__ = (Index(None, "subject_hash", "attempted_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    attempted_at: Mapped[datetime] = mapped_column(default=now)
