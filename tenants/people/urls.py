"""Where a person's pages are."""

from uuid import UUID

from flask import url_for

from clais.web.context import actor
from tenants.people.models import Person


def file_url(person_id: UUID, part: str | None = None) -> str:
    """The file of a person, at one of its parts."""
    return url_for("file.show", person_id=person_id, _anchor=part)


def home_of(person: Person) -> str:
    """Where someone in the actor's role goes on with a person: the file, or its card at the reception."""
    return file_url(person.id) if actor().may("person.read") else url_for("people.card", person_id=person.id)
