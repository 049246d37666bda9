"""The keys that find a person in a search, and those that duplicates share."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, Text, Uuid, bindparam, delete, func, insert, select, tuple_

from clais.database import EVERY_ROW, ScopedSession, new_id
from clais.due.actions import make_due_soon
from clais.encryption import Keyring
from clais.searching.keys import LONGEST_KEY, Key, name_keys, place_keys
from tenants.people.matching.duplicates import blocking_keys
from tenants.people.matching.identity import Identity
from tenants.people.models import Person, PersonKey

# The kinds of `blocking_keys`, as they are stored. Phone, e-mail and number serve search and duplicates alike.
_KINDS = {"names": "sound", "year": "year", "birth": "born", "phone": "phone", "number": "number", "email": "email"}


COMPARED = "compared"
"""The kind of the key that says that a file was compared with the others as its card is: a change takes it away."""
COMPARE = "person.find_duplicates"
"""The job that compares the files whose card was written."""


def number_hash(keyring: Keyring, session: ScopedSession, number: str) -> str:
    """The keyed hash of a clean national number; the same number gives another hash in another tenant."""
    return keyring.lookup_hash(number, tenant_id=session.scope.tenant_id, purpose="national_number").hex()


def encrypted_number(keyring: Keyring, person: Person, number: str) -> bytes:
    """Encrypt a national number for the card: only this row of this tenant can decrypt it."""
    return keyring.encrypt(
        number, table="person", column="national_number", tenant_id=person.tenant_id, row_id=person.id
    )


def decrypted_number(keyring: Keyring, person: Person) -> str | None:
    """The national number of a person in clear, to compare it; `actions.read_number` shows and records it."""
    if person.national_number is None:
        return None
    return keyring.decrypt(
        person.national_number,
        table="person",
        column="national_number",
        tenant_id=person.tenant_id,
        row_id=person.id,
    )


def identity_of(person: Person, hashed_number: str | None = None) -> Identity:
    """The facts that identify this person."""
    return Identity(
        family_name=person.family_name,
        given_names=person.given_names,
        birth_date=person.birth_date,
        birth_year=person.birth_year,
        phones=tuple(filter(None, (person.phone, person.other_phone))),
        national_number=hashed_number,
        email=person.email,
        locality=person.locality,
        birth_name=person.birth_name,
    )


def shared_keys(identity: Identity) -> set[Key]:
    """The keys that a possible duplicate shares, at least one of them."""
    pairs = (key.partition(":") for naming in identity.namings for key in blocking_keys(naming))
    return {(_KINDS[kind], value[:LONGEST_KEY]) for kind, _colon, value in pairs}


def keys_of(person: Person, hashed_number: str | None = None) -> set[Key]:
    """Every key of a person, for searches and for duplicates."""
    keys = {("reference", person.reference), *place_keys(person.postal_code, person.locality)}
    if person.birth_date or person.birth_year:
        keys.add(("birth", person.birth_date.isoformat() if person.birth_date else str(person.birth_year)))
    for naming in identity_of(person).namings:
        keys |= name_keys(naming.family_name, naming.given_names)
    return keys | shared_keys(identity_of(person, hashed_number))


def write_keys(session: ScopedSession, person: Person, keyring: Keyring) -> None:
    """Bring the keys of a person in line with their card."""
    session.flush()
    wanted = _wanted(session, person, keyring) | _former(session, person)
    own = (PersonKey.tenant_id == session.scope.tenant_id, PersonKey.person_id == person.id)
    known = {(kind, key) for kind, key in session.execute(select(PersonKey.kind, PersonKey.key).where(*own))}
    if known - wanted:
        session.execute(delete(PersonKey).where(*own, tuple_(PersonKey.kind, PersonKey.key).in_(known - wanted)))
    _insert(session, person, wanted - known)
    make_due_soon(session, COMPARE)


def put_keys(session: ScopedSession, person: Person, keyring: Keyring) -> None:
    """Write the keys of a person who has none yet, and who is written already."""
    _insert(session, person, _wanted(session, person, keyring))
    make_due_soon(session, COMPARE)


def mark_compared(session: ScopedSession, people: Iterable[Person]) -> None:
    """Put down that some files were compared with the others as their cards are."""
    mark = {"tenant_id": session.scope.tenant_id, "kind": COMPARED, "key": ""}
    if rows := [{**mark, "id": new_id(), "person_id": person.id} for person in people]:
        session.execute(insert(_KEYS), rows)


def drop_keys(session: ScopedSession, person: Person) -> None:
    """Let nothing find a person any more."""
    session.execute(
        delete(PersonKey).where(PersonKey.tenant_id == session.scope.tenant_id, PersonKey.person_id == person.id)
    )


def _wanted(session: ScopedSession, person: Person, keyring: Keyring) -> set[Key]:
    number = decrypted_number(keyring, person)
    return keys_of(person, number_hash(keyring, session, number) if number else None)


def _former(session: ScopedSession, person: Person) -> set[Key]:
    """The numbers of the files that this one stands for: they are on letters, and find it."""
    here = (Person.tenant_id == session.scope.tenant_id, Person.merged_into_id == person.id)
    numbers = session.scalars(select(Person.reference).where(*here).execution_options(**EVERY_ROW))
    return {("reference", number) for number in numbers}


# A name has some thirty keys, and they are written at every reception: one statement takes them all as arrays.
_KEYS: Any = PersonKey.__table__
_INSERT = insert(_KEYS).from_select(
    ["tenant_id", "id", "person_id", "kind", "key"],
    select(
        bindparam("here", type_=Uuid()),
        func.unnest(bindparam("ids", type_=ARRAY(Uuid()))),
        bindparam("person", type_=Uuid()),
        func.unnest(bindparam("kinds", type_=ARRAY(Text()))),
        func.unnest(bindparam("keys", type_=ARRAY(Text()))),
    ),
    include_defaults=False,
)


def _insert(session: ScopedSession, person: Person, keys: Iterable[Key]) -> None:
    rows = sorted(keys)
    if rows:
        kinds, values = zip(*rows, strict=True)
        ids = [new_id() for _row in rows]
        here = {"here": session.scope.tenant_id, "person": person.id}
        session.execute(_INSERT, {**here, "ids": ids, "kinds": list(kinds), "keys": list(values)})
