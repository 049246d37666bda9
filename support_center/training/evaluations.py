"""What those who attended said of sessions: how many did, and, from five on, what they say together; never who."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from uuid import UUID

from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.exchange.assessments.models import AssessmentBallot
from clais.exchange.assessments.queries import FEWEST_OF_SESSION, opened, received_ballots
from clais.exchange.publications.instruments import released_definitions
from clais.instruments.figures import Line, between, counted
from clais.instruments.guarded import guarded_lines


class Evaluation(NamedTuple):
    """How many evaluated, in how many sessions that are shown, and the questions with what was chosen."""

    given: int
    sessions: int
    lines: list[Line]


def evaluation_of(session: ScopedSession, keyring: Keyring, run_ids: Iterable[UUID]) -> Evaluation:
    """What was said of some sessions of the centre, together; of each version apart where they do not compare.

    A session with fewer than five is left out: beside the figures of the others it could be told by a subtraction.
    """
    by_run = received_ballots(session, list(run_ids))
    shown = [ballots for ballots in by_run.values() if len(ballots) >= FEWEST_OF_SESSION]
    every = [ballot for ballots in shown for ballot in ballots]
    given = sum(map(len, by_run.values()))
    return Evaluation(given, len(shown), list(_lines(session, keyring, every)))


def _lines(session: ScopedSession, keyring: Keyring, ballots: list[AssessmentBallot]) -> Iterator[Line]:
    """The questions, of each instrument apart: a course may be evaluated with another one than before."""
    for instrument_id in dict.fromkeys(ballot.instrument_id for ballot in ballots):
        of_one = [ballot for ballot in ballots if ballot.instrument_id == instrument_id]
        chosen = list(opened(keyring, of_one, FEWEST_OF_SESSION))
        used = between(released_definitions(session, instrument_id), {number for number, _answers in chosen})
        yield from guarded_lines(used, [counted(chosen)])
