"""The sentences of the trail about partners."""

from collections.abc import Collection, Mapping
from uuid import UUID

from clais.database import ScopedSession
from clais.feature.trail import Trail
from clais.translation import N_
from tenants.partners.queries import partners_by_id
from tenants.partners.schemas import PartnerSchema


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of some partners."""
    return {partner.id: partner.name for partner in partners_by_id(session, ids)}


def fields() -> Mapping[str, str]:
    """Field of a partner → its label."""
    return {name: str(field.metadata["label"]) for name, field in PartnerSchema().load_fields.items()}


TRAIL = Trail(
    verbs={
        "partner.add": N_("%(who)s added a partner"),
        "partner.change": N_("%(who)s changed a partner"),
    },
    fields=fields,
    names={"partner": names},
)
