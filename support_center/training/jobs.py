"""The worker's jobs in the scope of the centre: seats, reminders before the day, names that are forgotten."""

from datetime import datetime, time, timedelta

from sqlalchemy import update

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import moment_of
from clais.exchange.training.models import Certificate
from clais.exchange.training.queries import courses_by_id
from support_center.training import queries
from support_center.training.actions.certificates import forget_evidence
from support_center.training.actions.seats import give_seats
from support_center.training.mails import remind

BEFORE = timedelta(days=3)
"""So long before its first day everyone hears of a session again."""
MORNING = time(6)


def give(session: ScopedSession, actor: Actor) -> int:
    """Give the seats that the platforms asked for, and take back those that they do not need."""
    return give_seats(session, actor)


def next_seat_at(session: ScopedSession) -> datetime | None:
    """Now, while a platform waits for the centre."""
    return now() if queries.waits_for_seat(session) else None


def forget_names(session: ScopedSession, _actor: Actor) -> int:
    """Forget the names on certificates that ended a year ago, and the documents behind those of whom nobody knows.

    Returns how many names and documents there were.
    """
    forgotten = (
        update(Certificate)
        .where(
            Certificate.tenant_id == session.scope.tenant_id,
            Certificate.valid_until < queries.nameless_since(),
            Certificate.holder_name != "",
        )
        .values(holder_name="")
        .execution_options(synchronize_session=False)
    )
    names = int(session.execute(forgotten).rowcount)  # type: ignore[attr-defined]
    return names + forget_evidence(session, queries.evidence_of_nobody(session))


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """The morning on which the first of the certificates that still name someone has ended a year ago; now, while there
    is a document of someone who has left.
    """
    if queries.evidence_of_nobody(session):
        return now()
    last = queries.first_named(session)
    return None if last is None else max(now(), moment_of(last + queries.NAMED_FOR + timedelta(days=1), MORNING))


def next_reminder_at(session: ScopedSession) -> datetime | None:
    """The morning from which people hear again of the next session that is not so near yet."""
    first = queries.first_begin_after(session, today() + BEFORE)
    return None if first is None else moment_of(first - BEFORE, MORNING)


def remind_of_sessions(session: ScopedSession, _actor: Actor) -> int:
    """Remind who has a seat some days before. Returns how many mails are new."""
    runs = {run.id: run for run in queries.begins_on(session, today() + timedelta(days=1), today() + BEFORE)}
    courses = courses_by_id(session, {run.course_id for run in runs.values()})
    said = 0
    for seat, holder in queries.with_holders(session, queries.seats_of(session, list(runs), "seated")):
        run = runs[seat.course_run_id]
        said += remind(session, courses[run.course_id], run, holder, seat)
    return said
