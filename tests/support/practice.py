"""Cards that a centre published, questions that were asked, made by their own actions."""

from typing import Any

from clais.clock import today
from clais.exchange.practice.models import PracticeCard, PracticeQuestion
from support_center.practice.actions import draft_card, move_card
from tenants.practice.actions import ask
from tests.support.federation import Federation, Member


def a_trainer(federation: Federation) -> Member:
    """The trainer of the centre."""
    return federation.member(federation.support_centre, "trainer", "Christine Dupuis")


def a_card(trainer: Member, title: str = "Horaire", *, published: bool = True, **facts: Any) -> PracticeCard:
    """A card for agents."""
    given = {"title": title, "text": "Le matin seulement.", "roles": ["agent"], "places": [], "shown_from": today()}
    with trainer.at_work() as session:
        card = draft_card(session, trainer.actor, given | facts)
        if published:
            move_card(session, trainer.actor, card, "publish")
    return card


def a_question(member: Member, text: str = "Qui signe le plan ?") -> PracticeQuestion:
    """A question of a member to their centre."""
    with member.at_work() as session:
        return ask(session, member.actor, member.federation.support_centre.id, text)
