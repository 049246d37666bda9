"""The picture beside each question and answer, for whoever reads little."""

from collections.abc import Iterator

from clais.instruments.rules.definition import YES_NO, Definition, Item, ItemKind
from clais.web.icons import ICONS

OF_KINDS = {
    ItemKind.TEXT: "pencil",
    ItemKind.LONG_TEXT: "chat-left-text",
    ItemKind.YES_NO: "question-circle",
    ItemKind.ONE_OF: "list-check",
    ItemKind.MANY_OF: "check2-square",
    ItemKind.SCALE: "bar-chart",
    ItemKind.NUMBER: "123",
    ItemKind.DATE: "calendar3",
    ItemKind.OCCUPATION: "briefcase",
    ItemKind.MUNICIPALITY: "house-door",
    ItemKind.FILE: "file-earmark-text",
}
OF_DIMENSIONS = {
    "work": "briefcase",
    "training": "mortarboard",
    "housing": "house-door",
    "health": "heart-pulse",
    "mobility": "bus-front",
    "childcare": "emoji-smile",
    "debts": "cash-coin",
    "administration": "file-earmark-text",
    "languages": "translate",
    "digital": "laptop",
    "justice": "shield-lock",
    "family": "people",
}
STEPS = ("reception-0", "reception-1", "reception-2", "reception-3", "reception-4")
"""From the lowest to the highest level of a scale: bars that grow, without praise or blame."""
OF_YES_NO = dict(zip(YES_NO, ("hand-thumbs-up", "hand-thumbs-down"), strict=True))


def picture_of(item: Item) -> str:
    """The icon of a question: its own, else that of its dimension, else that of how it is answered."""
    own = item.icon if item.icon in ICONS else ""
    return own or OF_DIMENSIONS.get(item.dimension, "") or OF_KINDS[item.kind]


def pictures_of_answers(definition: Definition, item: Item) -> dict[str, str]:
    """Code → icon, for the answers of a yes or no and of a scale."""
    if item.kind is ItemKind.YES_NO:
        return OF_YES_NO
    return dict(_levels(definition, item)) if item.kind is ItemKind.SCALE else {}


def _levels(definition: Definition, item: Item) -> Iterator[tuple[str, str]]:
    choices = definition.choices(item)
    ordered = sorted((choice.code for choice in choices), key=int)
    for place, code in enumerate(ordered):
        yield code, STEPS[round(place * (len(STEPS) - 1) / max(len(ordered) - 1, 1))]
