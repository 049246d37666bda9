"""The rows that a URL names beside a person, or 404."""

from typing import Protocol, TypeVar
from uuid import UUID

from flask import abort

from tenants.people.models import Person


class OfAPerson(Protocol):
    """A row that leads to a person."""

    @property
    def person_id(self) -> UUID: ...


Row = TypeVar("Row", bound=OfAPerson)


def theirs_or_404(person: Person, row: Row) -> Row:
    """The row, when it is this person's: the file that is on record as read is the one that is shown."""
    if row.person_id != person.id:
        abort(404)
    return row
