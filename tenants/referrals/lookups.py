"""The rows that a URL names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from clais.web.context import database


def referral_or_404(referral_id: UUID) -> Referral:
    """A referral that this platform sent."""
    referral = sent_referral(database(), referral_id)
    if referral is None:
        abort(404)
    return referral
