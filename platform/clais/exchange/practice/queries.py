"""What both wings read of the exchange of practice: cards, questions with their answers, documents and their use."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, func, select

from clais.clock import today
from clais.database import ScopedSession
from clais.database.keyset import alphabetical
from clais.database.remembered import RememberedOfBasin
from clais.exchange.practice.models import (
    CardReading,
    DocumentUse,
    PracticeAnswer,
    PracticeCard,
    PracticeDocument,
    PracticeDocumentVersion,
    PracticeQuestion,
)
from clais.exchange.practice.workflow import OPEN
from clais.feature.handling import Reader

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Card:
    """A published card as pages show it."""

    id: UUID
    owner_tenant_id: UUID
    title: str
    text: str
    roles: tuple[str, ...]
    places: tuple[str, ...]
    shown_from: date
    shown_until: date | None
    number: int

    @property
    def is_shown(self) -> bool:
        """Whether today is one of its days."""
        return self.shown_from <= today() and (self.shown_until is None or today() <= self.shown_until)


_PUBLISHED = (
    select(PracticeCard)
    .where(PracticeCard.basin_id == bindparam("basin"), PracticeCard.state == PUBLISHED)
    .order_by(PracticeCard.shown_from.desc(), PracticeCard.id.desc())
)


def _read_published(session: ScopedSession) -> tuple[Card, ...]:
    return tuple(map(as_card, session.scalars(_PUBLISHED, {"basin": session.scope.basin_id})))


def as_card(row: PracticeCard) -> Card:
    """A row as pages show it."""
    return Card(
        row.id, row.owner_tenant_id, row.title, row.text, tuple(row.roles), tuple(row.places), row.shown_from,
        row.shown_until, row.number,
    )  # fmt: skip


PUBLISHED_CARDS = RememberedOfBasin(_read_published)
"""The published cards of a basin, those of days to come and past ones too, the newest first."""


def shown_cards(session: ScopedSession, role: str | None = None) -> list[Card]:
    """The cards of today, the newest first; those for a role, unless it is None."""
    return [card for card in PUBLISHED_CARDS.of(session) if card.is_shown and (role is None or role in card.roles)]


def card_of_basin(session: ScopedSession, card_id: UUID) -> PracticeCard | None:
    """One published card, whatever its days."""
    found = select(PracticeCard).where(
        PracticeCard.basin_id == session.scope.basin_id, PracticeCard.id == card_id, PracticeCard.state == PUBLISHED
    )
    return session.scalars(found).one_or_none()


def received_readings(session: ScopedSession, card_id: UUID | None = None) -> dict[UUID, list[CardReading]]:
    """Card → what each platform says of its readers, for the centre; of one card, or of all."""
    found = select(CardReading).where(CardReading.to_tenant_id == session.scope.tenant_id)
    if card_id is not None:
        found = found.where(CardReading.practice_card_id == card_id)
    readings: dict[UUID, list[CardReading]] = {}
    for row in session.scalars(found):
        readings.setdefault(row.practice_card_id, []).append(row)
    return readings


def answers_to(session: ScopedSession, question: PracticeQuestion) -> list[PracticeAnswer]:
    """The answers to a question, the oldest first, for who asked and for who answers."""
    found = select(PracticeAnswer).where(
        PracticeAnswer.tenant_id == question.to_tenant_id,
        PracticeAnswer.to_tenant_id == question.tenant_id,
        PracticeAnswer.practice_question_id == question.id,
    )
    return list(session.scalars(found.order_by(PracticeAnswer.answered_at, PracticeAnswer.id)))


def newest_answers(session: ScopedSession, questions: Collection[PracticeQuestion]) -> dict[UUID, PracticeAnswer]:
    """Question → its newest answer, for the platform that asked. Read apart from the questions: a cluster joins no rows
    of two tenants.
    """
    if not questions:
        return {}
    found = select(PracticeAnswer).where(
        PracticeAnswer.tenant_id.in_({question.to_tenant_id for question in questions}),
        PracticeAnswer.to_tenant_id == session.scope.tenant_id,
        PracticeAnswer.practice_question_id.in_([question.id for question in questions]),
    )
    in_order = found.order_by(PracticeAnswer.answered_at, PracticeAnswer.id)
    return {answer.practice_question_id: answer for answer in session.scalars(in_order)}


def received_questions(session: ScopedSession) -> list[PracticeQuestion]:
    """The questions of all platforms to the centre at work, the newest first."""
    found = select(PracticeQuestion).where(PracticeQuestion.to_tenant_id == session.scope.tenant_id)
    return list(session.scalars(found.order_by(PracticeQuestion.asked_at.desc(), PracticeQuestion.id.desc())))


def received_question(session: ScopedSession, question_id: UUID) -> PracticeQuestion | None:
    """One question to the centre at work."""
    found = select(PracticeQuestion).where(
        PracticeQuestion.to_tenant_id == session.scope.tenant_id, PracticeQuestion.id == question_id
    )
    return session.scalars(found).one_or_none()


def last_answers(session: ScopedSession) -> dict[UUID, PracticeAnswer]:
    """Question → the newest answer of the centre at work."""
    found = select(PracticeAnswer).where(PracticeAnswer.tenant_id == session.scope.tenant_id)
    in_order = found.order_by(PracticeAnswer.answered_at, PracticeAnswer.id)
    return {row.practice_question_id: row for row in session.scalars(in_order)}


def waits_for_answer(question: PracticeQuestion, last: PracticeAnswer | None) -> bool:
    """Whether the centre has still to answer. An answer is seen here before its job has noted it."""
    return question.state in OPEN and (last is None or last.answered_at < question.asked_at)


def unanswered_count(reader: Reader) -> ScalarSelect[int]:
    """How many questions wait for an answer of a centre; an answer counts once its job has noted it."""
    waiting = (PracticeQuestion.to_tenant_id == reader.tenant_id, PracticeQuestion.state.in_(OPEN))
    return select(func.count()).where(*waiting).scalar_subquery()


def documents_of_basin(session: ScopedSession) -> list[PracticeDocument]:
    """The documents of the library by title."""
    found = select(PracticeDocument).where(PracticeDocument.basin_id == session.scope.basin_id)
    return list(session.scalars(found.order_by(alphabetical(PracticeDocument.title), PracticeDocument.id)))


def document_of_basin(session: ScopedSession, document_id: UUID) -> PracticeDocument | None:
    """One document of the library."""
    found = select(PracticeDocument).where(
        PracticeDocument.basin_id == session.scope.basin_id, PracticeDocument.id == document_id
    )
    return session.scalars(found).one_or_none()


def versions_of(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, list[PracticeDocumentVersion]]:
    """Document → its versions, the newest first."""
    versions: dict[UUID, list[PracticeDocumentVersion]] = {}
    if ids:
        found = select(PracticeDocumentVersion).where(
            PracticeDocumentVersion.basin_id == session.scope.basin_id,
            PracticeDocumentVersion.practice_document_id.in_(ids),
        )
        for row in session.scalars(found.order_by(PracticeDocumentVersion.number.desc())):
            versions.setdefault(row.practice_document_id, []).append(row)
    return versions


def own_uses(session: ScopedSession) -> dict[UUID, DocumentUse]:
    """Document → since when the platform at work uses it."""
    found = select(DocumentUse).where(DocumentUse.tenant_id == session.scope.tenant_id)
    return {row.practice_document_id: row for row in session.scalars(found)}


def received_uses(session: ScopedSession, document_id: UUID | None = None) -> dict[UUID, list[DocumentUse]]:
    """Document → the platforms that use it, for the centre; of one document, or of all."""
    found = select(DocumentUse).where(DocumentUse.to_tenant_id == session.scope.tenant_id)
    if document_id is not None:
        found = found.where(DocumentUse.practice_document_id == document_id)
    uses: dict[UUID, list[DocumentUse]] = {}
    for row in session.scalars(found):
        uses.setdefault(row.practice_document_id, []).append(row)
    return uses
