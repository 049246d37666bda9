from uuid import UUID

from flask import Response, flash, url_for

from clais.exchange.practice.presentation import days_text, readers_text
from clais.exchange.practice.queries import as_card, shown_cards
from clais.feature.help import PLACES
from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.practice import actions
from tenants.practice.lookups import opened_card
from tenants.practice.queries import read_by

pages = Pages()
READ = "practice.read"


@pages.page("/echange", READ)
def index() -> Response:
    """The cards of today: those to read first, those that one has read, those for other roles."""
    session, who = database(), actor()
    cards = shown_cards(session)
    mine = [card for card in cards if who.role in card.roles]
    read = read_by(session, who, mine)
    return render(
        "practice/index.html",
        unread=[card for card in mine if card.id not in read],
        read=[card for card in mine if card.id in read],
        others=[card for card in cards if card not in mine],
        days_text=days_text,
        readers_text=readers_text,
    )


@pages.page("/echange/fiches/<uuid:card_id>", READ)
def card(card_id: UUID) -> Response:
    """One card."""
    row, who = opened_card(card_id), actor()
    found = as_card(row)
    return render(
        "practice/card.html",
        card=found,
        is_mine=who.role in found.roles,
        is_read=bool(read_by(database(), who, [found])),
        days_text=days_text,
        readers_text=readers_text,
        places=[_(PLACES[code]) for code in found.places if code in PLACES],
    )


@pages.button("/echange/fiches/<uuid:card_id>/lecture/<any(jour,fiche,liste):back>", READ)
def read(card_id: UUID, back: str) -> Response:
    """Say that one has read a card."""
    row = opened_card(card_id)
    actions.read_card(database(), actor(), row)
    flash(_("Read: “%(title)s”. It can be taken back on the card.", title=row.title), "done")
    pages_after = {"jour": url_for("day.my_day"), "liste": url_for("practice.index")}
    return redirect_after_post(pages_after.get(back, url_for("practice.card", card_id=card_id)))


@pages.button("/echange/fiches/<uuid:card_id>/a-relire", READ)
def unread(card_id: UUID) -> Response:
    """Take back that one has read a card."""
    actions.unread_card(database(), actor(), opened_card(card_id))
    flash(_("It is on your day again."), "done")
    return redirect_after_post(url_for("practice.card", card_id=card_id))
