"""The open referrals of a person whose file is closed, or who is placed by one of them."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.referrals import actions, queries
from clais.exchange.referrals.jobs import in_order
from clais.exchange.referrals.locking import lock
from clais.exchange.referrals.models import SCHEME, Referral
from clais.exchange.referrals.workflow import PLACED, STATES
from clais.feature.handling import KEEP, OpenItem
from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused

CHOICES = {"cancel": N_("Cancel the referral"), KEEP: N_("Keep it open")}
PLACED_ELSEWHERE = "placed_elsewhere"
REASONS = {"job": "found_work", "moved": "moved"}
"""Reason to close the file → reason to cancel its referrals; any other one is `other`."""


def open_referrals(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """Those that wait for an answer, and those under way."""
    for referral in queries.open_for(session, person_id):
        yield OpenItem(referral.id, open_text(referral))


def open_text(referral: Referral) -> str:
    """Which referral it is, and where it stands."""
    return _(
        "Referral %(reference)s · %(scheme)s: %(state)s",
        reference=referral.reference,
        scheme=referral.scheme_name or referral.to_name,
        state=_(STATES[referral.state]).lower(),
    )


def other_open_referrals(session: ScopedSession, referral: Referral) -> list[Referral]:
    """The other open referrals of a person whom this one placed: it is accepted or under way."""
    if referral.state not in PLACED:
        return []
    others = queries.open_for(session, referral.person_id)
    return [each for each in others if each.id != referral.id and each.kind == SCHEME]


def has_begun(referral: Referral) -> bool:
    """Whether something has begun: who is only accepted may still wait for a seat."""
    return referral.state in PLACED - {"accepted"}


def lock_with_others(session: ScopedSession, referral: Referral, others: Iterable[Referral]) -> None:
    """Lock a referral that placed somebody and others of theirs, in the order in which everyone locks several.

    Raises Gone, and Refused(`wrong_state`) when it places nobody any more: two that cancelled each other would leave
    the person without a seat.
    """
    for each in in_order([referral, *others]):
        lock(session, each)
    if referral.state not in PLACED:
        raise Refused("wrong_state")


def settle(session: ScopedSession, actor: Actor, key: UUID, _choice: str, reason: str) -> None:
    """Cancel a referral: the receiver is told why. Raises Refused."""
    referral = queries.sent_referral(session, key)
    if referral is None:
        raise Refused("wrong_state")
    actions.cancel(session, actor, referral, REASONS.get(reason, "other"), _("The file is closed here."))
