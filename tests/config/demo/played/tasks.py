"""Tasks that were noted in a file, the decision that no contact is needed, what became of an advised step, and
what was answered for the conditions of schemes.
"""

from collections.abc import Iterator
from functools import partial

from tenants.advice.actions import note_answer
from tenants.advice.models import AdviceAnswer
from tenants.eligibility.actions import declare
from tenants.eligibility.models import DeclaredFact
from tenants.muting.actions import mute_file
from tenants.muting.models import FileMuting
from tenants.orientation.models import OrientationDecision
from tenants.people.models import Person
from tenants.tasks.actions import add_task, finish_task
from tenants.tasks.models import OwnTask
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was noted, and what was done of it."""
    for task in world.rows.of(OwnTask, person_id=person["id"]):
        yield Act(task["created_at"], 8, partial(_add, world, person, task))
        if task["done_at"]:
            yield Act(task["done_at"], 9, partial(_finish, world, task))
    for answer in world.rows.of(AdviceAnswer, person_id=person["id"]):
        yield Act(answer["created_at"], 8, partial(_answer, world, person, answer))
    for declared in world.rows.of(DeclaredFact, person_id=person["id"]):
        yield Act(declared["created_at"], 8, partial(_declare, world, person, declared))
    for muting in world.rows.of(FileMuting, person_id=person["id"]):
        yield Act(muting["created_at"], 9, partial(_mute, world, person, muting))


def _add(world: World, person: Row, task: Row) -> None:
    who = world.called(person["tenant_id"], task["author_name"])
    with world.at_work(who, task["created_at"]) as session:
        file = world.here(session, Person, person)
        made = add_task(session, who.actor, file, text=task["text"], due_on=task["due_on"])
    world.stands_for(task, made)


def _finish(world: World, task: Row) -> None:
    who = world.member(task["done_by_id"])
    with world.at_work(who, task["done_at"]) as session:
        finish_task(session, who.actor, world.here(session, OwnTask, task))


def _mute(world: World, person: Row, muting: Row) -> None:
    who = world.called(person["tenant_id"], muting["noted_by"])
    with world.at_work(who, muting["created_at"]) as session:
        facts = {"reason": muting["reason"], "until_on": muting["until_on"]}
        made = mute_file(session, world.here(session, Person, person), who.actor, **facts)
    world.stands_for(muting, made)


def _declare(world: World, person: Row, declared: Row) -> None:
    who = world.called(person["tenant_id"], declared["noted_by"])
    with world.at_work(who, declared["created_at"]) as session:
        file = world.here(session, Person, person)
        made = declare(session, who.actor, file, declared["code"], answer=declared["answer"])
    world.stands_for(declared, made)


def _answer(world: World, person: Row, answer: Row) -> None:
    who = world.called(person["tenant_id"], answer["answered_by"])
    decision = world.rows.one(OrientationDecision, id=answer["decision_id"])
    with world.at_work(who, answer["created_at"]) as session:
        file, found = world.here(session, Person, person), world.here(session, OrientationDecision, decision)
        made = note_answer(session, file, found, who.actor, answer["answer"])
    world.stands_for(answer, made)
