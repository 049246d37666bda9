"""Referrals on the sender's side: message, parcel, consent, log, messages, notifications."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from clais.database import ScopedSession
from clais.exchange.referrals import consent_texts
from clais.exchange.referrals.delays import ANSWER_WORKING_DAYS, RECEIVE_WORKING_DAYS, end_of, working_days_after
from clais.exchange.referrals.jobs import RECEIVER_STEPS, RECEIVERS
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.news import ARRIVED, KIND, MOVED, RECENT, WITHDRAWN, WRITTEN
from clais.exchange.referrals.sending import LONGEST_CONSENT
from clais.exchange.referrals.workflow import ANSWER, NEVER_MEANT, REASONS, REFERRAL, STATES, UNANSWERED
from clais.messaging.models import Notification
from config.demo.desk import Colleague, Desk
from config.demo.dice import Dice
from config.demo.french import french
from config.demo.ledger import Facts
from config.demo.parcels import contents
from config.demo.relays import Relay

SYSTEM_NAME = "CLAIS"
MANNERS = {"screen": 45, "paper": 40, "spoken": 15}
URGENCIES = {"normal": 74, "soon": 19, "urgent": 7}
_WAITING_URGENCIES = ("urgent", "normal", "soon", "normal", "normal", "normal")
"""Of those that wait for an answer, in turn by number: an inbox of a dozen lines shows each degree."""
LANGUAGES = {"fr-facile": 74, "fr": 16, "it": 4, "ar": 4, "nl": 1, "en": 1}
_COMMENTS = {"decline": "decline", "cancel": "cancel", "fail": "fail", "hold": "hold"}
_SEEN_AFTER = timedelta(hours=20)
_NEWS = timedelta(days=3)


def write_relay(relay: Relay, officer: Colleague) -> dict[str, Any] | None:
    """Put down a referral in its sender's ledger and give its parcel; None when the file lacks a required field."""
    life, dice, desk = relay.life, relay.life.dice, relay.life.desk
    sent_on = relay.sent_at.date()
    scheme = relay.session.scheme if relay.session else None
    parcel = contents(life, scheme.required if scheme else ("name", "phone", "goal"), sent_on)
    if parcel is None:
        return None
    until = _until(relay, sent_on)
    relay.key = dice.key(relay.sent_at)
    crossing = {
        "to_tenant_id": relay.to.tenant_id,
        "consent_until": end_of(until),
        "withdrawn_at": relay.moment_of("withdraw"),
    }
    purpose = life.voice.say("referrals", "purposes" if scheme else "transfers")
    age, sex = parcel["age"]["value"], parcel.get("sex", {}).get("value")
    relay.reference = relay.reference or desk.reference("R", relay.sent_at)
    outcome = _write_log(relay, crossing, officer)
    moved = max(relay.steps[-1][1], _write_messages(relay, crossing, officer))
    desk.ledger.add(
        Referral, dice, relay.sent_at, id=relay.key, **crossing, reference=relay.reference,
        person_id=life.key, state=relay.state, purpose=purpose,
        urgency=_urgency(relay, dice),
        scheme_id=scheme.key if scheme else None, scheme_session_id=relay.session.key if relay.session else None,
        scheme_name=scheme.name if scheme else None, from_name=desk.name, to_name=relay.to.name,
        sent_by=life.referent.name, sender_membership_id=life.referent.membership_id, age_band=age["band"], sex=sex,
        requested_at=relay.sent_at, receive_due_on=working_days_after(sent_on, RECEIVE_WORKING_DAYS),
        answer_due_on=working_days_after(sent_on, ANSWER_WORKING_DAYS),
        last_moved_at=moved, **outcome,
    )  # fmt: skip
    language = dice.pick(LANGUAGES)
    letter = consent_texts.compose(
        language, sender=desk.name, receiver=relay.to.name, codes=list(parcel), until=until, purpose=purpose,
        scheme=scheme.name if scheme else "",
    ).text  # fmt: skip
    desk.ledger.add(
        Parcel,
        dice,
        relay.sent_at,
        **crossing,
        referral_id=relay.key,
        fields=list(parcel),
        sealed=Facts(parcel),
        consent_text=letter,
    )
    _write_consent(relay, letter, language, list(parcel), end_of(until))
    return parcel


def _urgency(relay: Relay, dice: Dice) -> str:
    drawn = dice.pick(URGENCIES)
    if relay.state not in UNANSWERED:
        return drawn
    return _WAITING_URGENCIES[int(relay.reference.rpartition("-")[2]) % len(_WAITING_URGENCIES)]


def _until(relay: Relay, sent_on: date) -> date:
    """The last day of the consent: still to come, so that the demo's inbox and records are seen."""
    dice, today = relay.life.dice, relay.life.desk.today
    wanted = max(sent_on + timedelta(days=180), today + timedelta(days=dice.randint(45, 200)))
    return min(wanted, sent_on + LONGEST_CONSENT)


def _write_consent(relay: Relay, letter: str, language: str, fields: Sequence[str], until: datetime) -> None:
    dice, desk, withdrawn = relay.life.dice, relay.life.desk, relay.moment_of("withdraw")
    desk.ledger.add(
        Consent, dice, relay.sent_at, referral_id=relay.key, person_id=relay.life.key, text=letter,
        text_version=consent_texts.VERSION, language=language, manner=dice.pick(MANNERS), given_at=relay.sent_at,
        until=until, recorded_by=relay.life.referent.name, fields=list(fields), withdrawn_at=withdrawn,
        withdrawal_note=relay.life.voice.say("referrals", "withdrawn") if withdrawn else None,
    )  # fmt: skip
    desk.record(
        dice, relay.sent_at, relay.life.referent, "referral.send", "referral", relay.key, person_id=relay.life.key,
        details={"fields": list(fields)},
    )  # fmt: skip
    if withdrawn:
        key = desk.ledger.add(
            Withdrawal, dice, withdrawn, to_tenant_id=relay.to.tenant_id, referral_id=relay.key,
            reference=relay.reference, withdrawn_at=withdrawn,
        )  # fmt: skip
        for officer in relay.to.of_role(RECEIVERS):
            relay.to.ledger.add(
                Notification, dice, withdrawn, membership_id=officer.membership_id, kind="withdrawal",
                subject_type="withdrawal", subject_id=key, dedupe_key=str(key),
                text=french(WITHDRAWN, reference=relay.reference), read_at=withdrawn + _SEEN_AFTER,
            )  # fmt: skip


def _write_log(relay: Relay, crossing: dict[str, Any], officer: Colleague) -> dict[str, Any]:
    """Every step as the table has it; gives what the last one leaves on the referral."""
    life, dice = relay.life, relay.life.dice
    state = REFERRAL.initial
    left: dict[str, Any] = {}
    for name, moment in relay.steps:
        transition = REFERRAL.find(name, state)
        theirs = transition.permission == ANSWER
        reason = dice.choice(_usual(name)) if name in REASONS else None
        comment = _comment(relay, name, reason)
        actor = officer.name if theirs else SYSTEM_NAME if name == "lapse" else life.referent.name
        event = _write(
            relay, ReferralEvent, moment, crossing, theirs=theirs, transition=name, source=state,
            target=transition.target, reason=reason, comment=comment, actor_name=actor, happened_at=moment,
        )  # fmt: skip
        state = transition.target
        if name == "complete":
            left = {"result": reason, "result_note": comment}
        elif reason:
            left = {"reason": reason}
        news = french(MOVED, reference=relay.reference, state=french(STATES[state]))
        if theirs or name == "lapse":
            tell_sender(relay, event, moment, news)
        if name in RECEIVER_STEPS and relay.state != "withdrawn":
            arrived = french(ARRIVED, reference=relay.reference) if name == "send" else news
            tell_receivers(relay, event, moment, arrived, seen=relay.moment_of("receive"))
    if state != relay.state:
        raise ValueError(f"the steps to {relay.state} lead to {state}")
    return left


def _usual(name: str) -> list[str]:
    """The reasons of a step that the history tells of: neither « another one » nor what closes the consent as well."""
    return [code for code in list(REASONS[name])[:-1] if code not in NEVER_MEANT]


def _write(
    relay: Relay, model: type[ReferralEvent | ReferralMessage], moment: datetime, crossing: dict[str, Any], *,
    theirs: bool, **values: Any,
) -> UUID:  # fmt: skip
    """A line on the referral, in the ledger of the party that signs it: row security takes it from no other."""
    here = relay.life.desk
    # The receiver writes while the consent stands; the sender's withdrawal closes those lines too, afterwards.
    open_crossing = crossing | {"withdrawn_at": None} if theirs else crossing
    return (relay.to.answers if theirs else here.ledger).add(
        model, relay.life.dice, moment, **open_crossing, tenant_id=here.tenant_id, referral_id=relay.key,
        by_tenant_id=relay.to.tenant_id if theirs else here.tenant_id, **values,
    )  # fmt: skip


def _comment(relay: Relay, name: str, reason: str | None) -> str | None:
    if name == "complete" and reason:
        return relay.life.voice.say("referrals", "results", reason)
    return relay.life.voice.say("referrals", _COMMENTS[name]) if name in _COMMENTS else None


def tell_sender(relay: Relay, key: UUID, moment: datetime, text: str) -> None:
    """A line on the screen of whoever sent the referral; old news was read."""
    desk, who = relay.life.desk, relay.life.referent
    fresh = desk.today - moment.date() <= _NEWS and relay.is_news
    if relay.of_the_story:
        # Only the last movement of a story is news: the question, or the seat.
        fresh = moment > relay.steps[-1][1] if relay.question else moment == relay.steps[-1][1]
    _tell(desk, relay, who, key, moment, text, relay.life.key, seen=None if fresh else moment)


def tell_receivers(relay: Relay, key: UUID, moment: datetime, text: str, *, seen: datetime | None) -> None:
    """The same for the officers of the support centre; unread until the referral is acknowledged."""
    for officer in relay.to.of_role(RECEIVERS):
        _tell(relay.to, relay, officer, key, moment, text, None, seen=seen)


def _tell(
    desk: Desk, relay: Relay, who: Colleague, key: UUID, moment: datetime, text: str, person_id: UUID | None, *,
    seen: datetime | None,
) -> None:  # fmt: skip
    # As `exchange.referrals.news` does it: the row that is told of is the key, so that the worker tells nothing twice.
    if desk.today - moment.date() <= RECENT:
        desk.ledger.add(
            Notification, relay.life.dice, moment, membership_id=who.membership_id, kind=KIND, subject_type="referral",
            subject_id=relay.key, person_id=person_id, dedupe_key=str(key), text=text,
            read_at=seen + _SEEN_AFTER if seen else None,
        )  # fmt: skip


def _write_messages(relay: Relay, crossing: dict[str, Any], officer: Colleague) -> datetime:
    """A word of thanks, or a question that still waits; gives the moment of the last one."""
    received = relay.moment_of("receive")
    if received is None:
        return relay.sent_at
    dice, moment = relay.life.dice, received + timedelta(minutes=20)
    if relay.question:
        _message(relay, crossing, moment, officer.name, "questions", theirs=True)
        return moment
    if dice.chance(0.5):
        _message(relay, crossing, moment, officer.name, "thanks", theirs=True)
        if dice.chance(0.4):
            moment += timedelta(minutes=90)
            _message(relay, crossing, moment, relay.life.referent.name, "answers", theirs=False)
    return min(moment, relay.steps[-1][1])


def _message(relay: Relay, crossing: dict[str, Any], moment: datetime, who: str, kind: str, *, theirs: bool) -> None:
    said = relay.life.voice.say("referrals", kind)
    key = _write(relay, ReferralMessage, moment, crossing, theirs=theirs, actor_name=who, text=said, sent_at=moment)
    text = french(WRITTEN, reference=relay.reference)
    if theirs:
        tell_sender(relay, key, moment, text)
    elif relay.state != "withdrawn":
        tell_receivers(relay, key, moment, text, seen=moment)


def close_withdrawn(session: ScopedSession) -> None:
    """Close what the receiver wrote on referrals of this tenant whose consent was withdrawn, as the withdrawal does."""
    here = session.scope.tenant_id
    withdrawn = select(Referral.id, Referral.withdrawn_at).where(
        Referral.tenant_id == here, Referral.withdrawn_at.is_not(None)
    )
    for referral_id, moment in session.execute(withdrawn).all():
        for table in (ReferralEvent, ReferralMessage):
            session.execute(
                update(table)
                .where(table.tenant_id == here, table.referral_id == referral_id, table.withdrawn_at.is_(None))
                .values(withdrawn_at=moment)
            )
