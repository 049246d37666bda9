from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, tuple_

from clais.database import ScopedSession
from clais.registry.models import Partner

PAGE = 40


def partners_after(
    session: ScopedSession, after: tuple[str, UUID] | None = None, *, kind: str | None = None, limit: int = PAGE
) -> list[Partner]:
    """One page of partners by name, after the (name, id) of the one before; one more row means that a page follows."""
    found = select(Partner).where(Partner.tenant_id == session.scope.tenant_id)
    if kind:
        found = found.where(Partner.kind == kind)
    if after is not None:
        found = found.where(tuple_(Partner.name, Partner.id) > after)
    return list(session.scalars(found.order_by(Partner.name, Partner.id).limit(limit + 1)))


def partners_by_id(session: ScopedSession, ids: Collection[UUID]) -> list[Partner]:
    """Several partners at once."""
    return list(
        session.scalars(select(Partner).where(Partner.tenant_id == session.scope.tenant_id, Partner.id.in_(ids)))
    )
