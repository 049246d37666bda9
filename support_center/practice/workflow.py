from clais.exchange.practice.choices import CARD_STATES
from clais.exchange.practice.models import PracticeCard
from clais.translation import N_
from clais.workflow import Transition, Workflow

WRITE = "practice.write"

CARD = Workflow(
    name="practice_card",
    column=PracticeCard.state,
    initial="draft",
    states=CARD_STATES,
    transitions=(
        Transition("publish", frozenset({"draft"}), "published", WRITE, N_("Publish")),
        Transition("withdraw", frozenset({"published"}), "withdrawn", WRITE, N_("Withdraw")),
        Transition("publish_again", frozenset({"withdrawn"}), "published", WRITE, N_("Publish again")),
    ),
)
"""The life of a card. A draft is the centre's alone; what is withdrawn is shown nowhere, and stays on its shelf."""
