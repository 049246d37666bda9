"""The worker's jobs in the scope of the support centre."""

from datetime import datetime

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.sealing import unseal
from clais.services import services
from support_center.routing import queries
from support_center.routing.actions import forget, put_keys
from support_center.routing.seats import lock_all, release_seat
from support_center.routing.workflow import HOLDING


def apply_withdrawals(session: ScopedSession, actor: Actor) -> int:
    """Free the seats and erase the data of everyone whose consent was withdrawn or ran out; free cancelled seats.

    The pages already hide them; this erases them from the database too. Returns how many were erased. `actor` is
    the system in this tenant, with the permission `seat.release`; the scope names the basin too.
    """
    gone = queries.no_longer_agreed(session)
    back = queries.called_back(session)
    lock_all(session, [*gone, *back])
    for participant in gone:
        forget(session, actor, participant)
    for participant in back:
        session.refresh(participant, with_for_update={"key_share": True})
        if participant.state in HOLDING:
            release_seat(session, actor, participant, "cancelled")
    return len(gone)


def complete_keys(session: ScopedSession, _actor: Actor) -> int:
    """Make the participants searchable who were received before there were keys. Returns how many."""
    keyring = services().keyring
    waiting = queries.without_keys(session)
    for participant, referral in waiting:
        put_keys(session, participant, unseal(keyring, participant), referral, keyring)
    return len(waiting)


def next_withdrawal_at(session: ScopedSession) -> datetime | None:
    """Now while somebody waits to be forgotten or freed; otherwise when the next consent runs out."""
    if queries.no_longer_agreed(session, limit=1) or queries.called_back(session, limit=1):
        return now()
    return queries.next_end_of_consent(session)


def next_keys_at(session: ScopedSession) -> datetime | None:
    """Now while a participant is without keys."""
    return now() if queries.without_keys(session, limit=1) else None
