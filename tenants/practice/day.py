"""What the exchange of practice puts on someone's day: the cards that they have not read."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.practice.presentation import days_text
from clais.exchange.practice.queries import Card
from clais.feature.day import MOST, SOON, TODAY, Waiting, Words
from clais.translation import gettext as _
from tenants.practice.queries import unread_cards


def cards_to_read(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The cards of today for the role of a member; « read » is one click."""
    for card in unread_cards(session, actor)[:MOST]:
        yield Waiting(
            TODAY if card.shown_until is not None else SOON,
            card.title,
            partial(_to_read, card),
            card.shown_until,
            subject=f"{card.id} {card.number}",
            icon="info-circle",
        )


def _to_read(card: Card) -> Words:
    return Words(
        _("A card of the support centre, %(days)s.", days=days_text(card)),
        _("I have read it"),
        url_for("practice.read", card_id=card.id, back="jour"),
        _("to read"),
        who_url=url_for("practice.card", card_id=card.id),
        by_post=True,
    )
