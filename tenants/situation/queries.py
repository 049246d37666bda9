from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from clais import thread
from clais.database import HERE, ScopedSession
from clais.registry.models import Occupation
from clais.thread import Rows, Source
from tenants.people.models import PersonChange, PersonPeriod
from tenants.situation.models import Episode

MOST = 200
"""The most periods, and the most episodes, that are read of a file."""
CHANGES = 100
"""The newest changes that are shown of a file."""

PERIODS = Source(
    PersonPeriod.person_id,
    {"fact": PersonPeriod.fact, "since": PersonPeriod.since, "value": PersonPeriod.value},
    order=(PersonPeriod.fact.asc(), PersonPeriod.since.asc().nulls_first()),
)
EPISODES = Source(
    Episode.person_id,
    {
        name: getattr(Episode, name)
        for name in (
            "id", "kind", "title", "occupation_code", "occupation_label", "organisation", "place", "contract",
            "weekly_hours", "since", "until", "detail",
        )
    },
    order=(Episode.until.desc().nulls_first(), Episode.since.desc(), Episode.id.desc()),
)  # fmt: skip
ON_THE_FILE = {"periods": PERIODS, "episodes": EPISODES}


def situation_of(session: ScopedSession, person_id: UUID, reader_id: UUID) -> dict[str, Rows]:
    """The periods and the episodes of a person, in one statement, once a page."""
    return session.read_once(
        f"situation of {person_id}", lambda: thread.newest(session, person_id, reader_id, ON_THE_FILE, MOST)
    )


def by_fact(rows: Sequence[Any]) -> dict[str, list[Any]]:
    """Fact → its periods, the oldest first."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.fact, []).append(row)
    return found


_CHANGES = (
    select(PersonChange)
    .where(PersonChange.tenant_id == HERE, PersonChange.person_id == bindparam("person", type_=Uuid()))
    .order_by(PersonChange.changed_at.desc(), PersonChange.id.desc())
    .limit(CHANGES)
)


def changes_of(session: ScopedSession, person_id: UUID) -> Sequence[PersonChange]:
    """What changed on a file, the newest first."""
    return session.scalars(_CHANGES, {"here": session.scope.tenant_id, "person": person_id}).all()


def occupation_of(session: ScopedSession, episode: Episode) -> Occupation | None:
    """The occupation of an episode, as the registry has it."""
    if not episode.occupation_code:
        return None
    named = select(Occupation).where(
        Occupation.scheme == episode.occupation_scheme,
        Occupation.code == episode.occupation_code,
        Occupation.label == episode.occupation_label,
    )
    return session.scalars(named.limit(1)).first()
