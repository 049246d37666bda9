"""Household, earlier status, work and training."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import ScopedSession
from tenants.people.models import Person, PersonPeriod
from tenants.sensitive.actions import note_fact
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import Told
from tenants.situation.actions import episodes, periods
from tenants.situation.models import Episode
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was noted of the situation of a person."""
    rows, whose = world.rows, {"person_id": person["id"]}
    for told in rows.of(AuditEvent, verb={"situation.begin", "situation.insert"}, **whose):
        yield Act(told["happened_at"], 4, partial(_told, world, person, told))
    for fact in rows.of(SensitiveFact, subject=None, **whose):
        yield Act(fact["noted_at"], 4, partial(_sensitive, world, person, fact))
    for episode in rows.of(Episode, **whose):
        yield Act(episode["created_at"], 4, partial(_episode, world, person, episode))


def _told(world: World, person: Row, told: Row) -> None:
    (fact,) = told["details"]["fields"]
    found = sorted(world.rows.of(PersonPeriod, person_id=person["id"], fact=fact), key=lambda row: row["since"])
    who = world.member(told["membership_id"])
    with world.at_work(who, told["happened_at"]) as session:
        file = world.here(session, Person, person)
        given = {"version": file.version, "keyring": world.federation.keyring}
        if told["verb"] == "situation.begin":
            periods.begin(session, who.actor, file, fact, found[0]["value"], found[0]["since"], **given)
        else:
            until = found[1]["since"] - timedelta(days=1)
            periods.insert(session, who.actor, file, fact, found[0]["value"], found[0]["since"], until, **given)
        _stand(session, world, file, found)


def _stand(session: ScopedSession, world: World, file: Person, found: list[Row]) -> None:
    session.flush()
    for row in found:
        own = (PersonPeriod.person_id == file.id, PersonPeriod.fact == row["fact"], PersonPeriod.since == row["since"])
        world.stands_for(row, session.scalars(select(PersonPeriod).where(*own)).one())


def _episode(world: World, person: Row, episode: Row) -> None:
    rows = world.rows.of(AuditEvent, verb="episode.add", subject_id=episode["id"])
    who = world.member(rows[0]["membership_id"])
    with world.at_work(who, episode["created_at"]) as session:
        made = episodes.add_episode(session, who.actor, world.here(session, Person, person), episode, None)
    world.stands_for(episode, made)


def _sensitive(world: World, person: Row, fact: Row) -> None:
    who = world.member(fact["author_id"])
    with world.at_work(who, fact["noted_at"]) as session:
        file = world.here(session, Person, person)
        told = Told(*fact["sealed"])
        made = note_fact(session, who.actor, file, told, fact["keep_until"], world.federation.keyring)
    world.stands_for(fact, made)
