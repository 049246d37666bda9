"""The rows and periods that a URL names, or 404."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.web.context import database, get_or_404
from tenants.people.dated import history_of, stored_periods
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.rules.periods import Span, spans
from tenants.situation.models import Episode


@dataclass(frozen=True, slots=True)
class Known:
    """A dated fact of a person, with its periods, the oldest first."""

    person: Person
    fact: str
    periods: list[Span]


def person_of_page(person_id: UUID) -> Person:
    """The person of the page. The reading of the file is recorded, whatever the request."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def known_of(person_id: UUID, fact: str) -> Known:
    """The history of a fact of the person of the page."""
    person = person_of_page(person_id)
    return Known(person, fact, spans(history_of(person, fact, stored_periods(database(), person.id))))


def period_of(known: Known, number: int) -> Span:
    """One period, by its number from 1, the oldest first."""
    if not 1 <= number <= len(known.periods):
        abort(404)
    return known.periods[number - 1]


def episode_of(person_id: UUID, episode_id: UUID) -> tuple[Person, Episode]:
    """A person of the page with one of their episodes."""
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(Episode, episode_id))
