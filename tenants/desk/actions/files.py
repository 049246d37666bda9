"""Somebody who was known by a visit alone gets a file, or is found to have one."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.identity.models import Membership
from clais.messaging.actions import notify
from clais.workflow import Refused
from tenants.desk.models import Visit
from tenants.exits.actions import reopen_file
from tenants.intake import actions as intake
from tenants.people.actions import lock_file
from tenants.people.models import HandOver, Person
from tenants.team.actions.newcomers import entrust

ASKED = "reopening_asked"
"""The kind of the notifications that somebody whose file is closed is at the desk."""


def register(
    session: ScopedSession,
    actor: Actor,
    visit: Visit,
    facts: Mapping[str, Any],
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
    referent: Membership | None = None,
    above_ceiling: bool = False,
) -> tuple[Person, HandOver | None]:
    """Open a file for who came, with their agreement; what they ask is noted in a room, by who receives them.

    `referent` follows them, None: nobody yet. Given too is what made somebody else than the actor the referent.
    Raises Refused('wrong_state') when the visit has a file, what `tenants.people.actions.new_file` raises, and
    AboveCeiling unless `above_ceiling`.
    """
    if visit.person_id is not None:
        raise Refused("wrong_state")
    person = intake.register(session, actor, facts, None, keyring, confirmed_different=confirmed_different)
    identify(session, visit, person)
    if referent is not None and person.referent_id == referent.id:
        return person, None
    person.referent_id = None
    session.flush()
    if referent is None:
        return person, None
    return person, entrust(session, actor, person, referent, former=None, above_ceiling=above_ceiling)


def identify(session: ScopedSession, visit: Visit, person: Person) -> None:
    """Say whose visit it is; what was typed of them is erased, since their card says it.

    Raises Refused('wrong_state') when it is somebody's already.
    """
    if visit.person_id is not None:
        raise Refused("wrong_state")
    visit.person_id, visit.sealed = person.id, None
    record(session, "visit.identify", "visit", visit.id, person_id=person.id)
    session.flush()


def reopen(session: ScopedSession, actor: Actor, visit: Visit) -> None:
    """Open the closed file of somebody who comes back. Raises Refused when it is open, or to who may not."""
    reopen_file(session, lock_file(session, _closed(session, visit)), actor)


def ask_to_reopen(
    session: ScopedSession, visit: Visit, members: Collection[Membership], tell: Callable[[str], str]
) -> None:
    """Tell who may open a closed file that its person is here; each of them once a visit. `tell` puts a reference in
    words. Raises Refused('wrong_state') when it is open.
    """
    person = _closed(session, visit)
    text, key = tell(person.reference), f"{ASKED}:{visit.id}"
    for member in members:
        notify(session, member.id, ASKED, "person", person.id, text, key, person_id=person.id)
    record(session, "visit.ask_to_reopen", "visit", visit.id, person_id=person.id)


def _closed(session: ScopedSession, visit: Visit) -> Person:
    person = session.get(Person, (visit.tenant_id, visit.person_id)) if visit.person_id else None
    if person is None or person.stage != "closed":
        raise Refused("wrong_state")
    return person
