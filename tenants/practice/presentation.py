"""Cards at a place of another feature's page, questions and uses in words."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.practice.models import DocumentUse, PracticeAnswer, PracticeQuestion
from clais.exchange.practice.queries import shown_cards, waits_for_answer
from clais.exchange.practice.rows import Held
from clais.exchange.practice.workflow import OPEN, QUESTION
from clais.listing import Cell
from clais.translation import gettext as _
from clais.web.formatting import near_day

TAGS = {"asked": "wait", "reopened": "wait", "answered": "done", "closed": ""}


def cards_at(session: ScopedSession, actor: Actor, place: str) -> Mapping[str, Any] | None:
    """The cards of today that belong to a place, for the role of a member; None when there is none."""
    cards = [card for card in shown_cards(session, actor.role) if place in card.places]
    return {"cards": cards} if cards else None


def state_of(question: PracticeQuestion, last: PracticeAnswer | None) -> tuple[str, str]:
    """Where a question stands, and the kind of its tag: an answer that is there is shown before its job notes it."""
    answered = question.state in OPEN and not waits_for_answer(question, last)
    state = "answered" if answered else question.state
    return _(QUESTION.states[state]), TAGS[state]


def use_text(use: DocumentUse | None) -> str:
    """Whether the platform uses a document, in which version, since when."""
    if use is None:
        return _("Not in use here.")
    return _("In use here since %(day)s, in version %(number)s.", day=near_day(use.since), number=use.number)


def use_cell(held: Held) -> Cell:
    """The same in a list."""
    use = next(iter(held.uses), None)
    if use is None:
        return Cell(_("no"), missing=True)
    if held.behind:
        return Cell(_("version %(number)s", number=use.number), kind="wait", tag=True)
    return Cell(_("yes"), near_day(use.since), kind="done", tag=True)
