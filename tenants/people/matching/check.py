"""Before a file is opened, or made to say that it is someone else's: is this person registered here already?

The one place where that is asked, whoever writes: a page, the API or an import.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from clais.database import ScopedSession
from clais.encryption import Keyring
from tenants.people import queries
from tenants.people.matching.duplicates import Identity, Match
from tenants.people.matching.keys import number_hash, open_number
from tenants.people.models import Person

IDENTITY = ("family_name", "given_names", "birth_date", "birth_year", "phone", "other_phone", "email")
"""What tells people apart, beside the national number: another street or another status makes nobody someone else."""


class FilesAlike(Exception):  # noqa: N818 - it reads as what was found.
    """Files of this platform look like that of the same person, and nobody said that each is someone else's."""

    def __init__(self, matches: Sequence[Match[Person]]) -> None:
        super().__init__("files alike")
        self.matches = matches


def ask(
    session: ScopedSession,
    data: Mapping[str, Any],
    keyring: Keyring,
    ruled_out: Collection[UUID],
    person: Person | None = None,
) -> None:
    """Raise FilesAlike unless every file that looks alike is one of `ruled_out`: those that someone looked at.

    `data` are the facts to be written, on the card of `person` or on a new one.
    """
    matches = files_alike(session, data, keyring, person)
    if unanswered(matches, ruled_out):
        raise FilesAlike(matches)


def files_alike(
    session: ScopedSession, data: Mapping[str, Any], keyring: Keyring, person: Person | None = None
) -> list[Match[Person]]:
    """The files that look like what would be written, likeliest first; none when it changes nothing of who it is."""
    if person is not None:
        number = open_number(keyring, person)
        if not _makes_someone_else(person, number, data):
            return []
        data = {name: getattr(person, name) for name in (*IDENTITY, "locality")} | {"national_number": number, **data}
    identity = identity_of_typed(session, data, keyring)
    if identity is None:
        return []
    return queries.probable_duplicates(session, identity, excluding=person.id if person else None)


def unanswered(matches: Sequence[Match[Person]], ruled_out: Collection[UUID]) -> bool:
    """Whether some file that looks alike still has to be looked at."""
    return any(match.key.id not in ruled_out for match in matches)


def ruled_out(answer: Mapping[str, Any]) -> frozenset[UUID]:
    """The files that are other people's, as `DuplicateAnswer` loads it: those that were shown, once that is said."""
    return frozenset(answer.get("compared") or ()) if answer.get("not_duplicate") else frozenset()


def _makes_someone_else(person: Person, number: str | None, data: Mapping[str, Any]) -> bool:
    changed = any(name in data and data[name] != getattr(person, name) for name in IDENTITY)
    return changed or data.get("national_number") not in {None, number}


def identity_of_typed(session: ScopedSession, data: Mapping[str, Any], keyring: Keyring) -> Identity | None:
    """Who was typed so far; None while there is too little to compare."""
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
    )
