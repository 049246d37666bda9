"""What a platform tells of its self-assessments, and what its members choose without saying who."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.assessments.models import AssessmentBallot, AssessmentNotice
from clais.exchange.assessments.queries import notice_of
from clais.instruments.figures import countable
from clais.instruments.rules.definition import Definition
from clais.sealing import seal


def cast_ballot(
    session: ScopedSession,
    keyring: Keyring,
    definition: Definition,
    answers: Mapping[str, Any],
    *,
    instrument_id: UUID,
    number: int,
    year: int,
    centre_id: UUID | None = None,
    course_run_id: UUID | None = None,
) -> None:
    """Put what someone chose, as the schema dumps it, with that of others of the year of their self-assessment.

    Texts, sealed answers and what not everybody is asked stay with them. Who chose nothing casts no ballot.
    """
    counts = countable(definition).items
    chosen = {item: answer for item, answer in answers.items() if item in counts}
    if not chosen:
        return
    here, key = session.scope.tenant_id, uuid4()
    session.add(
        AssessmentBallot(
            tenant_id=here,
            id=key,
            to_tenant_id=centre_id,
            instrument_id=instrument_id,
            number=number,
            year=year,
            course_run_id=course_run_id,
            sealed=seal(keyring, chosen, table=AssessmentBallot.__tablename__, tenant_id=here, row_id=key),
        )
    )
    session.flush()


def tell_done(session: ScopedSession, centre_id: UUID, instrument_id: UUID, year: int, number: int, day: date) -> None:
    """Tell the centre that the platform assessed itself; nothing is shared by that."""
    notice = notice_of(session, instrument_id, year)
    if notice is None:
        notice = AssessmentNotice(to_tenant_id=centre_id, instrument_id=instrument_id, year=year)
        session.add(notice)
    notice.number, notice.done_on, notice.scores = number, day, None
    session.flush()


def tell_scores(notice: AssessmentNotice, scores: Mapping[str, int] | None) -> None:
    """Share the scores by section with the centre; none takes them back."""
    notice.scores = dict(scores) if scores is not None else None
