from uuid import UUID

from sqlalchemy import bindparam, func, select

from clais.database import ScopedSession
from clais.database.keyset import alphabetical
from clais.identity.models import Membership, UserAccount
from clais.permissions import PermissionTable
from clais.registry.models import Tenant


def account_by_email(session: ScopedSession, email_hash: bytes) -> UserAccount | None:
    """The account of an e-mail address; the scope must hold the same hash."""
    return session.scalars(select(UserAccount).where(UserAccount.email_hash == email_hash)).one_or_none()


def open_memberships(session: ScopedSession, user_id: UUID) -> list[tuple[Membership, Tenant]]:
    """The memberships of a user in open tenants, by tenant name."""
    rows = session.execute(
        select(Membership, Tenant)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None), Tenant.state == "open")
        .order_by(alphabetical(Tenant.name), Membership.role)
    )
    return [(membership, tenant) for membership, tenant in rows]


def memberships_in_tenant(session: ScopedSession, user_id: UUID) -> list[Membership]:
    """The memberships of a user in the current tenant, open or not, by role."""
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


_COLLEAGUES = (
    select(Membership)
    .where(Membership.tenant_id == bindparam("tenant_id"), Membership.ended_at.is_(None))
    .order_by(alphabetical(Membership.display_name))
)


def colleagues(session: ScopedSession) -> list[Membership]:
    """The members of the current tenant, by name."""
    return list(session.scalars(_COLLEAGUES, {"tenant_id": session.scope.tenant_id}))


def team(session: ScopedSession) -> list[Membership]:
    """The members of the current tenant, by name, read once per request: several parts of a page name them."""
    return session.read_once("team", lambda: colleagues(session))


def members_who_may(session: ScopedSession, permission: str, table: PermissionTable) -> list[Membership]:
    """The members of the tenant at work whose role has `permission` in `table`, by name."""
    return [member for member in team(session) if permission in table.of(member.role)]


def members_to_name(session: ScopedSession, permission: str, table: PermissionTable) -> list[Membership]:
    """Those of `members_who_may` whom a row may name by its foreign key: whoever is of another tenant, because a query
    forgot to ask, is no choice of a form, and so an error of that form.
    """
    here = session.scope.tenant_id
    return [member for member in members_who_may(session, permission, table) if member.tenant_id == here]


def members_ever(session: ScopedSession) -> list[Membership]:
    """Everyone who is or was a member of the tenant at work, by name."""
    return list(
        session.scalars(
            select(Membership)
            .where(Membership.tenant_id == session.scope.tenant_id)
            .order_by(alphabetical(Membership.display_name), Membership.id)
        )
    )


def number_of_members(session: ScopedSession) -> int:
    """How many memberships of the current tenant have not ended."""
    found = select(func.count()).where(Membership.tenant_id == session.scope.tenant_id, Membership.ended_at.is_(None))
    return session.scalar(found) or 0
