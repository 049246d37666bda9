"""Failed sign-ins: how many are allowed, and how long they count."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.identity.models import SignInAttempt

ATTEMPT_WINDOW = timedelta(minutes=15)
MAXIMUM_FAILURES_PER_ACCOUNT = 8
MAXIMUM_FAILURES_PER_ADDRESS = 40


class TooManyAttempts(Exception):  # noqa: N818 - it reads as what happened.
    """The account or the IP address has failed, or asked, too often recently."""


def recent_failures(session: ScopedSession, subject_hash: bytes) -> int:
    """How many sign-ins failed for one account or IP address within the window."""
    return (
        session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.subject_hash == subject_hash, SignInAttempt.attempted_at > now() - ATTEMPT_WINDOW)
        )
        or 0
    )


def count_failure(session: ScopedSession, *subject_hashes: bytes) -> list[UUID]:
    """Store a failed sign-in for each subject (account, IP address), and delete those long out of the window.

    Gives the keys of what was stored.
    """
    session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < now() - ATTEMPT_WINDOW * 4))
    made = [SignInAttempt(id=new_id(), subject_hash=subject) for subject in subject_hashes]
    session.add_all(made)
    session.flush()
    return [attempt.id for attempt in made]


def take_back_failures(session: ScopedSession, attempts: Collection[UUID]) -> None:
    """Delete attempts that did not fail, or were refused unheard."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(attempts)))


def forget_failures(session: ScopedSession, subject_hash: bytes) -> None:
    """Delete the failures of an account after a success, so that a forgetful agent is not locked out later."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject_hash == subject_hash))
