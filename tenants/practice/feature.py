from clais.exchange.practice.workflow import ASK
from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.help import PageHelp
from clais.feature.navigation import RailEntry, SubjectPage
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.practice import day, presentation
from tenants.practice.trail import TRAIL
from tenants.practice.views import cards, documents, questions

FEATURE = Feature(
    name="practice",
    package=__package__,
    trail=TRAIL,
    pages=(cards.pages, questions.pages, documents.pages),
    rail=(
        RailEntry(
            N_("Exchange"),
            "chat-left-text",
            "practice.index",
            cards.READ,
            frozenset({LOCAL_PLATFORM}),
            order=77,
            wide=True,
        ),
    ),
    day=(DaySource("cards", cards.READ, day.cards_to_read),),
    page_help=(PageHelp("cards", cards.READ, "practice/_help.html", presentation.cards_at),),
    subject_pages=(SubjectPage("practice_question", "practice.question", "question_id", ASK),),
)
