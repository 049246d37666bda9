"""Sending someone: what the platform checks besides what the exchange does."""

from contextlib import suppress
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.referrals import offers
from clais.exchange.referrals.locking import lock
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.sending import send_referral
from tenants.people import actions as people
from tenants.people.matching.check import PossibleDuplicates
from tenants.people.models import Person


def answer_offer(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    answer: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    """Answer the seat that is offered to the person of a referral: a step of `OFFER_ANSWERS`.

    Raises Gone, and Refused: `too_late` when its last day is over.
    """
    locked = lock(session, referral)
    # Someone who accepts gives no reason to refuse, whatever the form still held.
    offers.answer_offer(
        session, actor, locked, answer, reason=reason if answer != "accept_seat" else None, comment=comment
    )


def send(
    session: ScopedSession, actor: Actor, person: Person, keyring: Keyring, *, phone: str | None, **request: Any
) -> Referral:
    """Refer a person whose file is open; `request` is what `send_referral` takes. A `phone` that was asked for goes on
    the card too.

    Raises Refused('closed_file') and what `send_referral` raises.
    """
    people.lock_open_file(session, person)
    referral = send_referral(session, actor, person_id=person.id, keyring=keyring, **request)
    if phone and not person.phone:
        # Where the number is another file's too, the card asks about both when it is written there.
        with suppress(PossibleDuplicates):
            people.edit(session, actor, person, {"phone": phone}, person.version, keyring)
    return referral
