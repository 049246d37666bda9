"""The sections of the situation on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.people.models import Person
from tenants.situation.presentation import episode_lines, lines_of
from tenants.situation.queries import by_fact, situation_of

WRITE = "person.edit"


def history_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """What is so of the person, since when, and what was so before."""
    rows = situation_of(session, person.id, actor.membership_id)["periods"]
    return {"lines": list(lines_of(person, by_fact(rows))), "may_write": actor.may(WRITE)}


def episodes_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The work and training of the person, the newest first."""
    rows = situation_of(session, person.id, actor.membership_id)["episodes"]
    return {"episodes": episode_lines(rows), "may_write": actor.may(WRITE)}
