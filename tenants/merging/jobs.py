"""The worker's jobs on merges, in the scope of a platform."""

from datetime import datetime, timedelta

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.dates import end_of
from tenants.follow_up.queries import last_reached_on
from tenants.merging import pairs
from tenants.merging.moving import move
from tenants.merging.queries import files, oldest_to_gather, oldest_undo_until, past_undo, to_gather

GATHER = "person.gather_merged"
FORGET = "person.forget_merge"
LATE_ROWS = timedelta(minutes=2)
"""No request lasts longer: what a colleague was writing in the merged file is there by then."""


def gather_late_rows(session: ScopedSession, _actor: Actor) -> int:
    """Take over what a colleague was writing in a file while it was merged. Returns how many rows."""
    gathered = 0
    for made in to_gather(session):
        if made.merged_at > now() - LATE_ROWS:
            continue
        late = move(session, made.merged_id, made.person_id)
        if late:
            kept = files(session, made.person_id)[made.person_id]
            reached = filter(None, (kept.last_contact_on, last_reached_on(session, kept.id)))
            kept.last_contact_on = max(reached, default=None)
        known = made.moved or {}
        made.moved = known | {name: [*known.get(name, []), *keys] for name, keys in late.items()}
        made.gathered = True
        gathered += sum(map(len, late.values()))
    session.flush()
    return gathered


def next_to_gather_at(session: ScopedSession) -> datetime | None:
    """Some minutes after the oldest merge that was not looked at again."""
    oldest = oldest_to_gather(session)
    return oldest + LATE_ROWS if oldest else None


def find_duplicates(session: ScopedSession, _actor: Actor) -> int:
    """Compare the files whose card was written with the others. Returns how many."""
    return pairs.compare_some(session)


def next_to_compare_at(session: ScopedSession) -> datetime | None:
    """Now while a file was not compared."""
    return now() if pairs.not_compared(session, limit=1) else None


def forget_undo(session: ScopedSession, _actor: Actor) -> int:
    """Erase what would take back the merges that are too old for it. Returns how many."""
    old = past_undo(session)
    for made in old:
        made.moved = made.sealed = None
    session.flush()
    return len(old)


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """When the first merge cannot be taken back any more."""
    day = oldest_undo_until(session)
    return end_of(day) if day else None
