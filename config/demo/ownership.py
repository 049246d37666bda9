"""Whether a database is the demo's own: what it brings can be entered with a password that everyone knows."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select

from clais.database import Scope, unit_of_work
from clais.registry.models import Basin, Tenant
from config.demo.engine.dice import Dice
from config.demo.federation import SEED, is_seeded


def tenants_of_others(engine: Engine) -> list[str]:
    """The names of tenants that the demo did not create; none once the demo is in the database."""
    if is_seeded(engine):
        return []
    with unit_of_work(engine, Scope()) as session:
        rows = session.execute(select(Tenant.name, Basin.id, Basin.name).join(Basin).order_by(Tenant.name))
        return [name for name, basin_id, basin in rows if not _is_ours(basin_id, basin)]


def _is_ours(basin_id: UUID, name: str) -> bool:
    """A real basin may have the same name, but not the id that the demo's dice draw."""
    moment = datetime.fromtimestamp((basin_id.int >> 80) / 1000, UTC)
    tag = name.removeprefix("Bassin ")
    return basin_id in {Dice(f"{SEED}/federation").key(moment), Dice(f"{tag}/registry").key(moment)}
