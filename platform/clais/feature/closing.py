"""What a tenant still holds, counted before it is closed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from clais.database import Scope, ScopedSession, unit_of_work


@dataclass(frozen=True, slots=True)
class Holding:
    """Something that a feature counts in the tenant of a session. `label` is a gettext id: a plural noun."""

    label: str
    count: Callable[[ScopedSession], int]


def holdings_of(
    engine: Engine, holdings: Sequence[Holding], *, tenant_id: UUID, basin_id: UUID
) -> list[tuple[Holding, int]]:
    """What a tenant holds, without what it has none of: numbers only, read in its own scope."""
    with unit_of_work(engine, Scope(tenant_id=tenant_id, basin_id=basin_id)) as session:
        counted = [(holding, holding.count(session)) for holding in holdings]
    return [(holding, number) for holding, number in counted if number]
