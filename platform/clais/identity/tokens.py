"""API tokens: created for one membership, shown once, revoked with immediate effect."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, literal, select

from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.identity.models import MEMBERSHIP, ApiToken, Membership
from clais.identity.secrets import new_token, token_hash
from clais.registry.models import Tenant

_ACTIVE_TOKEN = (
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


def active_token(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """The membership of a bearer token, with the token's own permissions; None when it is expired or revoked."""
    return connection.execute(_ACTIVE_TOKEN, {"token_hash": token_hash, "moment": now()}).one_or_none()


def tokens_in_tenant(session: ScopedSession, user_id: UUID) -> list[ApiToken]:
    """All API tokens of a user in the current tenant, ended ones included, the oldest first."""
    return list(
        session.scalars(
            select(ApiToken)
            .where(ApiToken.user_id == user_id, ApiToken.active_tenant_id == session.scope.tenant_id)
            .order_by(ApiToken.created_at)
        )
    )


def create_token(
    session: ScopedSession, membership: Membership, label: str, permissions: Collection[str], life: timedelta
) -> str:
    """Create an API token for one membership with at most `permissions`. Returns the token, shown once.

    The caller locks the account before it reads the membership.
    """
    token = new_token()
    made = ApiToken(
        token_hash=token_hash(token),
        user_id=membership.user_id,
        active_tenant_id=membership.tenant_id,
        membership_id=membership.id,
        role=membership.role,
        label=label,
        permissions=sorted(permissions),
        expires_at=now() + life,
    )
    session.add(made)
    _record_token(session, "token.create", made)
    return token


def revoke_token(session: ScopedSession, token: ApiToken) -> None:
    """Revoke an API token."""
    token.revoked_at = now()
    _record_token(session, "token.revoke", token)


def _record_token(session: ScopedSession, verb: str, token: ApiToken) -> None:
    details = {"token": token.short_hash, "permissions": token.permissions}
    record(session, verb, MEMBERSHIP, token.membership_id, details=details)
