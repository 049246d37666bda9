"""A status that tells of health: in clear the card says « other », and which one it is stands sealed beside it.

Every card that says « other » has something sealed of one length, so that its presence tells nothing. Lists, searches
and figures see « other » alone.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select

from clais.database import ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from tenants.people.models import Person

IN_CLEAR = {"sickness": "other"}
"""A status that tells of health → what the card says in its place."""
COLUMN = "status_sealed"
LENGTH = 32
"""Every sealed status has this length."""

log = structlog.get_logger("tenants.people")


def in_clear(status: str | None) -> str | None:
    """What a card says of a status."""
    return IN_CLEAR.get(status, status) if status else status


def sealed_status(keyring: Keyring, tenant_id: UUID, person_id: UUID, status: str | None) -> bytes | None:
    """Which status it is, sealed for the card of a person; None for one that the card says."""
    if status is None or in_clear(status) not in IN_CLEAR.values():
        return None
    return keyring.encrypt(status.ljust(LENGTH), table="person", column=COLUMN, tenant_id=tenant_id, row_id=person_id)


def seal_status(keyring: Keyring, person: Person, status: str | None) -> None:
    """Seal which status it is beside the card, when the card does not say it; `person` has its key and its tenant."""
    person.status_sealed = sealed_status(keyring, person.tenant_id, person.id, status)


def precise_status(keyring: Keyring, person: Person) -> str | None:
    """The status of a person, also the one that the card does not say; what the card says when it cannot be read."""
    if person.status_sealed is None or person.status not in IN_CLEAR.values():
        return person.status
    try:
        return keyring.decrypt(
            person.status_sealed, table="person", column=COLUMN, tenant_id=person.tenant_id, row_id=person.id
        ).rstrip()
    except DecryptionFailed:
        log.error("a sealed status could not be read", person=str(person.id))  # noqa: TRY400 - the trace says no more.
        return person.status


def take_out_of_clear(keyring: Keyring, person: Person) -> None:
    """Seal a status that tells of health and stands in clear on the card, from before such ones were sealed."""
    if person.status in IN_CLEAR:
        seal_status(keyring, person, person.status)
        person.status = in_clear(person.status)


def seal_typed(keyring: Keyring, person: Person, facts: dict[str, Any]) -> bool:
    """Seal which status stands among `facts` of a card, and leave there what the card says of it.

    Whether what is sealed may be another one while the card says the same. Then the save is a change, also when it is
    none: else its answer, its version and its record would tell which one was sealed.
    """
    if "status" not in facts:
        return False
    typed = facts["status"]
    facts["status"] = in_clear(typed)
    if replaces(keyring, person, typed):
        seal_status(keyring, person, typed)
    return says_the_same(person, typed)


def says_the_same(person: Person, typed: str | None) -> bool:
    """Whether the card says the same of the status that was typed as it does now, and does not say which one it is."""
    return person.status in IN_CLEAR.values() and in_clear(typed) == person.status


def with_status_in_clear(session: ScopedSession, limit: int = 500) -> Sequence[Person]:
    """The people whose card says in clear a status that tells of health."""
    own = (Person.tenant_id == session.scope.tenant_id, Person.status.in_(IN_CLEAR))
    return session.scalars(select(Person).where(*own).order_by(Person.id).limit(limit)).all()


def replaces(keyring: Keyring, person: Person, status: str | None) -> bool:
    """Whether a status that was typed is another one than that of the person.

    « Other » is what their card shows: typed again, it takes nothing back that is sealed.
    """
    return status not in {person.status, precise_status(keyring, person)}
