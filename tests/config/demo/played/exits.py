"""Files that are closed with a result, the news that are asked for afterwards, and clocks that stand still."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from clais.audit.models import AuditEvent
from tenants.exits.actions import close_file, note_news
from tenants.exits.models import ExitCheck, PersonExit
from tenants.pauses.actions import note_pause
from tenants.pauses.models import ClockPause
from tenants.people.models import Person
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was done once a file was closed, and the pauses of one that is open."""
    for check in world.rows.of(ExitCheck, person_id=person["id"]):
        for noted in world.rows.of(AuditEvent, verb="exit_check.note", subject_id=check["id"]):
            yield Act(noted["happened_at"], 11, partial(_news, world, person, check, noted))
    for pause in world.rows.of(ClockPause, person_id=person["id"]):
        yield Act(pause["created_at"], 8, partial(_pause, world, person, pause))


def close(world: World, person: Row, step: Row) -> None:
    """Close a file."""
    (left,) = [
        row for row in world.rows.of(PersonExit, person_id=person["id"]) if row["created_at"] == step["happened_at"]
    ]
    who = world.member(step["membership_id"])
    with world.at_work(who, step["happened_at"]) as session:
        file = world.here(session, Person, person)
        made = close_file(
            session, file, who.actor, reason=left["reason"], result=left["result"], comment=step["comment"]
        )
        checks = {
            check.months: check for check in session.scalars(select(ExitCheck).where(ExitCheck.exit_id == made.id))
        }
        world.stands_for(left, made)
        for row in world.rows.of(ExitCheck, exit_id=left["id"]):
            world.stands_for(row, checks[row["months"]])


def _news(world: World, person: Row, check: Row, noted: Row) -> None:
    who = world.member(noted["membership_id"])
    facts = {name: check[name] for name in ("asked_on", "result", "comment")}
    with world.at_work(who, noted["happened_at"]) as session:
        note_news(
            session, world.here(session, Person, person), world.here(session, ExitCheck, check), who.actor,
            reached=check["state"] == "reached", **facts,
        )  # fmt: skip


def _pause(world: World, person: Row, pause: Row) -> None:
    noted = world.rows.one(AuditEvent, verb="pause.note", subject_id=pause["id"])
    who = world.member(noted["membership_id"])
    facts = {name: pause[name] for name in ("reason", "starts_on", "until_on")}
    with world.at_work(who, pause["created_at"]) as session:
        made = note_pause(session, world.here(session, Person, person), who.actor, **facts)
    world.stands_for(pause, made)
