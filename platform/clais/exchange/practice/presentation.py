"""Facts of the exchange of practice in words, for both wings."""

from clais.exchange.practice.choices import DOCUMENT_KINDS
from clais.exchange.practice.models import PracticeCard, PracticeDocument
from clais.exchange.practice.queries import Card
from clais.identity.roles import ROLES
from clais.translation import gettext as _
from clais.web.formatting import near_day


def days_text(card: Card | PracticeCard) -> str:
    """From when until when a card is shown."""
    if card.shown_until is None:
        return _("shown from %(first)s on", first=near_day(card.shown_from))
    return _("shown from %(first)s to %(last)s", first=near_day(card.shown_from), last=near_day(card.shown_until))


def readers_text(card: Card | PracticeCard) -> str:
    """For which roles a card is."""
    return ", ".join(_(ROLES[role]) for role in card.roles if role in ROLES)


def kind_text(document: PracticeDocument) -> str:
    """The kind of a document."""
    label = DOCUMENT_KINDS.get(document.kind)
    return _(label) if label else document.kind
