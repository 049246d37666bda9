"""The check for duplicates before a file is created or its identity changes.

Every writer uses it: the pages, the API and imports.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, literal, select

from clais.audit.frequency import hold_to_limit
from clais.audit.listings import record_search
from clais.database import ScopedSession
from clais.encryption import Keyring
from tenants.people import queries, standing
from tenants.people.matching.duplicates import Match
from tenants.people.matching.identity import Identity
from tenants.people.matching.keys import decrypted_number, identity_of, number_hash
from tenants.people.models import Person

IDENTITY = ("family_name", "birth_name", "given_names", "birth_date", "birth_year", "phone", "other_phone", "email")
"""The facts that identify a person, beside the national number. An address or a status does not."""

# Built once. The key of the lock belongs to the platform: another platform waits for nobody.
_COMPARED_ALONE = select(
    func.pg_advisory_xact_lock(func.hashtextextended(literal("people compared ") + bindparam("here"), 0))
)


class PossibleDuplicates(Exception):  # noqa: N818 - it names what was found.
    """Files of this platform may be of the same person, and nobody confirmed that they are not."""

    def __init__(self, matches: Sequence[Match[Person]]) -> None:
        super().__init__("possible duplicates")
        self.matches = matches


def refuse_duplicates(
    session: ScopedSession,
    data: Mapping[str, Any],
    keyring: Keyring,
    confirmed_different: Collection[UUID],
    person: Person | None = None,
) -> list[UUID]:
    """Raise PossibleDuplicates unless an agent confirmed that each of them is another person (`confirmed_different`).

    Gives those that were. `data` are the facts to write, on the card of `person` or on a new one. Until the transaction
    ends no other file of the platform is compared: whoever comes second sees this one too.
    """
    if person is None or changes_identity(person, data, keyring):
        session.execute(_COMPARED_ALONE, {"here": str(session.scope.tenant_id)})
    matches = possible_duplicates(session, data, keyring, person)
    if needs_confirmation(matches, confirmed_different):
        raise PossibleDuplicates(matches)
    return [match.key.id for match in matches]


def possible_duplicates(
    session: ScopedSession, data: Mapping[str, Any], keyring: Keyring, person: Person | None = None
) -> list[Match[Person]]:
    """The possible duplicates of what would be written, likeliest first; none when the identity does not change.

    Files that a coordinator told apart from that of `person` are not asked about again.
    Raises LimitReached for whoever searched enough for an hour: who is told nothing must not be taken either.
    """
    if person is not None:
        if not changes_identity(person, data, keyring):
            return []
        number = decrypted_number(keyring, person)
        data = {name: getattr(person, name) for name in (*IDENTITY, "locality")} | {"national_number": number, **data}
    identity = typed_identity(session, data, keyring)
    if identity is None:
        return []
    hold_to_limit(session, "lists")
    record_search(session)
    if person is None:
        return queries.probable_duplicates(session, identity)
    apart = standing.apart_from(session, person.id)
    return queries.probable_duplicates(session, identity, excluding=person.id, apart=apart)


def duplicates_of(session: ScopedSession, person: Person, keyring: Keyring) -> list[Match[Person]]:
    """The files that may be of the same person as this one, without those told apart from it. Raises LimitReached."""
    number = decrypted_number(keyring, person)
    identity = identity_of(person, number_hash(keyring, session, number) if number else None)
    hold_to_limit(session, "lists")
    record_search(session)
    apart = standing.apart_from(session, person.id)
    return queries.probable_duplicates(session, identity, excluding=person.id, apart=apart)


def needs_confirmation(matches: Sequence[Match[Person]], confirmed_different: Collection[UUID]) -> bool:
    """Whether an agent still has to look at one of the matches."""
    return any(match.key.id not in confirmed_different for match in matches)


def confirmed_different(answer: Mapping[str, Any]) -> frozenset[UUID]:
    """The files that the agent confirmed as other people's; `answer` is what `DuplicateAnswer` loads."""
    return frozenset(answer.get("compared") or ()) if answer.get("not_duplicate") else frozenset()


def changes_identity(person: Person, data: Mapping[str, Any], keyring: Keyring) -> bool:
    """Whether `data` say of somebody who is known what files are compared by."""
    changed = any(name in data and data[name] != getattr(person, name) for name in IDENTITY)
    return changed or data.get("national_number") not in {None, decrypted_number(keyring, person)}


def typed_identity(session: ScopedSession, data: Mapping[str, Any], keyring: Keyring) -> Identity | None:
    """The identity typed so far; None while there is too little to compare."""
    family, given = data.get("family_name") or "", data.get("given_names") or ""
    number = data.get("national_number")
    if number and not queries.national_number_authorisation(session):
        number = None  # A platform that may not keep the number does not compare it either.
    phones = tuple(filter(None, (data.get("phone"), data.get("other_phone"))))
    if not (number or phones or data.get("email") or (family and given) or (family and data.get("birth_date"))):
        return None
    return Identity(
        family_name=family,
        given_names=given,
        birth_date=data.get("birth_date"),
        birth_year=data.get("birth_year"),
        phones=phones,
        national_number=number_hash(keyring, session, number) if number else None,
        email=data.get("email"),
        locality=data.get("locality"),
        birth_name=data.get("birth_name"),
    )
