"""Sending a person to another tenant: the referral, its parcel and its consent are written together."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.audit.frequency import hold_to_limit
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.dates import end_of
from clais.encryption import Keyring
from clais.exchange.eligibility.rules.judging import Verdict
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.publications.queries import is_hidden, is_paused
from clais.exchange.referrals import consent_texts
from clais.exchange.referrals.consents import Agreement, letter_for, shared_age_band
from clais.exchange.referrals.delays import TRANSFER_DAYS, Promise
from clais.exchange.referrals.models import SCHEME, TRANSFER, Consent, Parcel, Referral
from clais.exchange.referrals.parcels import CONDITIONS, PURPOSE, Missing, Offer, freeze, is_reachable, missing
from clais.exchange.referrals.queries import lock_earlier, open_referral_to, open_transfer_of
from clais.exchange.referrals.waking import wake_parties
from clais.exchange.referrals.workflow import REFERRAL, URGENCIES
from clais.registry.actions import next_reference
from clais.registry.models import Tenant
from clais.sealing import seal
from clais.workflow import Refused

LONGEST_CONSENT = timedelta(days=731)


def send_referral(
    session: ScopedSession,
    actor: Actor,
    *,
    person_id: UUID,
    to: Tenant,
    scheme: Scheme | None,
    scheme_session: SchemeSession | None,
    purpose: str,
    urgency: str,
    offers: Sequence[Offer],
    ticked: Collection[str],
    agreement: Agreement,
    keyring: Keyring,
    kind: str = SCHEME,
) -> Referral:
    """Send a person to another tenant with exactly the ticked facts. All rows are written in one transaction: the
    receiver never sees a draft.

    A purpose that is among the facts, as it tells of something sensitive, stands nowhere else. A transfer (`kind`) asks
    the receiver to take the file over, and names no scheme.

    Raises NotOffered, Missing (the scheme needs more), and Refused: `consent_over`, `consent_unknown`, `scheme_closed`,
    `session_closed`, `already_open` (to that scheme; a transfer, to anybody), `urgency_unknown`, `not_permitted`,
    `not_reachable` (nothing says how to reach the person). Raises LimitReached.
    """
    hold_to_limit(session, "referrals")
    # The number comes first: a second sending of the same person waits for its lock, and then sees this referral.
    reference = next_reference(session, actor.tenant_code, "R")
    if scheme is not None:
        lock_earlier(session, person_id, scheme.id)
    _check_destination(session, person_id, scheme, scheme_session)
    if kind == TRANSFER and open_transfer_of(session, person_id) is not None:
        raise Refused("already_open")
    _check_agreement(agreement, urgency)
    contents = freeze(offers, ticked)
    lacking = missing(scheme.required_fields, contents) if scheme else []
    if lacking:
        raise Missing(lacking)
    if not is_reachable(contents):
        raise Refused("not_reachable")
    said = "" if PURPOSE in contents else purpose
    is_transfer = kind == TRANSFER
    letter = letter_for(actor, to, agreement, contents, purpose=said, scheme=scheme, is_transfer=is_transfer)
    referral = _draft(actor, to, scheme, scheme_session, agreement, contents, urgency)
    if is_transfer:
        referral.kind = TRANSFER
        referral.receive_due_on = referral.answer_due_on = referral.promised_on = _end_of_offer()
    _note_conditions(referral, offers, contents)
    referral.reference, referral.person_id, referral.purpose = reference, person_id, said
    # The draft exists only inside this transaction.
    session.add(referral)
    session.flush()
    REFERRAL.apply(session, referral, "send", actor)
    session.add(_parcel(keyring, referral, contents, letter.text))
    session.add(_consent(actor, referral, agreement, contents, letter.text))
    record(session, "referral.send", "referral", referral.id, person_id=person_id, details={"fields": list(contents)})
    wake_parties(session, referral)
    session.flush()
    return referral


def _draft(
    actor: Actor,
    to: Tenant,
    scheme: Scheme | None,
    scheme_session: SchemeSession | None,
    agreement: Agreement,
    contents: Mapping[str, Any],
    urgency: str,
) -> Referral:
    moment = now()
    due = Promise.of(to.settings, actor.tenant_id).due(moment, urgency)
    return Referral(
        tenant_id=actor.tenant_id,
        to_tenant_id=to.id,
        consent_until=end_of(agreement.until),
        scheme_id=scheme.id if scheme else None,
        scheme_session_id=scheme_session.id if scheme_session else None,
        scheme_name=scheme.name if scheme else None,
        from_name=actor.tenant_name,
        to_name=to.name,
        sent_by=actor.display_name,
        sender_membership_id=actor.membership_id,
        age_band=shared_age_band(contents),
        sex=contents["sex"]["value"] if "sex" in contents else None,
        requested_at=moment,
        urgency=urgency,
        receive_due_on=due.receive_on,
        answer_due_on=due.answer_on,
        promised_on=due.answer_on,
        last_moved_at=moment,
    )


def _end_of_offer() -> date:
    return today() + timedelta(days=TRANSFER_DAYS)


def _note_conditions(referral: Referral, offers: Sequence[Offer], contents: Mapping[str, Any]) -> None:
    """Keep by which conditions the person was judged; how many of them they meet, where they share it."""
    said = next((offer.value for offer in offers if offer.code == CONDITIONS), None)
    if said is None:
        return
    referral.eligibility_version_id = UUID(said["version"])
    if CONDITIONS in contents:
        verdicts = Counter(answer["verdict"] for answer in said["answers"])
        referral.conditions_met = verdicts[Verdict.MET]
        referral.conditions_unmet = verdicts[Verdict.UNMET]
        referral.conditions_to_ask = verdicts[Verdict.UNKNOWN]


def _consent(actor: Actor, referral: Referral, agreement: Agreement, contents: Mapping[str, Any], text: str) -> Consent:
    return Consent(
        referral_id=referral.id,
        person_id=referral.person_id,
        text=text,
        text_version=consent_texts.VERSION,
        language=agreement.language,
        manner=agreement.manner,
        until=referral.consent_until,
        recorded_by=actor.display_name,
        fields=list(contents),
    )


def _parcel(keyring: Keyring, referral: Referral, contents: Mapping[str, Any], consent_text: str) -> Parcel:
    key = new_id()
    sealed = seal(keyring, contents, table=Parcel.__tablename__, tenant_id=referral.tenant_id, row_id=key)
    return Parcel(
        **referral.crossing,
        id=key,
        referral_id=referral.id,
        fields=list(contents),
        sealed=sealed,
        consent_text=consent_text,
    )


def _check_destination(
    session: ScopedSession, person_id: UUID, scheme: Scheme | None, scheme_session: SchemeSession | None
) -> None:
    if scheme is not None and (scheme.state != "open" or is_hidden(scheme)):
        raise Refused("scheme_closed")
    if scheme_session is not None and (
        scheme is None
        or scheme_session.scheme_id != scheme.id
        or scheme_session.closes_on < today()
        or is_paused(scheme_session)
    ):
        raise Refused("session_closed")
    if scheme is not None and open_referral_to(session, person_id, scheme.id) is not None:
        raise Refused("already_open")


def _check_agreement(agreement: Agreement, urgency: str) -> None:
    if agreement.language not in consent_texts.TEXTS or agreement.manner not in consent_texts.MANNERS:
        raise Refused("consent_unknown")
    if not today() <= agreement.until <= today() + LONGEST_CONSENT:
        raise Refused("consent_over")
    if urgency not in URGENCIES:
        raise Refused("urgency_unknown")
