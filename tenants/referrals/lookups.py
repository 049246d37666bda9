"""The rows that a URL names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from clais.web.context import database
from tenants.referrals.queries import people_set_aside


def referral_or_404(referral_id: UUID) -> Referral:
    """A referral that this platform sent, of a person whose file was not set aside."""
    session = database()
    referral = sent_referral(session, referral_id)
    if referral is None or session.scalars(people_set_aside(session, referral.person_id)).first() is not None:
        abort(404)
    return referral
