from uuid import UUID, uuid4

from sqlalchemy import Engine, delete

from clais.database import Scope, unit_of_work
from clais.registry.actions import create_basin, open_tenant
from clais.registry.models import LOCAL_PLATFORM, Basin, Tenant


class Opening:
    """A call that opens a platform in a basin of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._basins: list[UUID] = []

    def __call__(self) -> None:
        tag = uuid4().hex
        with unit_of_work(self._engine, Scope(administers=True)) as session:
            basin = create_basin(session, f"Mesure {tag}")
            open_tenant(session, basin, kind=LOCAL_PLATFORM, name="Mesure", slug=f"ouverture-{tag}", code="ZZZ")
        self._basins.append(basin.id)

    def close_again(self) -> None:
        """Take away what was opened, so that the next run finds what this one found."""
        with unit_of_work(self._engine, Scope(administers=True)) as session:
            session.execute(delete(Tenant).where(Tenant.basin_id.in_(self._basins)))
            session.execute(delete(Basin).where(Basin.id.in_(self._basins)))
