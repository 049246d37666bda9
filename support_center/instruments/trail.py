"""The texts of the events on instruments."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.publications.models import Instrument, InstrumentVersion
from clais.feature.trail import Trail
from clais.translation import N_


def instrument_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of some of the own instruments."""
    own = (Instrument.owner_tenant_id == session.scope.tenant_id, Instrument.id.in_(ids))
    return {row.id: row.name for row in session.execute(select(Instrument.id, Instrument.name).where(*own))}


def version_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names and numbers of some of the own versions."""
    here = session.scope.tenant_id
    found = (
        select(InstrumentVersion.id, InstrumentVersion.number, Instrument.name)
        .join(Instrument, (Instrument.owner_tenant_id == here) & (Instrument.id == InstrumentVersion.instrument_id))
        .where(InstrumentVersion.owner_tenant_id == here, InstrumentVersion.id.in_(ids))
    )
    return {row.id: f"{row.name} {row.number}" for row in session.execute(found)}


TRAIL = Trail(
    verbs={
        "instrument.create": N_("%(who)s created an instrument"),
        "instrument.begin": N_("%(who)s began a version of an instrument"),
        "instrument.change": N_("%(who)s changed a draft"),
        "instrument.settle": N_("%(who)s settled a remark"),
        "instrument.give_up": N_("%(who)s gave up a draft"),
        "instrument.send": N_("%(who)s sent a version to review"),
        "instrument.take_back": N_("%(who)s took a version back to the draft"),
        "instrument.remark": N_("%(who)s remarked on a version"),
        "instrument.read": N_("%(who)s has read a version in review"),
        "instrument.read_in": N_("%(who)s read a spreadsheet into a draft"),
        "instrument.publish": N_("%(who)s published a version"),
        "instrument.close": N_("%(who)s let a version end"),
        "instrument.reopen": N_("%(who)s took a version up again"),
        "instrument.retire": N_("%(who)s retired a version"),
    },
    names={"instrument": instrument_names, "instrument_version": version_names},
)
