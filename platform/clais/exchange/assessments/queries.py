"""Who assessed itself, and what was chosen, as both wings read it: never fewer answers than say nothing of anybody."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.exchange.assessments.models import AssessmentBallot, AssessmentNotice
from clais.sealing import unseal
from clais.small_cells import LEAST


def notice_of(session: ScopedSession, instrument_id: UUID, year: int) -> AssessmentNotice | None:
    """What the platform at work told of its self-assessment of a year."""
    return session.scalars(
        select(AssessmentNotice).where(
            AssessmentNotice.tenant_id == session.scope.tenant_id,
            AssessmentNotice.instrument_id == instrument_id,
            AssessmentNotice.year == year,
        )
    ).one_or_none()


def received_notices(session: ScopedSession, instrument_id: UUID) -> Sequence[AssessmentNotice]:
    """What the platforms told the centre at work of their self-assessments with an instrument, the last year first."""
    found = select(AssessmentNotice).where(
        AssessmentNotice.to_tenant_id == session.scope.tenant_id, AssessmentNotice.instrument_id == instrument_id
    )
    return session.scalars(found.order_by(AssessmentNotice.year.desc(), AssessmentNotice.id)).all()


def own_ballots(session: ScopedSession, instrument_id: UUID, year: int) -> Sequence[AssessmentBallot]:
    """What the members of the platform at work chose in a year, of what stays with it."""
    found = select(AssessmentBallot).where(
        AssessmentBallot.tenant_id == session.scope.tenant_id,
        AssessmentBallot.instrument_id == instrument_id,
        AssessmentBallot.year == year,
        AssessmentBallot.course_run_id.is_(None),
    )
    return session.scalars(found.order_by(AssessmentBallot.id)).all()


def received_ballots(session: ScopedSession, run_ids: Collection[UUID]) -> dict[UUID, list[AssessmentBallot]]:
    """Session of the centre at work → what those who attended chose."""
    found: dict[UUID, list[AssessmentBallot]] = {}
    if run_ids:
        of_runs = select(AssessmentBallot).where(
            AssessmentBallot.to_tenant_id == session.scope.tenant_id, AssessmentBallot.course_run_id.in_(run_ids)
        )
        # By their keys, which chance drew: the order in which they were cast tells whose they are.
        for ballot in session.scalars(of_runs.order_by(AssessmentBallot.id)):
            if ballot.course_run_id:
                found.setdefault(ballot.course_run_id, []).append(ballot)
    return found


def opened(keyring: Keyring, ballots: Collection[AssessmentBallot]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The number of the version of each, and what was chosen; nothing while there are fewer than LEAST."""
    if len(ballots) < LEAST:
        return
    for ballot in ballots:
        with suppress(DecryptionFailed):
            yield ballot.number, unseal(keyring, ballot)
