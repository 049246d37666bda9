"""Whether a database is the demo's own: what it brings can be entered with a password that everyone knows."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, select

from clais.database import Scope, unit_of_work
from clais.registry.models import Basin, Tenant
from config.demo.engine.dice import Dice
from config.demo.federation import SEED, is_seeded


def tenants_of_others(engine: Engine) -> list[str]:
    """The names of the tenants among which no demo may be written: none when one stands there, whoever came since."""
    if is_seeded(engine):
        return []
    with unit_of_work(engine, Scope()) as session:
        rows = session.execute(select(Tenant.name, Basin.id, Basin.name).join(Basin).order_by(Tenant.name))
        return [name for name, basin_id, basin in rows if not _is_ours(basin_id, basin)]


def _is_ours(basin_id: UUID, name: str) -> bool:
    """A real basin may have the name of the demo's, and its platforms too; not the key that the dice give it."""
    moment = datetime.fromtimestamp((basin_id.int >> 80) / 1000, UTC)
    tag = name.removeprefix("Bassin ")
    return basin_id in {Dice(f"{SEED}/federation").key(moment), Dice(f"{tag}/registry").key(moment)}
