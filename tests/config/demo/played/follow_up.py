"""Contacts, notes, appointments."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from clais.workflow import StateChange
from tenants.agenda import actions as agenda
from tenants.agenda.models import Appointment
from tenants.follow_up.actions import complete_contact, note_contact, rewrite_note, write_note
from tenants.follow_up.models import Contact, EarlierNote, Note
from tenants.follow_up.queries import contact_of_appointment
from tenants.people.models import Person
from tests.config.demo.played.rows import Row
from tests.config.demo.played.world import Act, World


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was done in follow-up and in the agenda."""
    rows, whose = world.rows, {"person_id": person["id"]}
    for contact in rows.of(Contact, **whose, appointment_id=None):
        yield Act(contact["created_at"], 5, partial(_contact, world, person, contact))
    for note in rows.of(Note, **whose):
        yield Act(note["created_at"], 5, partial(_note, world, person, note))
        if note["corrected_at"]:
            yield Act(note["corrected_at"], 5, partial(_correct, world, note))
    for appointment in rows.of(Appointment, **whose):
        yield Act(appointment["created_at"], 5, partial(_make, world, person, appointment))
        for change in rows.of(StateChange, subject_id=appointment["id"]):
            yield Act(change["happened_at"], 6, partial(_take_step, world, person, appointment, change))


def _contact(world: World, person: Row, contact: Row) -> None:
    who = world.member(contact["author_id"])
    facts = {name: contact[name] for name in ("channel", "outcome", "happened_on", "minutes", "summary", "theme")}
    with world.at_work(who, contact["created_at"]) as session:
        made = note_contact(session, world.here(session, Person, person), who.actor, **facts)
    world.stands_for(contact, made)


def _note(world: World, person: Row, note: Row) -> None:
    who = world.member(note["author_id"])
    readers = [world.member(reader).membership.id for reader in note["readers"]]
    first = next(iter(world.rows.of(EarlierNote, note_id=note["id"])), note)
    with world.at_work(who, note["created_at"]) as session:
        made = write_note(
            session, world.here(session, Person, person), who.actor, text=first["text"], note_class=note["note_class"],
            readers=readers, theme=first["theme"],
        )  # fmt: skip
    world.stands_for(note, made)


def _correct(world: World, note: Row) -> None:
    who = world.member(note["author_id"])
    with world.at_work(who, note["corrected_at"]) as session:
        found = world.here(session, Note, note)
        rewrite_note(session, found, who.actor, text=note["text"], note_class=note["note_class"], theme=note["theme"])
        earlier = session.scalars(select(EarlierNote).where(EarlierNote.note_id == found.id)).one()
    world.stands_for(world.rows.one(EarlierNote, note_id=note["id"]), earlier)


def _make(world: World, person: Row, appointment: Row) -> None:
    agent = world.member(appointment["agent_id"])
    facts = {name: appointment[name] for name in ("starts_at", "minutes", "purpose", "place", "note")}
    with world.at_work(agent, appointment["created_at"]) as session:
        made = agenda.make_appointment(session, world.here(session, Person, person), agent.membership, **facts)
    world.stands_for(appointment, made)


def _take_step(world: World, person: Row, appointment: Row, change: Row) -> None:
    who = world.member(change["membership_id"])
    with world.at_work(who, change["happened_at"]) as session:
        found, whose = world.here(session, Appointment, appointment), world.here(session, Person, person)
        if change["transition"] == "confirm":
            agenda.confirm(session, found, who.actor)
            return
        contact = world.rows.one(Contact, appointment_id=appointment["id"])
        if change["transition"] == "come":
            agenda.come(session, found, whose, who.actor, minutes=contact["minutes"], summary=contact["summary"])
        else:
            agenda.miss(session, found, whose, who.actor)
        made = contact_of_appointment(session, found.id)
        assert made is not None
        if change["transition"] == "miss" and contact["summary"]:
            complete_contact(session, made, who.actor, minutes=contact["minutes"], summary=contact["summary"])
        world.stands_for(contact, made)
