"""The codes of instruments and their words, in the order of the screen."""

from clais.instruments.rules.definition import InstrumentKind, ItemKind, Latitude
from clais.instruments.rules.sentences import (
    ALL,
    ANSWERED,
    AT_LEAST,
    AT_MOST,
    CHOSEN,
    EMPTY,
    IS,
    IS_NOT,
    NOT_CHOSEN,
    ONE,
)
from clais.translation import N_

INSTRUMENT_KINDS = {
    InstrumentKind.INTAKE: N_("Intake form"),
    InstrumentKind.BILAN: N_("Bilan"),
    InstrumentKind.SELF_ASSESSMENT: N_("Self-assessment by the candidate"),
    InstrumentKind.AGENT_ASSESSMENT: N_("Self-assessment of agents"),
    InstrumentKind.PLATFORM_ASSESSMENT: N_("Self-assessment of platforms"),
    InstrumentKind.PLAN_TEMPLATE: N_("Plan template"),
    InstrumentKind.EVALUATION_GRID: N_("Evaluation grid"),
    InstrumentKind.SATISFACTION: N_("Satisfaction"),
    InstrumentKind.WORDS: N_("Charter of words"),
}
ITEM_KINDS = {
    ItemKind.TEXT: N_("Short text"),
    ItemKind.LONG_TEXT: N_("Long text"),
    ItemKind.YES_NO: N_("Yes or no"),
    ItemKind.ONE_OF: N_("One choice"),
    ItemKind.MANY_OF: N_("Several choices"),
    ItemKind.SCALE: N_("Scale"),
    ItemKind.NUMBER: N_("A number"),
    ItemKind.DATE: N_("Date"),
    ItemKind.OCCUPATION: N_("Occupation (ROME)"),
    ItemKind.MUNICIPALITY: N_("Municipality"),
    ItemKind.FILE: N_("Document"),
}
DIMENSIONS = {
    "work": N_("Work"),
    "training": N_("Training"),
    "housing": N_("Housing"),
    "health": N_("Health"),
    "mobility": N_("Mobility"),
    "childcare": N_("Childcare"),
    "debts": N_("Debts"),
    "administration": N_("Administration"),
    "languages": N_("Languages"),
    "digital": N_("Digital"),
    "justice": N_("Justice"),
    "family": N_("Family"),
}
"""The dimensions of a bilan."""
LATITUDES = {
    Latitude.HINT: N_("add help of its own"),
    Latitude.REWORD: N_("reword the question"),
    Latitude.SKIP: N_("leave it out"),
    Latitude.REORDER: N_("change the order"),
    Latitude.CHOICES: N_("add a choice"),
    Latitude.REQUIRE: N_("make it compulsory"),
    Latitude.ADD: N_("add questions of its own"),
}
OF_ITEM = tuple(one for one in Latitude if one is not Latitude.ADD)
"""What a platform may do with a question; it adds its own to a section."""
ASKED_OF_A_PERSON = (
    InstrumentKind.SELF_ASSESSMENT,
    InstrumentKind.SATISFACTION,
    InstrumentKind.EVALUATION_GRID,
    InstrumentKind.PLAN_TEMPLATE,
)
"""The kinds that are begun from a file. An intake form and a bilan have pages of their own."""
CHANGED_HERE = (*ASKED_OF_A_PERSON, InstrumentKind.INTAKE, InstrumentKind.BILAN)
"""The kinds in which a platform may have something of its own."""
JOINTS = {ALL: N_("all of these hold"), ONE: N_("one of these holds")}
VERBS = {
    IS: N_("is"),
    IS_NOT: N_("is not"),
    AT_LEAST: N_("is at least"),
    AT_MOST: N_("is at most"),
    CHOSEN: N_("contains"),
    NOT_CHOSEN: N_("does not contain"),
    ANSWERED: N_("is answered"),
    EMPTY: N_("is not answered"),
}
LANGUAGE_NAMES = {
    "fr": "Français",
    "fr-facile": "Français facile",
    "nl": "Nederlands",
    "de": "Deutsch",
    "en": "English",
    "it": "Italiano",
    "tr": "Türkçe",
    "ar": "العربية",
}
"""Languages of texts, each by its own name."""
