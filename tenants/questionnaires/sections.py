"""The questionnaires on the file of a person."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.file.queries import newest
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires.presentation import state_tag, when_text
from tenants.questionnaires.workflow import WRITE


def fillings_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any]:
    """The newest questionnaires, and the way to begin one."""
    rows = newest(session, person.id, actor)["questionnaires"]
    return {
        "lines": [(row, state_tag(row), when_text(row)) for row in rows],
        "may_write": actor.may(WRITE) and person.stage in OPEN_STAGES,
    }


def under_way_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What was begun and waits to be finished."""
    rows = [row for row in newest(session, person.id, actor)["questionnaires"] if row.state == "open"]
    return {"lines": rows, "first_on": rows[0].begun_on} if rows and actor.may(WRITE) else None
