"""The card and the path of a person: registration, receptions, stages, files that were opened."""

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from clais.audit.models import AuditEvent
from clais.identity.models import Membership
from clais.instruments.filling import questionnaire_of
from clais.workflow import StateChange
from config.demo.instruments import first_intake, second_intake
from tenants.file.actions import remember_opening
from tenants.intake.actions import FACTS, Beside, receive
from tenants.intake.asked import Questions
from tenants.intake.models import Intake
from tenants.people.actions import CARD, SPECIAL, hand_over, move, register_person
from tenants.people.models import HandOver, Person, RecentlyOpened
from tenants.questionnaires.asked import Asked, AskedNow
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tests.config.demo.played import exits
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World

BY_A_RECEPTION = {"begin_intake", "reopen"}
"""Steps of the path that a reception takes by itself."""


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was done to the head of a file."""
    rows = world.rows
    registered = rows.one(AuditEvent, verb="person.register", person_id=person["id"])
    yield Act(person["created_at"], 0, partial(_register, world, person, registered))
    for taken in rows.of(AuditEvent, verb={"person.take_over", "person.hand_over"}, person_id=person["id"]):
        yield Act(taken["happened_at"], 1, partial(_hand_over, world, person, taken))
    for intake in rows.of(Intake, person_id=person["id"]):
        yield Act(intake["created_at"], 2, partial(_receive, world, person, intake))
    for step in rows.of(StateChange, subject_id=person["id"]):
        if step["transition"] not in BY_A_RECEPTION:
            order = 9 if step["transition"] == "close" else 3
            act = exits.close if step["transition"] == "close" else _move
            yield Act(step["happened_at"], order, partial(act, world, person, step))
    for opened in rows.of(RecentlyOpened, person_id=person["id"]):
        yield Act(opened["opened_at"], 10, partial(_open, world, person, opened))


def _register(world: World, person: Row, registered: Row) -> None:
    clerk = world.member(registered["membership_id"])
    facts = {name: person[name] for name in (*CARD, *SPECIAL)}
    facts["status"] = (person["status_sealed"] or person["status"] or "").rstrip() or None
    others = [world.keys[one["id"]] for one in world.rows.all(Person) if one["id"] in world.keys]
    with world.at_work(clerk, person["created_at"]) as session:
        made = register_person(session, clerk.actor, facts, world.federation.keyring, confirmed_different=others)
    world.stands_for(person, made)


def _hand_over(world: World, person: Row, taken: Row) -> None:
    who = world.member(taken["membership_id"])
    to = world.member(UUID(taken["details"]["referent"]))
    (made,) = world.rows.of(HandOver, person_id=person["id"], happened_at=taken["happened_at"])
    with world.at_work(who, taken["happened_at"]) as session:
        hand_over(
            session,
            who.actor,
            world.here(session, Person, person),
            session.get_one(Membership, (to.tenant.id, to.membership.id)),
            made["word"],
        )


def _receive(world: World, person: Row, intake: Row) -> None:
    clerk = world.called(person["tenant_id"], intake["received_by"])
    filling = world.rows.one(InstrumentFilling, id=intake["filling_id"]) if intake["filling_id"] else None
    with world.at_work(clerk, intake["created_at"]) as session:
        facts = {name: intake[name] for name in FACTS}
        made = receive(
            session, clerk.actor, world.here(session, Person, person), facts, _beside(world, filling, intake)
        )
        if filling:
            world.stands_for(filling, session.get_one(InstrumentFilling, (made.tenant_id, made.filling_id)))
    world.stands_for(intake, made)


def _beside(world: World, filling: Row | None, intake: Row) -> Beside | None:
    """The version that a reception of the demo was asked on, and the answers beside its columns."""
    if filling is None:
        return None
    version = Asked(
        world.tenant(filling["centre_id"]).id, filling["instrument_id"], "accueil", filling["kind"], filling["name"],
        filling["instrument_version_id"], filling["number"], "published", filling["content_id"],
    )  # fmt: skip
    asked = questionnaire_of(first_intake() if filling["number"] == 1 else second_intake())
    answers = {row["item"]: row["value"] for row in world.rows.of(InstrumentAnswer, filling_id=intake["filling_id"])}
    return Beside(Questions(asked, AskedNow(version, None, asked)), world.federation.keyring, answers)


def _move(world: World, person: Row, step: Row) -> None:
    who = world.member(step["membership_id"])
    with world.at_work(who, step["happened_at"]) as session:
        move(
            session, who.actor, world.here(session, Person, person), step["transition"], reason=step["reason"],
            comment=step["comment"],
        )  # fmt: skip


def _open(world: World, person: Row, opened: Row) -> None:
    who = world.member(opened["membership_id"])
    with world.at_work(who, opened["opened_at"]) as session:
        remember_opening(session, who.membership.id, world.keys[person["id"]])
