"""What a platform has of its own beside a published instrument: a layer over its definition.

A layer says what the platform wants; `latitude` applies what the locks of the definition allow. The two are kept apart,
so that a new version of the instrument can be adopted without losing what it does not allow any more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from clais.instruments.rules.definition import Choice, Definition, ItemKind, Texts

OWN = "p_"
"""How the ids and the codes of a platform begin: no answer to a common question is ever kept under one."""
OWN_KINDS = (
    ItemKind.TEXT,
    ItemKind.LONG_TEXT,
    ItemKind.NUMBER,
    ItemKind.DATE,
    ItemKind.YES_NO,
    ItemKind.ONE_OF,
)
"""How a platform's own question can be answered."""


class What(StrEnum):
    """What a local part is."""

    LABEL = "label"
    HINT = "hint"
    REQUIRE = "require"
    SKIP = "skip"
    CHOICE = "choice"
    SECTION = "section"
    ITEM = "item"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class OwnItem:
    """A platform's own question. Its condition reads common questions alone; its choices are its own."""

    id: str
    kind: ItemKind
    label: Texts
    hint: Texts = field(default_factory=dict)
    required: bool = False
    sealed: bool = False
    shown_if: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnSection:
    id: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Layer:
    """All that a platform changes: by the id of a question, but `orders` and `items` by that of a section."""

    labels: Mapping[str, Texts] = field(default_factory=dict)
    hints: Mapping[str, Texts] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    sections: tuple[OwnSection, ...] = ()
    items: Mapping[str, tuple[OwnItem, ...]] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def item(self, item_id: str) -> OwnItem | None:
        """An own question by its id."""
        return next((item for items in self.items.values() for item in items if item.id == item_id), None)


@dataclass(frozen=True, slots=True)
class LocalPart:
    """One thing that a layer changes or adds: of which question or section, and the code of a choice."""

    what: What
    part: str
    code: str = ""


def parts_of(layer: Layer) -> list[LocalPart]:
    """All that a layer changes or adds, each once. The choices of an own question belong to it."""
    return list(dict.fromkeys(_parts(layer)))


def _parts(layer: Layer) -> Iterator[LocalPart]:
    yield from (LocalPart(What.LABEL, item) for item in layer.labels)
    yield from (LocalPart(What.HINT, item) for item in layer.hints)
    yield from (LocalPart(What.REQUIRE, item) for item in layer.required)
    yield from (LocalPart(What.SKIP, item) for item in layer.skipped)
    yield from (LocalPart(What.CHOICE, item, one.code) for item, own in layer.choices.items() for one in own)
    yield from (LocalPart(What.SECTION, section.id) for section in layer.sections)
    yield from (LocalPart(What.ITEM, item.id) for items in layer.items.values() for item in items)
    yield from (LocalPart(What.ORDER, section) for section in layer.orders)


def without(layer: Layer, part: LocalPart) -> Layer:  # noqa: PLR0911 - one a kind of part
    """The layer without one of its parts; an own section goes with its questions."""
    name = part.part
    match part.what:
        case What.LABEL:
            return replace(layer, labels=_less(layer.labels, name))
        case What.HINT:
            return replace(layer, hints=_less(layer.hints, name))
        case What.REQUIRE:
            return replace(layer, required=tuple(one for one in layer.required if one != name))
        case What.SKIP:
            return replace(layer, skipped=tuple(one for one in layer.skipped if one != name))
        case What.CHOICE:
            left = tuple(one for one in layer.choices.get(name, ()) if one.code != part.code)
            return replace(layer, choices=with_value(layer.choices, name, left))
        case What.SECTION:
            sections = tuple(one for one in layer.sections if one.id != name)
            items, orders = _less(layer.items, name), _less(layer.orders, name)
            return replace(layer, sections=sections, items=items, orders=orders)
        case What.ITEM:
            kept = {home: tuple(one for one in items if one.id != name) for home, items in layer.items.items()}
            return replace(layer, items={home: items for home, items in kept.items() if items})
        case What.ORDER:
            return replace(layer, orders=_less(layer.orders, name))


def fact_of(layer: Layer, part: LocalPart) -> object:  # noqa: PLR0911 - one a kind of part
    """What a layer says of one of its parts; false when it says nothing."""
    name = part.part
    match part.what:
        case What.LABEL:
            return layer.labels.get(name)
        case What.HINT:
            return layer.hints.get(name)
        case What.REQUIRE:
            return name in layer.required
        case What.SKIP:
            return name in layer.skipped
        case What.CHOICE:
            return [one for one in layer.choices.get(name, ()) if one.code == part.code]
        case What.SECTION:
            return [one for one in layer.sections if one.id == name]
        case What.ITEM:
            return [(home, one) for home, items in layer.items.items() for one in items if one.id == name]
        case What.ORDER:
            return layer.orders.get(name)


def with_item(layer: Layer, item: OwnItem, section_id: str) -> Layer:
    """The layer with an own question at the end of a section, or in the place of the one that has its id, wherever."""
    if layer.item(item.id) is None:
        return replace(layer, items=with_value(layer.items, section_id, (*layer.items.get(section_id, ()), item)))
    items = {home: tuple(item if one.id == item.id else one for one in there) for home, there in layer.items.items()}
    return replace(layer, items=items)


def remembered(layers: list[Layer]) -> Layer:
    """What was added in any of these layers, the oldest first: answers to it are there still, and are read with it."""
    sections, items = dict[str, OwnSection](), dict[str, dict[str, OwnItem]]()
    choices = dict[str, dict[str, Choice]]()
    for layer in layers:
        sections |= {section.id: section for section in layer.sections}
        for home, own in layer.items.items():
            for item in own:
                before = items.setdefault(home, {}).get(item.id)
                kept = {one.code: one for one in (*(before.choices if before else ()), *item.choices)}
                # What was shown under a condition is counted without it: a common question may be gone.
                items[home][item.id] = replace(item, choices=tuple(kept.values()), shown_if="")
        for item_id, added in layer.choices.items():
            choices.setdefault(item_id, {}).update({one.code: one for one in added})
    last = layers[-1] if layers else Layer()
    return Layer(
        labels=last.labels,
        sections=tuple(sections.values()),
        items={home: tuple(own.values()) for home, own in items.items()},
        choices={item_id: tuple(added.values()) for item_id, added in choices.items()},
    )


def marks_of(common: Definition, asked: Definition) -> dict[str, bool]:
    """Section or question → whether it is the platform's own; else the platform changed it. Others are left out."""
    found = {one.id: True for one in asked.sections if all(one.id != other.id for other in common.sections)}
    for item in asked.items.values():
        before = common.items.get(item.id)
        if before is None:
            found[item.id] = True
        elif before != item:
            found[item.id] = False
    return found


Value = TypeVar("Value")


def _less(values: Mapping[str, Value], name: str) -> dict[str, Value]:
    return {key: value for key, value in values.items() if key != name}


def with_value(values: Mapping[str, Value], name: str, value: Value) -> dict[str, Value]:
    """With a value under a name; an empty one is left out."""
    return {**values, name: value} if value else _less(values, name)
