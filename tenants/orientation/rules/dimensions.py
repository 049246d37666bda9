"""The dimensions of a bilan, as data: the questions, the labels of the levels, the sensitive dimensions."""

from dataclasses import dataclass

from clais.translation import N_
from tenants.orientation.choices import WHO


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of a person's situation: the question to ask, and the objective that an obstacle suggests."""

    code: str
    label: str
    question: str
    icon: str
    objective: str


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension(
        "work",
        N_("Work"),
        N_("What have you worked at, and what of it helps you today?"),
        "briefcase",
        N_("Show what I can do to an employer"),
    ),
    Dimension(
        "training",
        N_("Training"),
        N_("What did you learn, at school or later, and does it suffice for what you want?"),
        "mortarboard",
        N_("Learn what the job I want asks for"),
    ),
    Dimension(
        "housing",
        N_("Housing"),
        N_("Can you stay where you live, and is it quiet enough to rest and to prepare yourself?"),
        "house-door",
        N_("Have a place where I can stay"),
    ),
    Dimension(
        "health",
        N_("Health"),
        N_("Is there something about your health that we must take into account for work?"),
        "heart-pulse",
        N_("Know which work my health allows, and have it followed"),
    ),
    Dimension(
        "mobility",
        N_("Mobility"),
        N_("How do you get about, early in the morning and late too?"),
        "bus-front",
        N_("Be able to get to work or training"),
    ),
    Dimension(
        "childcare",
        N_("Childcare"),
        N_("Who looks after the children, or a relative, while you are at work?"),
        "emoji-smile",
        N_("Have someone look after the children"),
    ),
    Dimension(
        "debts",
        N_("Debts"),
        N_("Do bills or debts weigh on what you can undertake?"),
        "cash-coin",
        N_("Have my debts in hand"),
    ),
    Dimension(
        "administration",
        N_("Administration"),
        N_("Are your papers and rights in order, and can you manage letters?"),
        "file-earmark-text",
        N_("Have my papers and rights in order"),
    ),
    Dimension(
        "languages",
        N_("Languages"),
        N_("Do you understand and make yourself understood, spoken and written?"),
        "translate",
        N_("Understand and speak well enough for work"),
    ),
    Dimension(
        "digital",
        N_("Digital"),
        N_("Do you manage with a telephone, mails and forms on line?"),
        "laptop",
        N_("Manage my mails and forms on line"),
    ),
    Dimension(
        "justice",
        N_("Justice"),
        N_("Is there a case or a measure that counts for the steps we will take?"),
        "shield-lock",
        N_("Fit my steps with the measure that concerns me"),
    ),
    Dimension(
        "family",
        N_("Family"),
        N_("Who supports you around you, and what takes up your days?"),
        "people",
        N_("Make room for my project in the family's days"),
    ),
)
BY_CODE = {dimension.code: dimension for dimension in DIMENSIONS}

SENSITIVE = frozenset({"health", "justice"})
"""GDPR articles 9 and 10: never in a parcel without a tick of their own."""

ARTICLES = {"health": "9", "justice": "10"}

LEVELS: dict[int, str] = {
    -3: N_("blocks everything"),
    -2: N_("hinders a lot"),
    -1: N_("hinders a little"),
    0: N_("neither"),
    1: N_("a strength"),
    2: N_("a great strength"),
}
"""From obstacle to strength. A bilan shows the labels; the number only orders them."""

LEVELS_IN_FULL: dict[int, str] = LEVELS | {0: N_("neither obstacle nor strength")}

DETECTED_BY = WHO

DISTANCES: dict[int, str] = {
    1: N_("Ready: a few weeks"),
    2: N_("Near: within three months"),
    3: N_("On the way: within six months"),
    4: N_("Far: within a year"),
    5: N_("Very far: other things come first"),
}


def position(level: int) -> int:
    """The position of a level on the line of a movement, 0 (blocks everything) to 100 (a great strength)."""
    return (level + 3) * 20
