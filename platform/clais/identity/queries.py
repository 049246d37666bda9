from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, literal, or_, select

from clais.clock import now
from clais.database import ScopedSession
from clais.identity.models import ApiToken, Invitation, Membership, SignInAttempt, UserAccount, UserSession
from clais.registry.models import Tenant

IDLE = timedelta(hours=2)
"""A session unused this long is over: an agent's counter stays busy all day, an unattended screen does not."""
ABSOLUTE = timedelta(hours=12)
ATTEMPT_WINDOW = timedelta(minutes=15)


# Read on every request, so it is built once and reads columns, not objects.
_LIVE_SESSION = (
    select(
        UserSession.user_id,
        UserSession.membership_id,
        UserSession.role,
        UserSession.display_name,
        UserSession.organisation,
        UserSession.language,
        UserSession.assurance_level,
        UserSession.last_seen_at,
        Tenant.id.label("tenant_id"),
        Tenant.basin_id,
        Tenant.slug,
        Tenant.name,
        Tenant.code,
        Tenant.kind,
    )
    .outerjoin(Tenant, Tenant.id == UserSession.active_tenant_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.expires_at > bindparam("moment"),
        UserSession.last_seen_at > bindparam("idle_since"),
        or_(Tenant.id.is_(None), Tenant.state == "open"),
    )
)
_LIVE_TOKEN = (
    select(
        ApiToken.user_id,
        ApiToken.membership_id,
        ApiToken.role,
        ApiToken.label.label("display_name"),
        literal(None).label("organisation"),
        literal("fr").label("language"),
        literal(1).label("assurance_level"),
        ApiToken.permissions,
        Tenant.id.label("tenant_id"),
        Tenant.basin_id,
        Tenant.slug,
        Tenant.name,
        Tenant.code,
        Tenant.kind,
    )
    .join(Tenant, Tenant.id == ApiToken.active_tenant_id)
    .where(
        ApiToken.token_hash == bindparam("token_hash"),
        ApiToken.expires_at > bindparam("moment"),
        ApiToken.revoked_at.is_(None),
        Tenant.state == "open",
    )
)


def live_session(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """Whom a cookie signs in, and in which tenant if any; None when the session is over, or its tenant not open."""
    moment = now()
    return connection.execute(
        _LIVE_SESSION, {"token_hash": token_hash, "moment": moment, "idle_since": moment - IDLE}
    ).one_or_none()


def live_token(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """The membership that a bearer header speaks for, with the token's own permissions."""
    return connection.execute(_LIVE_TOKEN, {"token_hash": token_hash, "moment": now()}).one_or_none()


def account_by_email(session: ScopedSession, email_hash: bytes) -> UserAccount | None:
    """The account behind an address; the scope must carry the same hash."""
    return session.scalars(select(UserAccount).where(UserAccount.email_hash == email_hash)).one_or_none()


def open_memberships(session: ScopedSession, user_id: UUID) -> list[tuple[Membership, Tenant]]:
    """Where someone works: their memberships in open tenants, by tenant name."""
    rows = session.execute(
        select(Membership, Tenant)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None), Tenant.state == "open")
        .order_by(Tenant.name, Membership.role)
    )
    return [(membership, tenant) for membership, tenant in rows]


def memberships_here(session: ScopedSession, user_id: UUID) -> list[Membership]:
    """What someone does in the tenant at work, whether its doors are open or not, by role."""
    return list(
        session.scalars(
            select(Membership)
            .where(
                Membership.tenant_id == session.scope.tenant_id,
                Membership.user_id == user_id,
                Membership.ended_at.is_(None),
            )
            .order_by(Membership.role)
        )
    )


def tokens_here(session: ScopedSession, user_id: UUID) -> list[ApiToken]:
    """The API tokens that someone ever had in the tenant at work, the oldest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.active_tenant_id == session.scope.tenant_id)
            .order_by(ApiToken.created_at)
        )
    )


def live_invitation(session: ScopedSession, token_hash: bytes) -> Invitation | None:
    """The unused invitation behind a link; the scope must carry the same hash."""
    return session.scalars(
        select(Invitation).where(
            Invitation.token_hash == token_hash, Invitation.used_at.is_(None), Invitation.expires_at > now()
        )
    ).one_or_none()


def recent_failures(session: ScopedSession, subject_hash: bytes) -> int:
    """How many sign-ins failed for one account or address within the window."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.subject_hash == subject_hash, SignInAttempt.attempted_at > now() - ATTEMPT_WINDOW)
        )
        or 0
    )


_COLLEAGUES = (
    select(Membership)
    .where(Membership.tenant_id == bindparam("here"), Membership.ended_at.is_(None))
    .order_by(Membership.display_name)
)


def colleagues(session: ScopedSession) -> list[Membership]:
    """The members of the tenant at work, by name."""
    return list(session.scalars(_COLLEAGUES, {"here": session.scope.tenant_id}))


def team(session: ScopedSession) -> list[Membership]:
    """The members of the tenant at work, by name, read once a request: several parts of a page name them."""
    return session.read_once("team", lambda: colleagues(session))
