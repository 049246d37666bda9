"""The facts of a card as they are compared, and as they are kept until a merge cannot be taken back any more."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from clais.encryption import Keyring
from tenants.merging.rules.facts import GROUPS
from tenants.people.matching.keys import decrypted_number, encrypted_number
from tenants.people.models import Person


def facts_of(person: Person, keyring: Keyring) -> dict[str, Any]:
    """The facts of a card that are compared, the national number in clear: nobody is shown it."""
    facts = {name: getattr(person, name) for group in GROUPS for name in group}
    return facts | {"national_number": decrypted_number(keyring, person)}


def number_for(person: Person, number: str | None, keyring: Keyring) -> bytes | None:
    """A national number, sealed for a card."""
    return encrypted_number(keyring, person, number) if number else None


def as_stored(person: Person, name: str) -> Any:
    """A fact of a card as JSON holds it."""
    value = getattr(person, name)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def from_stored(name: str, value: Any) -> Any:
    """The same back."""
    kind = Person.__table__.columns[name].type.python_type
    if value is None or kind not in _BACK:
        return value
    return _BACK[kind](value)


_BACK: dict[type, Callable[[Any], Any]] = {
    bytes: bytes.fromhex,
    UUID: UUID,
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
}
