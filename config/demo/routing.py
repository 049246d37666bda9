"""The support centre's own records: participants made from parcels, seats, what moves on its screen."""

from typing import Any
from uuid import UUID

from clais.clock import local
from clais.text import full_name
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice
from config.demo.engine.ledger import ToSeal
from config.demo.presence import Attending, write_presence
from config.demo.referrals.drawing import DrawnReferral
from support_center.routing.actions import sort_name
from support_center.routing.models import Enrolment, Participant, ParticipantKey
from support_center.routing.rules.keys import keys_of
from support_center.routing.workflow import ENROLMENT, PARTICIPANT

FOLLOWS = {"complete": "finish", "take_back": "unfinish"}
"""Step of a referral → the step of its participant that follows it."""


def open_participant(
    centre: Desk, dice: Dice, referral: DrawnReferral, parcel: dict[str, Any], officer: Colleague
) -> None:
    """The record of someone accepted, with the seat that they hold, wait for, or gave back."""
    moment = referral.moment_of("accept")
    if moment is None or referral.session is None:
        return
    name = parcel["name"]["value"]
    key = dice.key(moment)
    ended = referral.steps[-1][1]
    full = referral.session.is_full(moment)
    enrolment = dice.key(moment)
    state, seat = PARTICIPANT.initial, ENROLMENT.initial
    released = None
    if full:
        seat = centre.step(dice, moment, officer, ENROLMENT, "enrolment", enrolment, "queue", seat)
        state = centre.step(dice, moment, officer, PARTICIPANT, "participant", key, "wait", state)
    elif referral.state == "failed":
        released = ended
        referral.session.released.append(ended)
        seat = centre.step(dice, ended, officer, ENROLMENT, "enrolment", enrolment, "release", seat)
        state = centre.step(dice, ended, officer, PARTICIPANT, "participant", key, "leave", state, "failed")
    elif referral.state == "received":
        # The acceptance was taken back.
        released = ended
        referral.session.released.append(ended)
        seat = centre.step(dice, ended, officer, ENROLMENT, "enrolment", enrolment, "release", seat)
        state = centre.step(dice, ended, officer, PARTICIPANT, "participant", key, "take_back", state)
    elif referral.state == "completed":
        for step, happened in referral.steps:
            if step in FOLLOWS:
                state = centre.step(dice, happened, officer, PARTICIPANT, "participant", key, FOLLOWS[step], state)
    referral.session.taken += seat == "seated"
    reference = centre.reference("P", moment)
    centre.ledger.add(
        Participant, dice, moment, id=key, reference=reference, referral_id=referral.key,
        from_tenant_id=referral.history.desk.tenant_id, from_name=referral.history.desk.name,
        display_name=full_name(name["family_name"], name["given_names"]),
        sort_name=sort_name(name["family_name"], name["given_names"]), sealed=ToSeal(parcel), state=state,
        opened_on=moment.date(),
    )  # fmt: skip
    keys = keys_of(parcel, reference, referral.reference, centre.ledger.keys, centre.tenant_id)
    for kind, value in sorted(keys):
        centre.ledger.add(ParticipantKey, dice, moment, participant_id=key, kind=kind, key=value)
    started = referral.moment_of("start")
    centre.ledger.add(
        Enrolment, dice, moment, id=enrolment, participant_id=key, scheme_session_id=referral.session.key, state=seat,
        seated_at=moment, released_at=released,
        progress_note=referral.history.voice.say("referrals", "progress") if started and dice.chance(0.6) else None,
    )  # fmt: skip
    if seat == "seated":
        _attend(centre, referral, key, officer)
    centre.record(dice, moment, officer, "participant.open", "participant", key, person_id=key)
    centre.record(dice, moment, officer, "seat.queue" if full else "seat.give", "enrolment", enrolment, person_id=key)


def _attend(centre: Desk, referral: DrawnReferral, participant_id: UUID, officer: Colleague) -> None:
    """Who was there, of someone in a session that is under way."""
    started, session, until = referral.moment_of("start"), referral.session, referral.consent_until
    if started is None or session is None or until is None or referral.state not in {"in_progress", "on_hold"}:
        return
    paused = referral.moment_of("hold")
    attending = Attending(
        participant_id=participant_id,
        session_id=session.key,
        starts_on=session.starts_on,
        ends_on=session.ends_on,
        timetable=session.scheme.about.get("timetable"),
        since=local(started).date(),
        until=local(paused).date() if paused and referral.state == "on_hold" else centre.yesterday,
        referral_id=referral.key,
        platform_id=referral.history.desk.tenant_id,
        consent_until=until,
    )
    if centre.today <= session.ends_on and local(until).date() > centre.today:
        write_presence(centre, Dice(f"{centre.tenant_id}/presence/{referral.reference}"), officer, attending)
