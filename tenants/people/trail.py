"""The sentences of the trail about files, and the search for people in it."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.trail import Found, Register, Trail
from clais.registry.models import LOCAL_PLATFORM
from clais.searching.typed import query_tokens
from clais.services import services
from clais.translation import N_
from tenants.people import withheld
from tenants.people.matching.search import MOST_PROPOSED, search
from tenants.people.rows import detail
from tenants.people.schemas import PersonSchema
from tenants.people.standing import merged_into, people_by_id


def names(session: ScopedSession, ids: Collection[UUID], _actor: Actor) -> Mapping[UUID, str]:
    """The names of the people of some files, of those too that another file stands for."""
    return {key: person.full_name for key, person in people_by_id(session, list(ids), every_file=True).items()}


def matching(session: ScopedSession, typed: str, _actor: Actor) -> Iterator[Found]:
    """The people that match the typed text."""
    for person in search(session, query_tokens(typed), services().keyring, MOST_PROPOSED).people:
        yield Found(person.id, person.full_name, detail(person))


def subjects(session: ScopedSession, person_id: UUID) -> Collection[UUID]:
    """The files that went into this one: what is on record about them is about the same person."""
    return merged_into(session, person_id)


def fields() -> Mapping[str, str]:
    """Field of a card → its label."""
    labels = {name: str(field.metadata.get("label", name)) for name, field in PersonSchema().load_fields.items()}
    return labels | {withheld.COLUMN: labels["status"]}


TRAIL = Trail(
    verbs={
        "person.read": N_("%(who)s read %(file)s"),
        "person.read_card": N_("%(who)s read the card in %(file)s"),
        "person.read_number": N_("%(who)s had the national number shown in %(file)s"),
        "person.register": N_("%(who)s opened %(file)s"),
        "person.edit": N_("%(who)s changed the card in %(file)s"),
        "person.confirm": N_("%(who)s noted that nothing has changed on the card in %(file)s"),
        "person.unconfirm": N_("%(who)s took back that nothing has changed on the card in %(file)s"),
        "person.tell_apart": N_("%(who)s said that another file is not of the same person as %(file)s"),
        "person.take_over": N_("%(who)s took over %(file)s"),
        "person.hand_over": N_("%(who)s handed over %(file)s"),
        "person.begin_intake": N_("%(who)s began the intake in %(file)s"),
        "person.begin_orientation": N_("%(who)s began the orientation in %(file)s"),
        "person.begin_follow_up": N_("%(who)s began the follow-up in %(file)s"),
        "person.close": N_("%(who)s closed %(file)s"),
        "person.reopen": N_("%(who)s opened again %(file)s"),
    },
    fields=fields,
    register=Register(
        kinds=frozenset({LOCAL_PLATFORM}),
        names=names,
        matching=matching,
        subjects=subjects,
        endpoint="file.show",
        argument="person_id",
        permission="person.read",
    ),
)
