"""What sender and receiver do with a referral. Each act locks its row first, so that a withdrawal and an answer never
cross.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.dates import end_of, working_days_after
from clais.encryption import Keyring
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals import consent_texts
from clais.exchange.referrals.consents import Agreement, letter_for, shared_age_band
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.parcels import Missing, Offer, freeze, missing
from clais.exchange.referrals.workflow import ANSWER, NEVER_MEANT, OPEN, REASONS, REFERRAL, SEND, URGENCIES
from clais.registry.actions import next_reference
from clais.registry.models import Tenant
from clais.sealing import seal
from clais.workflow import Refused

LONGEST_CONSENT = timedelta(days=731)
RECEIVER_COLUMNS = (Parcel, ReferralEvent, ReferralMessage)
"""The tables that close with a withdrawal, beside the referral itself."""


class Gone(LookupError):  # noqa: N818 - it reads as what happened.
    """The referral is not, or no longer, this tenant's to see: its consent was withdrawn or ran out."""


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
) -> Referral:
    """Send a person to another tenant with exactly the ticked facts. A draft never exists for the receiver: all is
    written here.

    Raises NotOffered, Missing (the scheme needs more), and Refused: `consent_over`, `consent_unknown`, `scheme_closed`,
    `session_closed`, `already_open`, `urgency_unknown`, `not_permitted`.
    """
    # The number comes first: whoever sends the same person at the same moment waits for it, and then sees this one.
    reference = next_reference(session, actor.tenant_code, "R")
    _check_destination(session, person_id, scheme, scheme_session)
    _check_agreement(agreement, urgency)
    contents = freeze(offers, ticked)
    lacking = missing(scheme.required_fields, contents) if scheme else []
    if lacking:
        raise Missing(lacking)
    letter = letter_for(actor, to, agreement, contents, purpose=purpose, scheme=scheme)
    moment = now()
    promise = Promise.of(to.settings)
    referral = Referral(
        tenant_id=actor.tenant_id,
        to_tenant_id=to.id,
        consent_until=end_of(agreement.until),
        reference=reference,
        person_id=person_id,
        purpose=purpose,
        urgency=urgency,
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
        receive_due_on=working_days_after(today(), promise.receive),
        answer_due_on=working_days_after(today(), promise.answer),
        last_moved_at=moment,
    )
    # The draft lives inside this transaction only: nobody else ever reads one.
    session.add(referral)
    session.flush()
    REFERRAL.apply(session, referral, "send", actor)
    session.add(_parcel(keyring, referral, contents, letter.text))
    session.add(
        Consent(
            referral_id=referral.id,
            person_id=person_id,
            text=letter.text,
            text_version=consent_texts.VERSION,
            language=agreement.language,
            manner=agreement.manner,
            until=referral.consent_until,
            recorded_by=actor.display_name,
            fields=list(contents),
        )
    )
    record(session, "referral.send", "referral", referral.id, person_id=person_id, details={"fields": list(contents)})
    session.flush()
    return referral


def _parcel(keyring: Keyring, referral: Referral, contents: Mapping[str, Any], consent_text: str) -> Parcel:
    key = new_id()
    sealed = seal(keyring, contents, table=Parcel.__tablename__, tenant_id=referral.tenant_id, row_id=key)
    return Parcel(
        **_crossing(referral),
        id=key,
        referral_id=referral.id,
        fields=list(contents),
        sealed=sealed,
        consent_text=consent_text,
    )


def _check_destination(
    session: ScopedSession, person_id: UUID, scheme: Scheme | None, scheme_session: SchemeSession | None
) -> None:
    if scheme is not None and scheme.state != "open":
        raise Refused("scheme_closed")
    if scheme_session is not None and (
        scheme is None or scheme_session.scheme_id != scheme.id or scheme_session.closes_on < today()
    ):
        raise Refused("session_closed")
    if scheme is not None and session.scalar(
        select(Referral.id).where(
            Referral.tenant_id == session.scope.tenant_id,
            Referral.person_id == person_id,
            Referral.scheme_id == scheme.id,
            Referral.state.in_(OPEN),
        )
    ):
        raise Refused("already_open")


def _check_agreement(agreement: Agreement, urgency: str) -> None:
    if agreement.language not in consent_texts.TEXTS or agreement.manner not in consent_texts.MANNERS:
        raise Refused("consent_unknown")
    if not today() <= agreement.until <= today() + LONGEST_CONSENT:
        raise Refused("consent_over")
    if urgency not in URGENCIES:
        raise Refused("urgency_unknown")


def _crossing(referral: Referral) -> dict[str, Any]:
    """What a row that goes with a referral takes over from it: both parties and the end of the consent."""
    return {
        "tenant_id": referral.tenant_id,
        "to_tenant_id": referral.to_tenant_id,
        "consent_until": referral.consent_until,
        "withdrawn_at": referral.withdrawn_at,
    }


def lock(session: ScopedSession, referral: Referral) -> Referral:
    """Read the referral again and hold it until the end of the transaction. Raises Gone when it may not be seen any
    more, and Refused (`wrong_state`) when it was withdrawn: the sender still sees it, nobody moves it.
    """
    this = select(Referral).where(Referral.tenant_id == referral.tenant_id, Referral.id == referral.id)
    held = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if held is not None:
        return held
    if session.scalars(this.execution_options(populate_existing=True)).one_or_none() is None:
        raise Gone
    raise Refused("wrong_state")


def move(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    transition: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> Referral:
    """Take a step of the table `REFERRAL` on either side: receive, accept, decline, start, hold, resume, complete,
    fail, cancel.

    `reason` is a code of `REASONS[transition]`; for `complete` it is the result. Raises Gone and Refused
    (`wrong_state`,
    `not_permitted`, `reason_missing`, `reason_unknown`, `comment_missing`).
    """
    if transition in {"send", "withdraw", "lapse"}:
        raise Refused("wrong_state")
    held = lock(session, referral)
    _check_side(REFERRAL.find(transition, held.state).permission, actor, held)
    if reason and reason not in REASONS.get(transition, {}):
        raise Refused("reason_unknown")
    REFERRAL.apply(session, held, transition, actor, reason=reason, comment=comment)
    if transition == "complete":
        held.result, held.result_note = reason, comment
    elif reason:
        held.reason = reason
    held.last_moved_at = now()
    if transition == "cancel" and reason in NEVER_MEANT:
        _close(session, held, held.last_moved_at)
    own = held.tenant_id == actor.tenant_id
    record(session, f"referral.{transition}", "referral", held.id, person_id=held.person_id if own else None)
    session.flush()
    return held


def _check_side(permission: str, actor: Actor, referral: Referral) -> None:
    """A step of the sender is taken by the sender's people, an answer by the receiver's, whatever else they may."""
    side = {SEND: referral.tenant_id, ANSWER: referral.to_tenant_id}.get(permission)
    if side is not None and side != actor.tenant_id:
        raise Refused("not_permitted")


def cancel(
    session: ScopedSession, actor: Actor, referral: Referral, reason: str, comment: str | None = None
) -> Referral:
    """Call an open referral back, with a code of `CANCEL_REASONS`; for one of `NEVER_MEANT` the consent closes at once.
    Raises as `move`.
    """
    return move(session, actor, referral, "cancel", reason=reason, comment=comment)


def withdraw(session: ScopedSession, actor: Actor, referral: Referral, note: str | None = None) -> Referral:
    """Close referral, parcel, log and messages to the receiver, as the person asks; in force on the receiver's next
    request.

    `note` stays with the sender. The receiver is told the reference and nothing else. Raises Gone and Refused.
    """
    held = lock(session, referral)
    _check_side(SEND, actor, held)
    held.last_moved_at = now()
    REFERRAL.apply(session, held, "withdraw", actor)
    _close(session, held, held.last_moved_at, note)
    record(session, "referral.withdraw", "referral", held.id, person_id=held.person_id)
    session.flush()
    return held


def _close(session: ScopedSession, held: Referral, moment: datetime, note: str | None = None) -> None:
    """Close all that the receiver reads of a referral, and leave it a notice with the reference."""
    held.withdrawn_at = moment
    session.flush()
    for table in RECEIVER_COLUMNS:
        session.execute(
            update(table)
            .where(table.tenant_id == held.tenant_id, table.referral_id == held.id, table.withdrawn_at.is_(None))
            .values(withdrawn_at=moment)
        )
    session.execute(
        update(Consent)
        .where(Consent.tenant_id == held.tenant_id, Consent.referral_id == held.id)
        .values(withdrawn_at=moment, withdrawal_note=note)
    )
    session.add(
        Withdrawal(to_tenant_id=held.to_tenant_id, referral_id=held.id, reference=held.reference, withdrawn_at=moment)
    )


def lapse(session: ScopedSession, actor: Actor, referral: Referral) -> Referral:
    """Let a referral that nobody answered lapse; the system does it. Raises Gone and Refused."""
    held = lock(session, referral)
    REFERRAL.apply(session, held, "lapse", actor)
    held.last_moved_at = now()
    record(session, "referral.lapse", "referral", held.id, person_id=held.person_id)
    session.flush()
    return held


def post_message(session: ScopedSession, actor: Actor, referral: Referral, text: str) -> ReferralMessage:
    """Write to the other party, as long as the consent stands. Raises Gone, and Refused when it was withdrawn."""
    held = lock(session, referral)
    message = ReferralMessage(
        **_crossing(held), referral_id=held.id, by_tenant_id=actor.tenant_id, actor_name=actor.display_name, text=text
    )
    session.add(message)
    held.last_moved_at = now()
    own = held.tenant_id == actor.tenant_id
    record(session, "referral.message", "referral", held.id, person_id=held.person_id if own else None)
    session.flush()
    return message
