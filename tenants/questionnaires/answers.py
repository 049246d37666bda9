"""The answers of a filling and their rows. Those to sealed questions are stored encrypted."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import delete

from clais.clock import today
from clais.database import ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.instruments.filling import Filled, Questionnaire, is_answer
from clais.sealing import seal, unseal
from clais.workflow import Refused

log = structlog.get_logger("tenants.questionnaires")


class AnswerRow(Protocol):
    """The row of one answer: of a person's filling, or of a self-assessment."""

    __tablename__: str
    tenant_id: Any
    id: Any
    item: Any
    value: Any
    sealed: Any
    revision: Any
    given_by: Any


Row = TypeVar("Row", bound=AnswerRow)
Made_co = TypeVar("Made_co", bound=AnswerRow, covariant=True)


class Answerable(Protocol[Made_co]):
    """What is filled in, as its answers are written: it makes their rows, and says what it asks."""

    id: Any
    content_id: Any
    state: Any
    version: Any

    @property
    def layer_id(self) -> UUID | None:
        """What the platform has of its own beside what is asked."""

    def new_answer(self, item: str) -> Made_co:
        """The row of the first answer to a question, not in the session yet."""


@dataclass(frozen=True, slots=True)
class Given:
    """The answers of a filling as they are stored, item by item; `revisions` has those that were taken back too.

    An answer that cannot be decrypted is in `unreadable` alone, and must not be overwritten.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    authors: Mapping[str, str] = field(default_factory=dict)
    """Item → which agent answered last; empty where the person did."""


@dataclass(frozen=True, slots=True)
class Overwritten(Exception):  # noqa: N818 - it names what happened.
    """Someone else answered the question since it was read: what they answered, and its revision."""

    item: str
    theirs: Any
    revision: int


def write(
    session: ScopedSession,
    keyring: Keyring,
    filling: Answerable[Row],
    questionnaire: Questionnaire,
    rows: dict[str, Row],
    answers: Mapping[str, Any],
    author: str,
    seen: Mapping[str, int] | None = None,
) -> bool:
    """Write answers, as the schema dumps them, into the rows of a filling by item; whether one of them is another.

    None takes an answer back. `seen` has the revision at which each was read; without it what is there is overwritten.
    Raises Overwritten, or Refused(`sealed`) rather than overwrite an answer that could not be read.
    """
    before = given_in(keyring, rows.values())
    if not before.unreadable.isdisjoint(answers):
        raise Refused("sealed")
    others = {item: answer for item, answer in answers.items() if not _same(before.answers.get(item), answer)}
    for item, answer in others.items():
        row = rows.get(item)
        known = row.revision if row else 0
        if seen is not None and seen.get(item, known) != known:
            raise Overwritten(item, before.answers.get(item), known)
        if row is None:
            row = rows[item] = filling.new_answer(item)
            session.add(row)
        row.revision, row.given_by = known + 1, author
        put(keyring, row, answer, sealed=is_sealed(questionnaire, item))
    session.flush()
    return bool(others)


def is_sealed(questionnaire: Questionnaire, item: str) -> bool:
    """Whether answers to a question are sealed. What a row says that is asked by no question never is."""
    asked = questionnaire.definition.items.get(item)
    return asked is not None and asked.sealed


def _same(before: Any, after: Any) -> bool:
    return before == after or not (is_answer(before) or is_answer(after))


def put(keyring: Keyring, row: AnswerRow, answer: Any, *, sealed: bool) -> None:
    """Write an answer, as the schema dumps it, into its row; none takes it back."""
    row.value = row.sealed = None
    if not is_answer(answer):
        return
    if sealed:
        # The item is sealed with the answer, so that two sealed answers cannot be exchanged.
        row.sealed = seal(keyring, [row.item, answer], table=row.__tablename__, tenant_id=row.tenant_id, row_id=row.id)
    else:
        row.value = answer


def erase_hidden(session: ScopedSession, rows: Iterable[AnswerRow], shown: Collection[str]) -> None:
    """Erase the answers to questions that are not asked any more."""
    hidden = [row for row in rows if row.item not in shown]
    if hidden:
        table: Any = type(hidden[0])
        keys = [row.id for row in hidden]
        session.execute(delete(table).where(table.tenant_id == session.scope.tenant_id, table.id.in_(keys)))


def given_in(keyring: Keyring, rows: Iterable[AnswerRow]) -> Given:
    """The answers of the rows of one filling."""
    answers, revisions, unreadable = dict[str, Any](), dict[str, int](), set[str]()
    authors = dict[str, str]()
    for row in rows:
        revisions[row.item], authors[row.item] = row.revision, row.given_by
        if row.sealed is not None:
            opened = _opened(keyring, row)
            if opened is None:
                unreadable.add(row.item)
            else:
                answers[row.item] = opened
        elif row.value is not None:
            answers[row.item] = row.value
    return Given(answers, revisions, frozenset(unreadable), authors)


def _opened(keyring: Keyring, row: AnswerRow) -> Any:
    with suppress(DecryptionFailed):
        item, answer = unseal(keyring, row)
        if item == row.item:
            return answer
    log.error("a sealed answer could not be read", answer=str(row.id))
    return None


def checked(questionnaire: Questionnaire, given: Given, *languages: str) -> Filled:
    """What is wrong or missing in the answers of a filling that is to be finished; one that cannot be read is there."""
    filled = questionnaire.check(questionnaire.load(given.answers), today(), *languages)
    missing = tuple(item for item in filled.missing if item not in given.unreadable)
    return Filled(filled.answers, filled.shown, filled.errors, missing)
