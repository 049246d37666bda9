"""What those who attended said of sessions: how many did, and, from five on, what they say together; never who."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.assessments.models import AssessmentBallot
from clais.exchange.assessments.queries import opened, received_ballots
from clais.exchange.publications.instruments import released_definitions
from clais.instruments.figures import Line, between, counted
from clais.instruments.guarded import guarded_lines
from clais.small_cells import LEAST


class Evaluation(NamedTuple):
    """How many evaluated, in how many sessions that show something, and the questions with what was chosen."""

    given: int
    sessions: int
    lines: list[Line]


def evaluation_of(session: ScopedSession, keyring: Keyring, run_ids: Iterable[UUID]) -> Evaluation:
    """What was said of some sessions of the centre; of each version apart where they do not compare.

    Of several, only what the page of each shows is added up, question by question.
    """
    by_run = received_ballots(session, list(run_ids))
    by_instrument: dict[UUID, list[list[AssessmentBallot]]] = {}
    shown = 0
    for ballots in by_run.values():
        shown += len(ballots) >= LEAST
        # A course may be evaluated with another instrument than before, even within a session.
        for instrument_id in {ballot.instrument_id for ballot in ballots}:
            of_one = [ballot for ballot in ballots if ballot.instrument_id == instrument_id]
            if len(of_one) >= LEAST:
                by_instrument.setdefault(instrument_id, []).append(of_one)
    lines = [line for key in sorted(by_instrument) for line in _lines(session, keyring, key, by_instrument[key])]
    return Evaluation(sum(map(len, by_run.values())), shown, lines)


def _lines(
    session: ScopedSession, keyring: Keyring, instrument_id: UUID, groups: list[list[AssessmentBallot]]
) -> Iterator[Line]:
    chosen = [list(opened(keyring, ballots)) for ballots in groups]
    numbers = {number for group in chosen for number, _answers in group}
    versions = between(released_definitions(session, instrument_id), numbers)
    return guarded_lines(versions, [counted(group) for group in chosen])
