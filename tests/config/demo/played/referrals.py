"""Referrals: what the sender and the receiver do, and what each is told of the other."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from clais.clock import local
from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.referrals import actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.consents import Agreement
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.sending import send_referral
from clais.exchange.training.rules.half_days import HalfDay
from support_center.presence import actions as presence
from support_center.routing import actions as routing
from support_center.routing import corrections
from support_center.routing.models import Enrolment, Participant, PresenceMark
from support_center.routing.queries import current_enrolment, participant_of
from tenants.people.models import Person
from tenants.referrals.offers import offers
from tests.config.demo.played.rows import DemoRows, Row
from tests.config.demo.played.world import Act, World
from tests.support.federation import Member


def acts(world: World, person: Row) -> Iterator[Act]:
    """What was done with the referrals of a person, on both sides."""
    rows = world.rows
    for referral in rows.of(Referral, person_id=person["id"]):
        _publish(world, referral)
        for event in rows.of(ReferralEvent, referral_id=referral["id"]):
            yield Act(event["happened_at"], 30, partial(_step, world, person, referral, event))
        for message in rows.of(ReferralMessage, referral_id=referral["id"]):
            yield Act(message["sent_at"], 31, partial(_write, world, referral, message))
        for note, enrolment in _progress(rows, referral):
            yield Act(enrolment["created_at"], 32, partial(_note_progress, world, referral, note))
        for mark in _marks(rows, referral):
            yield Act(mark["created_at"], 33, partial(_say_presence, world, referral, mark))


def _publish(world: World, referral: Row) -> None:
    if referral["scheme_id"] is None:
        return
    session_row = world.rows.one(SchemeSession, id=referral["scheme_session_id"])
    played = [row["id"] for row in world.rows.all(Participant) if row["referral_id"] in world.played]
    held = world.rows.of(Enrolment, scheme_session_id=session_row["id"], participant_id=played, state="seated")
    count = world.rows.one(SeatCount, scheme_session_id=session_row["id"])
    world.publish(world.rows.one(Scheme, id=referral["scheme_id"]), session_row, count["seats_taken"] - len(held))


def _progress(rows: DemoRows, referral: Row) -> Iterator[tuple[str, Row]]:
    for participant in rows.of(Participant, referral_id=referral["id"]):
        for enrolment in rows.of(Enrolment, participant_id=participant["id"]):
            if enrolment["progress_note"]:
                yield enrolment["progress_note"], enrolment


def _marks(rows: DemoRows, referral: Row) -> Iterator[Row]:
    for participant in rows.of(Participant, referral_id=referral["id"]):
        yield from rows.of(PresenceMark, participant_id=participant["id"])


def _say_presence(world: World, referral: Row, mark: Row) -> None:
    who = world.called(referral["to_tenant_id"], mark["marked_by"])
    with world.at_work(who, mark["created_at"]) as session:
        participant = participant_of(session, world.keys[referral["id"]])
        assert participant is not None
        held = _session(session, world, mark["scheme_session_id"])
        half_day = HalfDay(mark["day"], mark["half"])
        presence.say(session, who.actor, held, participant, half_day, mark["mark"], note=mark["note"])


def _found(session: ScopedSession, world: World, referral: Row) -> Referral:
    found: Referral = world.here(session, Referral, referral)
    return found


def _step(world: World, person: Row, referral: Row, event: Row) -> None:
    if event["transition"] == "send":
        _send(world, person, referral)
    elif event["transition"] == "lapse":
        with world.system_at_work(world.tenant(referral["tenant_id"]), event["happened_at"]) as (session, system):
            lapse_unanswered(session, system)
    else:
        _move(world, referral, event)
    for key in (referral["tenant_id"], referral["to_tenant_id"]):
        with world.system_at_work(world.tenant(key), event["happened_at"]) as (session, system):
            announce(session, system)
    made = select(ReferralEvent).where(
        ReferralEvent.referral_id == world.keys[referral["id"]], ReferralEvent.transition == event["transition"]
    )
    sender = world.member(referral["sender_membership_id"])
    with sender.at_work() as session:
        # A result that was taken back is given twice: the last one is that of this event.
        newest = made.order_by(ReferralEvent.happened_at.desc()).limit(1)
        world.stands_for(event, session.scalars(newest).one())


def _send(world: World, person: Row, referral: Row) -> None:
    sender = world.member(referral["sender_membership_id"])
    parcel = world.rows.one(Parcel, referral_id=referral["id"])
    consent = world.rows.one(Consent, referral_id=referral["id"])
    scheme, seats = referral["scheme_id"], referral["scheme_session_id"]
    with world.at_work(sender, referral["requested_at"]) as session:
        made = send_referral(
            session, sender.actor, person_id=world.keys[person["id"]], to=world.tenant(referral["to_tenant_id"]),
            scheme=session.scalars(select(Scheme).where(Scheme.id == world.keys[scheme])).one() if scheme else None,
            scheme_session=_session(session, world, seats) if seats else None,
            purpose=referral["purpose"], urgency=referral["urgency"],
            offers=offers(session, world.here(session, Person, person), sender.actor),
            ticked=world.translated(parcel["fields"]),
            agreement=Agreement(consent["language"], consent["manner"], _last_day(consent)),
            keyring=world.federation.keyring, kind=referral["kind"],
        )  # fmt: skip
    world.stands_for(referral, made)


def _last_day(consent: Row) -> date:
    # It is over when the next day begins.
    day: date = local(consent["until"]).date() - timedelta(days=1)
    return day


def _session(session: ScopedSession, world: World, key: Any) -> SchemeSession:
    return session.scalars(select(SchemeSession).where(SchemeSession.id == world.keys[key])).one()


def _actor(world: World, line: Row) -> Member:
    return world.called(line["by_tenant_id"], line["actor_name"])


def _move(world: World, referral: Row, event: Row) -> None:
    who, name = _actor(world, event), event["transition"]
    with world.at_work(who, event["happened_at"]) as session:
        found = _found(session, world, referral)
        if name == "accept":
            _accept(session, world, who, found, referral)
        elif name == "withdraw":
            consent = world.rows.one(Consent, referral_id=referral["id"])
            actions.withdraw(session, who.actor, found, consent["withdrawal_note"])
            notice = select(Withdrawal).where(Withdrawal.referral_id == found.id)
            world.stands_for(world.rows.one(Withdrawal, referral_id=referral["id"]), session.scalars(notice).one())
        elif name in {"complete", "fail"}:
            routing.report(session, who.actor, found, name, reason=event["reason"], comment=event["comment"])
        elif name == "take_back":
            corrections.take_back(session, who.actor, found, event["comment"])
        else:
            actions.move(session, who.actor, found, name, reason=event["reason"], comment=event["comment"])


def _accept(session: ScopedSession, world: World, who: Member, found: Referral, referral: Row) -> None:
    participant = world.rows.one(Participant, referral_id=referral["id"])
    enrolment = world.rows.one(Enrolment, participant_id=participant["id"])
    waits = enrolment["state"] == "waiting"
    made = routing.accept(
        session, who.actor, found, world.federation.keyring, waiting=waits,
        scheme_session=_session(session, world, enrolment["scheme_session_id"]),
    )  # fmt: skip
    world.stands_for(participant, made)
    current = current_enrolment(session, made.id)
    world.stands_for(enrolment, current)


def _write(world: World, referral: Row, message: Row) -> None:
    who = _actor(world, message)
    with world.at_work(who, message["sent_at"]) as session:
        made = actions.post_message(session, who.actor, _found(session, world, referral), message["text"])
    world.stands_for(message, made)
    for key in (referral["tenant_id"], referral["to_tenant_id"]):
        with world.system_at_work(world.tenant(key), message["sent_at"]) as (session, system):
            announce(session, system)


def _note_progress(world: World, referral: Row, note: str) -> None:
    who = world.called(referral["to_tenant_id"], next(
        event["actor_name"]
        for event in world.rows.of(ReferralEvent, referral_id=referral["id"], transition="accept")
    ))  # fmt: skip
    with world.at_work(who, referral["requested_at"]) as session:
        participant = participant_of(session, world.keys[referral["id"]])
        assert participant is not None
        routing.note_progress(session, participant, note)
