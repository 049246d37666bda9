"""Which versions of instruments the platforms work with, read by each of them and by the centre that publishes them."""

from uuid import UUID

from sqlalchemy import select

from clais.clock import today
from clais.database import ScopedSession
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


def received_adoptions(session: ScopedSession) -> dict[tuple[UUID, UUID], InstrumentAdoption]:
    """Instrument and platform → what the platform says of it, for the centre that publishes the instruments."""
    found = select(InstrumentAdoption).where(InstrumentAdoption.to_tenant_id == session.scope.tenant_id)
    return {(row.instrument_id, row.tenant_id): row for row in session.scalars(found)}


def drift(shelf: Shelf, adoption: InstrumentAdoption | None) -> Drift:
    """How far a platform is today from what the centre asks for."""
    asked = {version.number: version.adopt_by for version in shelf.to_adopt}
    if adoption is None:
        return drift_of(asked, None, None, today())
    return drift_of(asked, adoption.number, adoption.exception_until, today())
