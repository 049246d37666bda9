"""Sensitive documents are told to who reads the sensitive facts of the file; to others nothing but that they are."""

from collections.abc import Iterable
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.documents.presentation import is_sensitive
from tenants.people.models import Person
from tenants.sensitive.queries import may_read


def are_shut(session: ScopedSession, person: Person, actor: Actor, papers: Iterable[Any]) -> bool:
    """Whether sensitive ones are among these documents of a person and the actor may not read them."""
    return any(map(is_sensitive, papers)) and not may_read(session, person, None, actor)
