"""The texts of the events on schemes and their sessions."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme
from clais.feature.trail import Trail
from clais.translation import N_
from support_center.catalogue.schemas import OperatorSchema, SessionSchema, scheme_schema


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The names of some of the own schemes."""
    own = (Scheme.owner_tenant_id == session.scope.tenant_id, Scheme.id.in_(ids))
    return {row.id: row.name for row in session.execute(select(Scheme.id, Scheme.name).where(*own))}


def fields() -> Mapping[str, str]:
    """The labels of the fields of a scheme, of a session and of an operator."""
    facts = SessionSchema().load_fields | OperatorSchema().load_fields | scheme_schema([]).load_fields
    return {name: str(field.metadata["label"]) for name, field in facts.items()}


TRAIL = Trail(
    verbs={
        "scheme.draft": N_("%(who)s began a scheme"),
        "scheme.publish": N_("%(who)s published a scheme"),
        "scheme.suspend": N_("%(who)s suspended a scheme"),
        "scheme.close": N_("%(who)s closed a scheme"),
        "scheme.reopen": N_("%(who)s took a scheme up again"),
        "scheme.edit": N_("%(who)s changed a scheme"),
        "scheme.confirm": N_("%(who)s confirmed what is written of a scheme"),
        "operator.add": N_("%(who)s added an operator"),
        "operator.edit": N_("%(who)s changed an operator"),
        "scheme_session.plan": N_("%(who)s published a session"),
        "scheme_session.edit": N_("%(who)s changed a session"),
        "seat.reserve": N_("%(who)s kept seats of a session for a platform"),
        "scheme_session.close": N_("%(who)s ended the registrations of a session"),
    },
    fields=fields,
    names={"scheme": names},
)
