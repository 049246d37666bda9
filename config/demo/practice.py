"""The exchange of practice: cards and who has read them, the library and who uses it, questions and answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.dates import working_day_on_or_before
from clais.exchange.practice.models import (
    CardReading,
    CardReceipt,
    DocumentUse,
    PracticeAnswer,
    PracticeCard,
    PracticeDocument,
    PracticeDocumentVersion,
    PracticeQuestion,
)
from clais.exchange.practice.workflow import QUESTION
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from support_center.practice.workflow import CARD

CardAbout = tuple[UUID, date, Mapping[str, Any]]
DocumentAbout = tuple[UUID, Sequence[date], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the centre published: each card and document with its key, its day or days, and its text."""

    cards: Sequence[CardAbout]
    documents: Sequence[DocumentAbout]


def write_shelf(desk: Desk, dice: Dice) -> Shelf:
    """Write the cards of a centre, one of them still a draft, and its library."""
    texts = read("practice")
    cards = [_card(desk, dice, about) for about in texts["cards"]]
    for about in texts["drafts"]:
        _card(desk, dice, {"places": [], "ago": 1, **about}, is_draft=True)
    return Shelf(cards, [_document(desk, dice, about) for about in texts["documents"]])


def _day(desk: Desk, ago: int) -> date:
    return working_day_on_or_before(desk.today - timedelta(days=ago))


def _card(desk: Desk, dice: Dice, about: Mapping[str, Any], *, is_draft: bool = False) -> CardAbout:
    author, day = desk.of_role("trainer")[0], _day(desk, about["ago"])
    until = desk.today + timedelta(days=about["lasts"]) if "lasts" in about else None
    key = desk.ledger.add(
        PracticeCard, dice, at(day, 9), owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id, title=about["title"],
        text=about["text"], roles=about["roles"], places=about["places"], shown_from=day, shown_until=until,
        state="draft" if is_draft else "published", published_at=None if is_draft else at(day, 11),
    )  # fmt: skip
    desk.record(dice, at(day, 9), author, "card.draft", "practice_card", key)
    if not is_draft:
        desk.step(dice, at(day, 11), author, CARD, "practice_card", key, "publish", "draft")
        desk.record(dice, at(day, 11), author, "card.publish", "practice_card", key)
    return key, day, about


def _document(desk: Desk, dice: Dice, about: Mapping[str, Any]) -> DocumentAbout:
    author = desk.of_role("trainer")[0]
    days = [_day(desk, version["ago"]) for version in about["versions"]]
    key = desk.ledger.add(
        PracticeDocument, dice, at(days[0], 9), owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
        title=about["title"], purpose=about["purpose"], kind=about["kind"], language=about["language"],
    )  # fmt: skip
    desk.record(dice, at(days[0], 9), author, "document.add", "practice_document", key)
    for number, (day, version) in enumerate(zip(days, about["versions"], strict=True), 1):
        desk.ledger.add(
            PracticeDocumentVersion, dice, at(day, 10), owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
            practice_document_id=key, number=number, issued_on=day, note=version.get("note"),
            link=version.get("link"), text=version.get("text"), created_at=at(day, 10),
        )  # fmt: skip
    return key, days, about


def write_practice(centre: Desk, desk: Desk, dice: Dice, shelf: Shelf, number: int) -> None:
    """Write what one platform says of it: receipts, uses, and a question or two; the first one has asked the most."""
    for card in shelf.cards:
        _readings(centre, desk, dice, card)
    for document in shelf.documents:
        if dice.chance(document[2]["used"]):
            _use(centre, desk, dice, document)
    questions = read("practice")["questions"]
    for about in questions if number == 0 else questions[number % 2 :: len(questions)]:
        _question(centre, desk, dice, about)


def _readings(centre: Desk, desk: Desk, dice: Dice, card: CardAbout) -> None:
    key, day, about = card
    asked = desk.of_role(*about["roles"])
    readers = [who for who in asked if dice.chance(about["share"])]
    moment = at(min(day + timedelta(days=1), desk.yesterday), 9)
    for who in readers:
        desk.ledger.add(
            CardReceipt, dice, moment, membership_id=who.membership_id, practice_card_id=key, number=1, read_at=moment
        )
    if readers:
        desk.ledger.add(
            CardReading, dice, moment, to_tenant_id=centre.tenant_id, practice_card_id=key, number=1,
            readers=len(readers), asked=len(asked),
        )  # fmt: skip


def _use(centre: Desk, desk: Desk, dice: Dice, document: DocumentAbout) -> None:
    key, days, _about = document
    coordinator = desk.of_role("coordinator")[0]
    number = len(days) if dice.chance(0.6) else 1
    since = working_day_on_or_before(min(days[number - 1] + timedelta(days=10), desk.yesterday))
    use = desk.ledger.add(
        DocumentUse, dice, at(since, 14), to_tenant_id=centre.tenant_id, practice_document_id=key, number=number,
        since=since, said_by=coordinator.name,
    )  # fmt: skip
    desk.record(dice, at(since, 14), coordinator, "practice.use", "document_use", use, details={"number": number})


def _question(centre: Desk, desk: Desk, dice: Dice, about: Mapping[str, Any]) -> None:
    who, day = desk.of_role("agent")[0], _day(desk, about["ago"])
    answered = about.get("answer")
    asked = at(day, 10)
    key = desk.ledger.add(
        PracticeQuestion, dice, asked, to_tenant_id=centre.tenant_id, membership_id=who.membership_id,
        text=about["text"], asked_at=asked, state="answered" if answered else "asked",
    )  # fmt: skip
    desk.record(dice, asked, who, "practice.ask", "practice_question", key)
    if not answered:
        return
    author, moment = centre.of_role("trainer")[0], at(min(day + timedelta(days=2), centre.yesterday), 15)
    answer = centre.ledger.add(
        PracticeAnswer, dice, moment, to_tenant_id=desk.tenant_id, practice_question_id=key, text=answered,
        answered_by=author.name, answered_at=moment,
    )  # fmt: skip
    centre.record(dice, moment, author, "practice.answer", "practice_answer", answer)
    desk.step(dice, moment, who, QUESTION, "practice_question", key, "answer", "asked")
