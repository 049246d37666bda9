"""The work and training of a person, episode by episode."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.registry.models import Occupation
from tenants.people.dated import note_changes
from tenants.people.models import Person
from tenants.situation.models import Episode

FACTS = (
    "kind", "title", "organisation", "place", "contract", "weekly_hours", "since", "until", "detail",
    "occupation_scheme", "occupation_code", "occupation_label",
)  # fmt: skip


def add_episode(
    session: ScopedSession, actor: Actor, person: Person, data: Mapping[str, Any], occupation: Occupation | None
) -> Episode:
    """Note an episode; `data` is what `EpisodeSchema` loads, without the occupation."""
    episode = Episode(person_id=person.id, **_values(data, occupation))
    session.add(episode)
    session.flush()
    note_changes(session, actor, person, {"episode": (None, _said(episode))})
    record(session, "episode.add", "episode", episode.id, person_id=person.id)
    return episode


def change_episode(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    episode: Episode,
    data: Mapping[str, Any],
    occupation: Occupation | None,
) -> None:
    """Correct an episode, or say how it ended."""
    before = _said(episode)
    for name, value in _values(data, occupation).items():
        setattr(episode, name, value)
    if _said(episode) != before:
        note_changes(session, actor, person, {"episode": (before, _said(episode))})
        record(session, "episode.change", "episode", episode.id, person_id=person.id)


def remove_episode(session: ScopedSession, actor: Actor, person: Person, episode: Episode) -> None:
    """Take away an episode that never was; what changed keeps it."""
    note_changes(session, actor, person, {"episode": (_said(episode), None)})
    record(session, "episode.remove", "episode", episode.id, person_id=person.id)
    session.delete(episode)


def _values(data: Mapping[str, Any], occupation: Occupation | None) -> dict[str, Any]:
    return {
        **{name: data.get(name) for name in FACTS if not name.startswith("occupation_")},
        "occupation_scheme": occupation.scheme if occupation else None,
        "occupation_code": occupation.code if occupation else None,
        "occupation_label": occupation.label if occupation else None,
    }


def _said(episode: Episode) -> dict[str, Any]:
    """What an episode says, as JSON keeps it among what changed."""
    values = {name: getattr(episode, name) for name in FACTS}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in values.items()
        if value is not None
    }
