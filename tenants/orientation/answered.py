"""The answers of bilans, each with what was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select

from clais.database import HERE, ScopedSession
from clais.encryption import Keyring
from tenants.orientation.answers import Answer, read_answer
from tenants.orientation.models import Bilan, BilanAnswer
from tenants.questionnaires.models import InstrumentFilling


class HasId(Protocol):
    """A row, or some of its columns, with its id."""

    @property
    def id(self) -> UUID: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of a bilan by dimension, and the keys of what was asked: of the released content (None: of the house)
    and of what the platform had of its own beside it.
    """

    content_id: UUID | None
    layer_id: UUID | None = None
    answers: dict[str, Answer] = field(default_factory=dict)


_ANSWERED = (
    select(Bilan.id, InstrumentFilling.content_id, InstrumentFilling.layer_id, BilanAnswer)
    .select_from(Bilan)
    .outerjoin(InstrumentFilling, (InstrumentFilling.tenant_id == HERE) & (InstrumentFilling.id == Bilan.filling_id))
    .outerjoin(BilanAnswer, (BilanAnswer.tenant_id == HERE) & (BilanAnswer.bilan_id == Bilan.id))
    .where(Bilan.tenant_id == HERE, Bilan.id.in_(bindparam("keys", expanding=True)))
)


def answered(session: ScopedSession, found: Iterable[HasId], keyring: Keyring) -> dict[UUID, Answered]:
    """Bilan → what was asked and answered, for several bilans in one statement; check that each answer is readable."""
    keys = [bilan.id for bilan in found]
    every: dict[UUID, Answered] = {}
    if keys:
        for key, content, layer, row in session.execute(_ANSWERED, {"here": session.scope.tenant_id, "keys": keys}):
            one = every.setdefault(key, Answered(content, layer))
            if row is not None:
                one.answers[row.dimension] = read_answer(keyring, row)
    return {key: every.get(key, Answered(None)) for key in keys}


def answered_on_file(session: ScopedSession, found: Sequence[HasId], keyring: Keyring) -> dict[UUID, Answered]:
    """The same of all bilans that a file shows, read once: its sections need the same ones."""
    keys = ",".join(sorted(str(bilan.id) for bilan in found))
    return session.read_once(f"answered bilans {keys}", lambda: answered(session, found, keyring))


def answers_of(session: ScopedSession, found: Iterable[HasId], keyring: Keyring) -> dict[UUID, dict[str, Answer]]:
    """Bilan → dimension → answer, for several bilans in one statement; check that each answer is readable."""
    return {key: one.answers for key, one in answered(session, found, keyring).items()}


class Earlier(NamedTuple):
    """An answer of an earlier bilan, its day, and the keys of what was asked then."""

    answer: Answer
    day: date
    content_id: UUID | None
    layer_id: UUID | None


def last_answers(session: ScopedSession, earlier: Sequence[Bilan], keyring: Keyring) -> dict[str, Earlier]:
    """Dimension → the last answer of someone in their earlier bilans, the newest first.

    A dimension whose last answer cannot be read is left out, rather than show an older one.
    """
    every = answered(session, earlier, keyring)
    found: dict[str, Earlier] = {}
    for bilan in earlier:
        for code, answer in every[bilan.id].answers.items():
            found.setdefault(code, Earlier(answer, bilan.made_on, every[bilan.id].content_id, every[bilan.id].layer_id))
    return {code: one for code, one in found.items() if one.answer.readable}
