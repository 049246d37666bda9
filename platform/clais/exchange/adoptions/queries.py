"""Which versions of instruments the platforms work with, read by each of them and by the centre that publishes them."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, Uuid, any_, bindparam, cast, func, select

from clais.clock import today
from clais.database import HERE, ScopedSession, built_once
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.rules.drift import Drift, drift_of
from clais.exchange.publications.instruments import Shelf


def own_adoptions(session: ScopedSession) -> dict[UUID, InstrumentAdoption]:
    """Instrument → what the platform at work says of it."""
    found = select(InstrumentAdoption).where(InstrumentAdoption.tenant_id == session.scope.tenant_id)
    return {row.instrument_id: row for row in session.scalars(found)}


def adoption_of(session: ScopedSession, instrument_id: UUID, *, held: bool = False) -> InstrumentAdoption | None:
    """What the platform at work says of an instrument; `held`: nobody else changes it until this transaction ends."""
    found = select(InstrumentAdoption).where(
        InstrumentAdoption.tenant_id == session.scope.tenant_id, InstrumentAdoption.instrument_id == instrument_id
    )
    if held:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()


class Told(NamedTuple):
    """What a platform says of an instrument, as the centre reads it of hundreds at once."""

    tenant_id: UUID
    instrument_id: UUID
    number: int | None
    adopted_on: date | None
    exception_until: date | None
    exception_reason: str | None
    files: int | None
    files_in_use: int | None
    local_parts: int | None


class Alike(NamedTuple):
    """Platforms that say the same of an instrument: which version they work with, until when they asked to wait."""

    instrument_id: UUID
    number: int | None
    exception_until: date | None
    platforms: list[str]
    """Their ids as text, which costs a tenth of what as many UUIDs do."""


def received_standings(session: ScopedSession) -> dict[UUID, list[Alike]]:
    """Instrument → the platforms that stand alike towards it, for the centre: hundreds of them in a few rows."""
    found: dict[UUID, list[Alike]] = {}
    for one in map(Alike._make, session.execute(_received_standings(), {"here": session.scope.tenant_id})):
        found.setdefault(one.instrument_id, []).append(one)
    return found


@built_once
def _received_standings() -> Select[*tuple[Any, ...]]:
    alike = [getattr(InstrumentAdoption, name) for name in Alike._fields[:-1]]
    platforms = func.array_agg(cast(InstrumentAdoption.tenant_id, Text))
    return select(*alike, platforms).where(InstrumentAdoption.to_tenant_id == HERE).group_by(*alike)


def received_adoptions(
    session: ScopedSession, platforms: Collection[UUID] | None = None
) -> dict[tuple[UUID, UUID], Told]:
    """Instrument and platform → what the platform says of it, for the centre that publishes the instruments.

    Of some platforms, or of all.
    """
    values = {"here": session.scope.tenant_id, "platforms": None if platforms is None else list(platforms)}
    told = map(Told._make, session.execute(_received_adoptions(of_some=platforms is not None), values))
    return {(one.instrument_id, one.tenant_id): one for one in told}


@built_once
def _received_adoptions(*, of_some: bool) -> Select[*tuple[Any, ...]]:
    found = select(*(getattr(InstrumentAdoption, name) for name in Told._fields))
    found = found.where(InstrumentAdoption.to_tenant_id == HERE)
    if of_some:
        found = found.where(InstrumentAdoption.tenant_id == any_(bindparam("platforms", type_=ARRAY(Uuid()))))
    return found


def drift(shelf: Shelf, adoption: InstrumentAdoption | Told | None) -> Drift:
    """How far a platform is today from what the centre asks for."""
    said = (adoption.number, adoption.exception_until) if adoption else (None, None)
    return drift_of(asked_of(shelf), *said, today())


def asked_of(shelf: Shelf) -> dict[int, date | None]:
    """The versions of an instrument that can be adopted, by number, each with its last day."""
    return {version.number: version.adopt_by for version in shelf.to_adopt}
