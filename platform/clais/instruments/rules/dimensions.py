"""The dimensions of a person's situation that a bilan asks about, whatever its version."""

from collections.abc import Mapping

from clais.instruments.rules.definition import Choice, Definition, Item, ItemKind, is_whole

DIMENSIONS = (
    "work",
    "training",
    "housing",
    "health",
    "mobility",
    "childcare",
    "debts",
    "administration",
    "languages",
    "digital",
    "justice",
    "family",
)
SENSITIVE = frozenset({"health", "justice"})
"""GDPR articles 9 and 10: kept sealed, and never in a parcel without a tick of their own."""
LEVELS = (-3, -2, -1, 0, 1, 2)
"""From what blocks everything to a great strength."""


def level_of(choice: Choice) -> int | None:
    """The level that a choice stands for: its score, else its code."""
    if choice.score is not None:
        return choice.score
    return int(choice.code) if is_whole(choice.code) else None


def feeding(definition: Definition) -> dict[str, Item]:
    """Dimension → the item that feeds it; of two, the first."""
    found: dict[str, Item] = {}
    for item in definition.items.values():
        if item.dimension:
            found.setdefault(item.dimension, item)
    return found


def choices_by_level(definition: Definition, item: Item) -> Mapping[int, Choice]:
    """Level → the choice of an item that stands for it, from what blocks to what carries."""
    found = {level_of(choice): choice for choice in definition.choices(item)}
    return {level: found[level] for level in LEVELS if level in found}


def is_whole_scale(definition: Definition, item: Item) -> bool:
    """Whether an item is a scale of which each level is one choice."""
    levels = [level_of(choice) for choice in definition.choices(item)]
    return item.kind is ItemKind.SCALE and sorted(levels, key=lambda level: level or 0) == list(LEVELS)
