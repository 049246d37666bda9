"""The URLs of a person's pages."""

from uuid import UUID

from flask import url_for

from clais.web.context import actor
from tenants.people.models import Person


def file_url(person_id: UUID, part: str | None = None) -> str:
    """The URL of a person's file, at one of its sections."""
    return url_for("file.show", person_id=person_id, _anchor=part)


def home_url(person_id: UUID, part: str | None = None) -> str:
    """The URL of the file, or of the card for an actor who may not read files, at one of its sections."""
    if actor().may("person.read"):
        return file_url(person_id, part)
    return url_for("people.card", person_id=person_id, _anchor=part)


def home_of(person: Person) -> str:
    """The same for a person."""
    return home_url(person.id)
