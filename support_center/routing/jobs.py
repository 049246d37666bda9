"""What the worker does in the support centre's scope."""

from clais.actor import Actor
from clais.database import ScopedSession
from support_center.routing import queries
from support_center.routing.actions import forget, release_seat


def apply_withdrawals(session: ScopedSession, actor: Actor) -> int:
    """Free the seats and erase the copies of everyone whose consent was withdrawn or ran out; free the seats called
    back.

    The pages already show none of them: this makes the database forget too. Returns how many were erased. `actor` is
    the system in this tenant, with the permission `seat.release`; the scope names the basin too.
    """
    gone = queries.no_longer_agreed(session)
    for participant in gone:
        forget(session, actor, participant)
    for participant in queries.called_back(session):
        release_seat(session, actor, participant, "cancelled")
    return len(gone)
