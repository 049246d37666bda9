"""The section of the card on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.people.models import Person
from tenants.people.presentation import details


def details_on_file(_session: ScopedSession, person: Person, _actor: Actor) -> Mapping[str, Any]:
    """Identity, contact, situation, and the facts still to ask."""
    return details(person)
