"""The texts of the events on participants and seats, and the names of participants in the trail."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from clais.actor import Actor
from clais.audit.listings import record_listing
from clais.database import ScopedSession
from clais.feature.trail import Found, Register, Trail
from clais.registry.models import SUPPORT_CENTRE
from clais.searching.typed import query_tokens
from clais.services import services
from clais.translation import N_
from support_center.routing import queries
from support_center.routing.search import participants_matching

READ = "participant.read"


def names(session: ScopedSession, ids: Collection[UUID], actor: Actor) -> Mapping[UUID, str]:
    """The names of participants while their consent stands; the number of the record otherwise.

    A network lead reads no content of a case (domain, roles): they see numbers only.
    """
    known = queries.participants_called(session, ids)
    if not actor.may(READ):
        return {row.id: row.reference for row in known}
    record_listing(session, (row.id for row in known if row.name))
    return {row.id: row.name or row.reference for row in known}


def matching(session: ScopedSession, typed: str, actor: Actor) -> Iterator[Found]:
    """The participants that match a name or a number while it is typed."""
    if actor.may(READ):
        found = participants_matching(session, query_tokens(typed), services().keyring)
        record_listing(session, (row.id for row in found.people))
        for row in found.people:
            yield Found(row.id, row.display_name, row.reference)
    else:
        for key, reference in queries.participants_numbered(session, typed):
            yield Found(key, reference, "")


def subjects(session: ScopedSession, participant_id: UUID) -> Collection[UUID]:
    """The referral of a participant: before it was accepted, nothing else named them."""
    referral_id = queries.referral_of(session, participant_id)
    return () if referral_id is None else (referral_id,)


TRAIL = Trail(
    verbs={
        "participant.open": N_("%(who)s opened the record of a participant"),
        "participant.note": N_("%(who)s noted how it goes for a participant"),
        "participant.erase": N_("%(who)s erased what was shared of a participant"),
        "seat.give": N_("%(who)s gave a seat"),
        "seat.queue": N_("%(who)s put someone on the waiting list"),
        "seat.release": N_("%(who)s released a seat"),
    },
    register=Register(
        kinds=frozenset({SUPPORT_CENTRE}),
        names=names,
        matching=matching,
        subjects=subjects,
        endpoint="routing.participant",
        argument="participant_id",
        permission=READ,
    ),
)
