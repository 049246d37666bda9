"""The sentences of the trail about instruments that a platform adopts."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.models import Instrument
from clais.feature.trail import Trail
from clais.translation import N_


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of the instruments that some rows of the platform are about."""
    here = session.scope
    found = (
        select(InstrumentAdoption.id, Instrument.name)
        .join(
            Instrument,
            (Instrument.owner_tenant_id == InstrumentAdoption.to_tenant_id)
            & (Instrument.id == InstrumentAdoption.instrument_id),
        )
        .where(
            InstrumentAdoption.tenant_id == here.tenant_id,
            InstrumentAdoption.id.in_(ids),
            Instrument.basin_id == here.basin_id,
        )
    )
    return {row.id: row.name for row in session.execute(found)}


TRAIL = Trail(
    verbs={
        "instrument.adopt": N_("%(who)s adopted a version of an instrument"),
        "instrument.change_here": N_("%(who)s changed what is asked here in an instrument"),
        "instrument.ask_exception": N_("%(who)s asked to wait with a version of an instrument"),
    },
    names={"instrument_adoption": names},
)
