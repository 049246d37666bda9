from clais.exchange.practice.queries import unanswered_count
from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.practice.trail import TRAIL
from support_center.practice.views import cards, documents, questions
from support_center.practice.workflow import CARD

FEATURE = Feature(
    name="practice_desk",
    package=__package__,
    workflows=(CARD,),
    trail=TRAIL,
    pages=(cards.pages, questions.pages, documents.pages),
    rail=(
        RailEntry(
            N_("Exchange"),
            "chat-left-text",
            "practice_desk.index",
            cards.SEE,
            frozenset({SUPPORT_CENTRE}),
            order=35,
            count=unanswered_count,
        ),
    ),
)
