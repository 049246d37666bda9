"""What the locks of a definition allow of a platform's layer: the common part is never changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from clais.instruments.rules.conditions import conditions_of
from clais.instruments.rules.definition import (
    CHOICE_CODE,
    CODE,
    MAIN_LANGUAGE,
    MOST_ITEMS,
    Choice,
    Definition,
    InstrumentKind,
    Item,
    ItemKind,
    Latitude,
    Section,
    Texts,
)
from clais.instruments.rules.expressions import condition
from clais.instruments.rules.local import OWN, OWN_KINDS, Layer, LocalPart, OwnItem, What
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.rules.values import Type


class Reason(StrEnum):
    """Why a part of a layer is not applied."""

    LOCKED = "locked"
    GONE = "gone"
    """The question or the section is not asked by this version."""
    TAKEN = "taken"
    """Its id or its code stands there already."""
    NOT_OWN = "not_own"
    """Its id or its code does not begin as those of a platform do."""
    READ = "read"
    """Something that is asked depends on its answer."""
    LAST = "last"
    """Nothing common would be asked any more."""
    CONDITION = "condition"
    """Its condition cannot be understood: it reads what is not asked, or is not common."""
    NO_TEXT = "no_text"
    KIND = "kind"
    NO_CHOICES = "no_choices"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Refusal:
    part: LocalPart
    reason: Reason


def allowed_in(definition: Definition, item: Item) -> frozenset[Latitude]:
    """What a platform may do with a common item. One that feeds a dimension of a bilan is asked everywhere in the same
    words, on the same scale and in the same order: only help can be added to it.
    """
    if definition.kind is InstrumentKind.BILAN and item.dimension:
        return item.allows & {Latitude.HINT}
    return item.allows


def applied(definition: Definition, layer: Layer) -> tuple[Definition, list[Refusal]]:
    """What is asked here, and every part of the layer that the definition does not allow.

    It never raises: a layer may have been made over another version. An item that allows nothing is not changed, common
    ids and codes stay, and the result gives itself when the layer is applied to it again.
    """
    if layer == Layer():
        return definition, []
    work = _Work(definition, layer)
    work.reword()
    work.add_choices()
    work.skip()
    work.add_sections()
    work.add_items()
    work.put_in_order()
    sections = tuple(replace(section, items=tuple(work.asked[section.id])) for section in work.sections)
    return replace(definition, sections=sections, lists=work.lists), work.refused


class _Work:
    """A definition while a layer is applied to it. Each step writes what it does not apply into `refused`."""

    def __init__(self, definition: Definition, layer: Layer) -> None:
        self.common, self.layer = definition, layer
        self.sections: list[Section] = list(definition.sections)
        self.asked = {section.id: list(section.items) for section in definition.sections}
        self.lists: dict[str, tuple[Choice, ...]] = dict(definition.lists)
        self.refused: list[Refusal] = []

    def reword(self) -> None:
        for what, latitude, texts in (
            (What.LABEL, Latitude.REWORD, self.layer.labels),
            (What.HINT, Latitude.HINT, self.layer.hints),
        ):
            for part, own in texts.items():
                item = self._allowed(LocalPart(what, part), latitude)
                if item is not None and not any(own.values()):
                    self._refuse(LocalPart(what, part), Reason.NO_TEXT)
                elif item is not None:
                    said = {**getattr(item, what.value), **{key: text for key, text in own.items() if text}}
                    self._put(replace(item, label=said) if what is What.LABEL else replace(item, hint=said))
        for part in dict.fromkeys(self.layer.required):
            item = self._allowed(LocalPart(What.REQUIRE, part), Latitude.REQUIRE)
            if item is not None:
                self._put(replace(item, required=True))

    def add_choices(self) -> None:
        for part, own in self.layer.choices.items():
            item = self.common.items.get(part)
            there = {choice.code for choice in self.common.choices(item)} if item else set[str]()
            added = []
            for choice in own:
                local = LocalPart(What.CHOICE, part, choice.code)
                if self._allowed(local, Latitude.CHOICES) is None:
                    continue
                if item is None or item.kind not in {ItemKind.ONE_OF, ItemKind.MANY_OF}:
                    self._refuse(local, Reason.KIND)
                elif choice.code in there:
                    self._refuse(local, Reason.TAKEN)
                elif reason := _fault_of_choice(choice):
                    self._refuse(local, reason)
                else:
                    there.add(choice.code)
                    added.append(Choice(choice.code, choice.label))
            if item is not None and added:
                # A list of its own: other questions that share the common list keep it as it is.
                name = self._new_list(part, (*self.common.choices(item), *added))
                self._put(replace(self._now(item), list=name))

    def skip(self) -> None:
        wanted = [
            part
            for part in dict.fromkeys(self.layer.skipped)
            if self._allowed(LocalPart(What.SKIP, part), Latitude.SKIP) is not None
        ]
        if wanted and len(wanted) == len(self.common.items):
            self._refuse(LocalPart(What.SKIP, wanted.pop()), Reason.LAST)
        readers = list(self._readers()) if wanted else []
        while read := [part for part in wanted if any(part in names and by not in wanted for by, names in readers)]:
            wanted = [part for part in wanted if part not in read]
            for part in read:
                self._refuse(LocalPart(What.SKIP, part), Reason.READ)
        for items in self.asked.values():
            items[:] = [item for item in items if item.id not in wanted]

    def add_sections(self) -> None:
        for own in self.layer.sections:
            local = LocalPart(What.SECTION, own.id)
            if Latitude.ADD not in self.common.allows:
                self._refuse(local, Reason.LOCKED)
            elif reason := self._fault_of_id(own.id, own.label):
                self._refuse(local, reason)
            else:
                self.sections.append(Section(own.id, own.label))
                self.asked[own.id] = []

    def add_items(self) -> None:
        types = replace(self.common, sections=self._as_asked(), lists=self.lists).types
        own_sections = set(self.asked).difference(section.id for section in self.common.sections)
        homes = own_sections | {one.id for one in self.common.sections if Latitude.ADD in one.allows}
        for home, items in self.layer.items.items():
            for own in items:
                reason: Reason | None = Reason.LOCKED if home in self.asked else Reason.GONE
                if home in homes:
                    reason = self._fault_of_id(own.id, own.label) or self._fault_of_item(own, types)
                if reason:
                    self._refuse(LocalPart(What.ITEM, own.id), reason)
                    continue
                listed = self._new_list(own.id, own.choices) if own.kind is ItemKind.ONE_OF else ""
                self.asked[home].append(
                    Item(own.id, own.kind, own.label, own.hint, own.required, listed, own.shown_if, sealed=own.sealed)
                )

    def put_in_order(self) -> None:
        for home, order in self.layer.orders.items():
            there = self.asked.get(home)
            if there is None:
                self._refuse(LocalPart(What.ORDER, home), Reason.GONE)
                continue
            ordered = _ordered(there, order)
            if _locked(there, self.common) == _locked(ordered, self.common):
                self.asked[home] = ordered
            else:
                self._refuse(LocalPart(What.ORDER, home), Reason.LOCKED)

    def _allowed(self, local: LocalPart, latitude: Latitude) -> Item | None:
        """The item as it stands, when the common one allows this."""
        item = self.common.items.get(local.part)
        if item is None:
            self._refuse(local, Reason.GONE)
        elif latitude not in allowed_in(self.common, item):
            self._refuse(local, Reason.LOCKED)
        else:
            return self._now(item)
        return None

    def _now(self, item: Item) -> Item:
        return next(one for items in self.asked.values() for one in items if one.id == item.id)

    def _put(self, item: Item) -> None:
        for items in self.asked.values():
            for place, one in enumerate(items):
                if one.id == item.id:
                    items[place] = item
                    return

    def _refuse(self, local: LocalPart, reason: Reason) -> None:
        self.refused.append(Refusal(local, reason))

    def _new_list(self, part: str, choices: Sequence[Choice]) -> str:
        """The name of a list that only this question has."""
        name, tried = (OWN + part.removeprefix(OWN))[:40], 0
        while name in self.lists:
            tried += 1
            name = f"{OWN}{tried}_{part}"[:40]
        self.lists[name] = tuple(Choice(choice.code, choice.label, choice.score, choice.was) for choice in choices)
        return name

    def _readers(self) -> Iterator[tuple[str, frozenset[str]]]:
        """What reads answers, and which: questions by their id, sections by an empty one."""
        conditions = conditions_of(self.common)
        yield from (("", found.items) for found in conditions.of_sections.values())
        for compiled in (conditions.of_items, conditions.constraints):
            yield from ((part, found.items - {part}) for part, found in compiled.items())

    def _as_asked(self) -> tuple[Section, ...]:
        return tuple(replace(section, items=tuple(self.asked[section.id])) for section in self.common.sections)

    def _fault_of_id(self, own: str, label: Texts) -> Reason | None:
        if not (own.startswith(OWN) and CODE.fullmatch(own)):
            return Reason.NOT_OWN
        ids = {item.id for items in self.asked.values() for item in items}
        if own in self.asked or own in ids or own in self.common.items:
            return Reason.TAKEN
        return None if label.get(MAIN_LANGUAGE) else Reason.NO_TEXT

    def _fault_of_item(self, own: OwnItem, types: Mapping[str, Type]) -> Reason | None:
        if own.kind not in OWN_KINDS:
            return Reason.KIND
        codes = [choice.code for choice in own.choices]
        wrong = len(codes) != len(set(codes)) or any(map(_fault_of_choice, own.choices))
        if wrong or bool(codes) != (own.kind is ItemKind.ONE_OF):
            return Reason.NO_CHOICES
        if sum(map(len, self.asked.values())) >= MOST_ITEMS:
            return Reason.TOO_MANY
        try:
            if own.shown_if:
                condition(own.shown_if, types)
        except ExpressionError:
            return Reason.CONDITION
        return None


def _fault_of_choice(choice: Choice) -> Reason | None:
    if not (choice.code.startswith(OWN) and CHOICE_CODE.fullmatch(choice.code)):
        return Reason.NOT_OWN
    return None if choice.label.get(MAIN_LANGUAGE) else Reason.NO_TEXT


def _ordered(there: Sequence[Item], order: Sequence[str]) -> list[Item]:
    """Items in this order; one that it does not name comes after the one that it stands behind."""
    items = {item.id: item for item in there}
    found = [part for part in dict.fromkeys(order) if part in items]
    before: str | None = None
    for part in items:
        if part not in found:
            found.insert(found.index(before) + 1 if before in found else 0, part)
        before = part
    return [items[part] for part in found]


def _locked(items: Sequence[Item], common: Definition) -> list[str]:
    """The common items that keep their order."""
    there = [one for one in items if one.id in common.items]
    return [one.id for one in there if Latitude.REORDER not in allowed_in(common, common.items[one.id])]
