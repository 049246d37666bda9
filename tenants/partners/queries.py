from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Text, case, cast, literal, select

from clais.database import ScopedSession
from clais.database.keyset import alphabetical, counted_together, page_after
from clais.registry.models import Partner
from tenants.partners.choices import KINDS

PAGE = 40
_SORTS = {
    "name": alphabetical(Partner.name),
    "kind": cast(
        case({code: f"{place:02d}" for place, code in enumerate(KINDS)}, value=Partner.kind, else_="99"), Text
    ),
}


def partners_page(
    session: ScopedSession,
    narrowed: Mapping[str, Any],
    sort: str = "name",
    after: tuple[str, UUID] | None = None,
    *,
    descending: bool = False,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """One page of partners, each with its sort key; one more row means that a page follows.

    `narrowed` maps `kind` or `is_member` to a value. Raises ValueError for an `after` of another order.
    """
    key = _SORTS[sort]
    found = select(Partner, key.label("sort_key")).where(*_conditions(session, narrowed))
    return list(session.execute(page_after(found, key, Partner.id, after, descending=descending, limit=limit)))


def counts(session: ScopedSession, lists: Collection[Mapping[str, Any]]) -> list[int]:
    """How many partners each of several lists has, in one statement."""
    found: list[Select[Any]] = [
        select(literal(1)).select_from(Partner).where(*_conditions(session, narrowed)) for narrowed in lists
    ]
    return counted_together(session, found)


def _conditions(session: ScopedSession, narrowed: Mapping[str, Any]) -> list[Any]:
    own = Partner.tenant_id == session.scope.tenant_id
    return [own, *(getattr(Partner, name) == value for name, value in narrowed.items())]


def partners_by_id(session: ScopedSession, ids: Collection[UUID]) -> list[Partner]:
    """Several partners at once."""
    return list(
        session.scalars(select(Partner).where(Partner.tenant_id == session.scope.tenant_id, Partner.id.in_(ids)))
    )
