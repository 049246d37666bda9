"""The dimensions of a bilan, as data: what each leads to, the labels of the levels. An instrument says what it asks."""

from dataclasses import dataclass

from clais.instruments.choices import DIMENSIONS as LABELS
from clais.instruments.pictures import OF_DIMENSIONS
from clais.translation import N_
from tenants.orientation.choices import WHO


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension of a person's situation, and the objective that an obstacle suggests."""

    code: str
    objective: str

    @property
    def label(self) -> str:
        """What it is called (a gettext id)."""
        return LABELS[self.code]

    @property
    def icon(self) -> str:
        """Its picture, that of every question about it."""
        return OF_DIMENSIONS[self.code]


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("work", N_("Show what I can do to an employer")),
    Dimension("training", N_("Learn what the job I want asks for")),
    Dimension("housing", N_("Have a place where I can stay")),
    Dimension("health", N_("Know which work my health allows, and have it followed")),
    Dimension("mobility", N_("Be able to get to work or training")),
    Dimension("childcare", N_("Have someone look after the children")),
    Dimension("debts", N_("Have my debts in hand")),
    Dimension("administration", N_("Have my papers and rights in order")),
    Dimension("languages", N_("Understand and speak well enough for work")),
    Dimension("digital", N_("Manage my mails and forms on line")),
    Dimension("justice", N_("Fit my steps with the measure that concerns me")),
    Dimension("family", N_("Make room for my project in the family's days")),
)
BY_CODE = {dimension.code: dimension for dimension in DIMENSIONS}

ARTICLES = {"health": "9", "justice": "10"}
"""The article of the GDPR on each of the sensitive ones."""

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
