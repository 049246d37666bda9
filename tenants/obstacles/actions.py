"""What is learnt of an obstacle between two bilans. Nothing is changed afterwards: the next thing learnt counts."""

from collections.abc import Callable
from datetime import date

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.instruments.rules.dimensions import SENSITIVE
from clais.workflow import Refused
from tenants.obstacles.choices import LIFTED
from tenants.obstacles.models import ObstacleChange
from tenants.obstacles.rules.history import History
from tenants.people.actions import lock_open_file
from tenants.people.models import Person

Read = Callable[[], History | None]
"""Reads what is known of an obstacle now."""


def key_of(history: History | None) -> str:
    """What tells the last thing known of an obstacle from what a colleague adds meanwhile."""
    return history.last.key if history else "none"


def note_obstacle(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    dimension: str,
    level: int,
    seen_on: date,
    source: str,
    noticed_by: str | None = None,
    note: str | None = None,
    read: Read,
) -> ObstacleChange:
    """Note an obstacle that was found, or that came back. `read` is asked once nobody else adds to it.

    Raises Refused: 'closed_file'; 'sensitive' for what is kept sealed elsewhere; 'known' when it is one already;
    'older' for a day before the last one on which something was learnt.
    """
    lock_open_file(session, person)
    known = read()
    if known is not None and known.is_open:
        raise Refused("known")
    _check(dimension, seen_on, known)
    change = _add(session, person, actor, dimension, level, seen_on, source, noticed_by, note)
    if known is not None and known.is_obstacle:
        record(session, "obstacle.reopen", "obstacle_change", change.id, person_id=person.id)
    else:
        record(session, "obstacle.note", "obstacle_change", change.id, person_id=person.id)
    return change


def change_obstacle(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    read: Read,
    level: int,
    seen_on: date,
    source: str,
    noticed_by: str | None = None,
    note: str | None = None,
    lifted_how: str | None = None,
    seen: str | None = None,
) -> ObstacleChange:
    """Note that an obstacle hinders more or less, or that it is lifted, and how. `seen`: the key of what a form showed.

    Raises Refused as `note_obstacle`, 'lifted' when it is no obstacle any more, 'changed' after somebody else's act.
    """
    lock_open_file(session, person)
    known = read()
    if known is None or not known.is_open:
        raise Refused("lifted")
    if seen is not None and seen != key_of(known):
        raise Refused("changed")
    _check(known.dimension.code, seen_on, known)
    how = lifted_how if level == LIFTED else None
    change = _add(session, person, actor, known.dimension.code, level, seen_on, source, noticed_by, note, how)
    if level == LIFTED:
        record(session, "obstacle.lift", "obstacle_change", change.id, person_id=person.id)
    else:
        record(session, "obstacle.change", "obstacle_change", change.id, person_id=person.id)
    return change


def _check(dimension: str, seen_on: date, known: History | None) -> None:
    if dimension in SENSITIVE:
        raise Refused("sensitive")
    if known is not None and seen_on < known.last.day:
        raise Refused("older")


def _add(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    dimension: str,
    level: int,
    seen_on: date,
    source: str,
    noticed_by: str | None,
    note: str | None,
    lifted_how: str | None = None,
) -> ObstacleChange:
    change = ObstacleChange(
        person_id=person.id,
        dimension=dimension,
        level=level,
        seen_on=seen_on,
        source=source,
        noticed_by=noticed_by,
        note=note,
        lifted_how=lifted_how,
        noted_by=actor.display_name,
    )
    session.add(change)
    session.flush()
    return change
