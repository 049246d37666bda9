"""The rows that an address names, or 404."""

from uuid import UUID

from flask import abort

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.web.context import database
from support_center.routing.models import Participant
from support_center.routing.queries import visible_participant


def received_or_404(referral_id: UUID) -> Referral:
    """A received referral whose consent stands; anything else answers like one that does not exist."""
    referral = received_referral(database(), referral_id)
    if referral is None:
        abort(404)
    return referral


def participant_or_404(participant_id: UUID) -> Participant:
    """A participant whose consent stands; anything else answers like one that does not exist."""
    participant = visible_participant(database(), participant_id)
    if participant is None:
        abort(404)
    return participant
