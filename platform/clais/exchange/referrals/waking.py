"""Which jobs a step of a referral gives something to do, and where."""

from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.referrals.models import Referral
from clais.identity.actions import NEWS

ANNOUNCE = NEWS
LAPSE = "referral.lapse"
CLOSE = "referral.close"
REMIND = "referral.remind"
APPLY_WITHDRAWALS = "referral.apply_withdrawals"
OFFER_SEATS = "seat.pass_on"


def wake_parties(session: ScopedSession, referral: Referral) -> None:
    """Let the jobs of both parties look at what one of them has just done."""
    make_due(session, ANNOUNCE, LAPSE, CLOSE, REMIND, tenant_id=referral.tenant_id)
    make_due(session, ANNOUNCE, APPLY_WITHDRAWALS, REMIND, tenant_id=referral.to_tenant_id)
