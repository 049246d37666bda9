"""A referral as its sender writes it: the referral, its parcel, the consent, a withdrawal."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from clais.database import ScopedSession
from clais.dates import end_of
from clais.exchange.referrals import consent_texts
from clais.exchange.referrals.delays import TRANSFER_DAYS, Due, Promise
from clais.exchange.referrals.models import (
    SCHEME,
    TRANSFER,
    Consent,
    Parcel,
    Referral,
    ReferralEvent,
    ReferralMessage,
    Withdrawal,
)
from clais.exchange.referrals.sending import LONGEST_CONSENT
from clais.exchange.referrals.workflow import UNANSWERED
from config.demo.engine.desk import Colleague
from config.demo.engine.dice import Dice
from config.demo.engine.ledger import ToSeal
from config.demo.referrals.drawing import DrawnReferral
from config.demo.referrals.news import tell_of_withdrawal
from config.demo.referrals.parcels import contents
from config.demo.referrals.steps import news_of, write_messages, write_steps

GOES_ON = ("name", "birth_date", "phone", "locality", "goal")
"""What goes on with a file that another platform is offered, besides what is often ticked."""
MANNERS = {"screen": 45, "paper": 40, "spoken": 15}
URGENCIES = {"normal": 74, "soon": 19, "urgent": 7}
_WAITING_URGENCIES = ("urgent", "normal", "soon", "normal", "normal", "normal")
"""Of those that wait for an answer, in turn by number: an inbox of a dozen lines shows each degree."""
LANGUAGES = {"fr-facile": 74, "fr": 16, "it": 4, "ar": 4, "nl": 1, "en": 1}


def write_referral(referral: DrawnReferral, officer: Colleague) -> dict[str, Any] | None:
    """Put down a referral in its sender's ledger and give its parcel; None when the file lacks a required field."""
    history, dice, desk = referral.history, referral.history.dice, referral.history.desk
    sent_on = referral.sent_at.date()
    scheme = referral.session.scheme if referral.session else None
    parcel = contents(history, scheme.required if scheme else GOES_ON, referral.sent_at)
    if parcel is None:
        return None
    until = _until(referral, sent_on)
    referral.key = dice.key(referral.sent_at)
    referral.consent_until = end_of(until)
    crossing = {
        "to_tenant_id": referral.to.tenant_id,
        "consent_until": end_of(until),
        # Both parties write while the consent stands; `close_withdrawn` closes their lines afterwards.
        "withdrawn_at": None,
    }
    purpose = history.voice.say("referrals", "purposes" if scheme else "transfers")
    age, sex = parcel["age"]["value"], parcel.get("sex", {}).get("value")
    referral.reference = referral.reference or desk.reference("R", referral.sent_at)
    urgency = _urgency(referral, dice)
    due = Promise().due(referral.sent_at, urgency)
    if scheme is None:
        due = Due(*(sent_on + timedelta(days=TRANSFER_DAYS) for _day in Due._fields))
    outcome = write_steps(referral, crossing, officer)
    moved = max(referral.steps[-1][1], write_messages(referral, crossing, officer))
    desk.ledger.add(
        Referral, dice, referral.sent_at, id=referral.key, **crossing, reference=referral.reference,
        kind=SCHEME if scheme else TRANSFER, person_id=history.key, state=referral.state, purpose=purpose,
        urgency=urgency,
        scheme_id=scheme.key if scheme else None, scheme_session_id=referral.session.key if referral.session else None,
        scheme_name=scheme.name if scheme else None, from_name=desk.name, to_name=referral.to.name,
        sent_by=history.referent.name, sender_membership_id=history.referent.membership_id, age_band=age["band"],
        sex=sex, requested_at=referral.sent_at, receive_due_on=due.receive_on,
        answer_due_on=due.answer_on, promised_on=due.answer_on, **news_of(referral),
        last_moved_at=moved, advised_scheme_id=referral.advised if outcome.get("reason") == "other_scheme" else None,
        **outcome,
    )  # fmt: skip
    language = dice.pick(LANGUAGES)
    letter = consent_texts.compose(
        language, sender=desk.name, receiver=referral.to.name, codes=list(parcel), until=until, purpose=purpose,
        scheme=scheme.name if scheme else "", is_transfer=scheme is None,
    ).text  # fmt: skip
    desk.ledger.add(
        Parcel,
        dice,
        referral.sent_at,
        **crossing,
        referral_id=referral.key,
        fields=list(parcel),
        sealed=ToSeal(parcel),
        consent_text=letter,
    )
    _write_consent(referral, letter, language, list(parcel), end_of(until))
    return parcel


def _urgency(referral: DrawnReferral, dice: Dice) -> str:
    drawn = dice.pick(URGENCIES)
    if referral.state in {"lapsed", "incomplete"}:
        return "normal"
    if referral.state not in UNANSWERED:
        return drawn
    return _WAITING_URGENCIES[int(referral.reference.rpartition("-")[2]) % len(_WAITING_URGENCIES)]


def _until(referral: DrawnReferral, sent_on: date) -> date:
    """The last day of the consent: still to come, so that the demo's inbox and records are seen."""
    dice, today = referral.history.dice, referral.history.desk.today
    wanted = max(sent_on + timedelta(days=180), today + timedelta(days=dice.randint(45, 200)))
    return min(wanted, sent_on + LONGEST_CONSENT)


def _write_consent(referral: DrawnReferral, letter: str, language: str, fields: Sequence[str], until: datetime) -> None:
    dice, desk, withdrawn = referral.history.dice, referral.history.desk, referral.moment_of("withdraw")
    desk.ledger.add(
        Consent, dice, referral.sent_at, referral_id=referral.key, person_id=referral.history.key, text=letter,
        text_version=consent_texts.VERSION, language=language, manner=dice.pick(MANNERS), given_at=referral.sent_at,
        until=until, recorded_by=referral.history.referent.name, fields=list(fields), withdrawn_at=withdrawn,
        withdrawal_note=referral.history.voice.say("referrals", "withdrawn") if withdrawn else None,
    )  # fmt: skip
    desk.record(
        dice, referral.sent_at, referral.history.referent, "referral.send", "referral", referral.key,
        person_id=referral.history.key, details={"fields": list(fields)},
    )  # fmt: skip
    if withdrawn:
        key = desk.ledger.add(
            Withdrawal, dice, withdrawn, to_tenant_id=referral.to.tenant_id, referral_id=referral.key,
            reference=referral.reference, withdrawn_at=withdrawn, cause="withdrawn", outcome="withdrawn",
            scheme_id=referral.session.scheme.key if referral.session else None,
        )  # fmt: skip
        tell_of_withdrawal(referral, key, withdrawn)


def close_withdrawn(session: ScopedSession) -> None:
    """Close the referrals of this tenant whose consent was withdrawn, with all that goes with them."""
    here = session.scope.tenant_id
    withdrawn = select(Consent.referral_id, Consent.withdrawn_at).where(
        Consent.tenant_id == here, Consent.withdrawn_at.is_not(None)
    )
    for referral_id, moment in session.execute(withdrawn).all():
        for table, key in (
            (Referral, Referral.id),
            *((table, table.referral_id) for table in (Parcel, ReferralEvent, ReferralMessage)),
        ):
            session.execute(
                update(table)
                .where(table.tenant_id == here, key == referral_id, table.withdrawn_at.is_(None))
                .values(withdrawn_at=moment, in_force=False)
            )
