"""The URLs of a person's pages."""

from uuid import UUID

from flask import url_for

from clais.web.context import actor
from tenants.people.models import Person


def file_url(person_id: UUID, part: str | None = None) -> str:
    """The URL of a person's file, at one of its sections."""
    return url_for("file.show", person_id=person_id, _anchor=part)


def home_of(person: Person) -> str:
    """The URL of the file, or of the card for an actor who may not read files."""
    return file_url(person.id) if actor().may("person.read") else url_for("people.card", person_id=person.id)
