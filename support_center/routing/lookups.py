"""The rows that an address names; 404, or a page that says that the agreement behind them is over."""

from uuid import UUID

from flask import abort

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral, withdrawal_of
from clais.web.context import database
from clais.web.kept import written_by_the_reader
from clais.web.rendering import render
from support_center.routing.models import Participant
from support_center.routing.queries import known_participant, seat_after, visible_participant


def received_or_404(referral_id: UUID) -> Referral:
    """A received referral whose consent stands.

    One whose consent ended says so, without anybody's name; one that was never received answers like one that does
    not exist.
    """
    referral = received_referral(database(), referral_id)
    if referral is None:
        _say_that_it_is_over(referral_id)
        abort(404)
    return referral


def participant_or_404(participant_id: UUID) -> Participant:
    """A participant whose consent stands; the others answer as `received_or_404` says."""
    participant = visible_participant(database(), participant_id)
    if participant is None:
        known = known_participant(database(), participant_id=participant_id)
        if known is not None:
            _say_that_it_is_over(known.referral_id)
        abort(404)
    return participant


def _say_that_it_is_over(referral_id: UUID) -> None:
    """Answer 410 to what was once readable here: when the agreement was withdrawn, what became of the seat."""
    session = database()
    withdrawal = withdrawal_of(session, referral_id)
    participant = known_participant(session, referral_id=referral_id)
    if withdrawal is None and participant is None:
        return
    abort(
        render(
            "routing/over.html",
            status=410,
            written=written_by_the_reader(),
            reference=withdrawal.reference if withdrawal else "",
            withdrawn_at=withdrawal.withdrawn_at if withdrawal else None,
            cause=withdrawal.cause if withdrawal else "",
            seat=seat_after(session, participant) if participant else None,
        )
    )
