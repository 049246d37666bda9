"""What an instrument asks: sections of items with stable ids, their texts, conditions, scores and locks.

A definition says nothing about where it is kept, who published it, or what was answered. Every part is immutable and
equal to one that says the same, so that two versions can be compared.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from clais.instruments.rules.values import Kind, Type

Texts = Mapping[str, str]
"""Language → text."""
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""The id of a section, an item or a list, as XLSForm allows it too: it names an answer for years."""
RESERVED = frozenset({"csrf_token"})
"""Names that the forms of answers have already."""
CHOICE_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
MOST_ITEMS = 1000
LANGUAGES = ("fr", "fr-facile", "nl", "de", "en", "it", "tr", "ar")
"""The languages of texts; `fr-facile` is French that is easy to read (level A2)."""
MAIN_LANGUAGE = "fr"
RIGHT_TO_LEFT = frozenset({"ar"})


class InstrumentKind(StrEnum):
    """What an instrument is for."""

    INTAKE = "intake"
    BILAN = "bilan"
    SELF_ASSESSMENT = "self_assessment"
    AGENT_ASSESSMENT = "agent_assessment"
    PLATFORM_ASSESSMENT = "platform_assessment"
    PLAN_TEMPLATE = "plan_template"
    EVALUATION_GRID = "evaluation_grid"
    SATISFACTION = "satisfaction"
    WORDS = "words"
    """The network's charter of words: what each term and code means."""


class ItemKind(StrEnum):
    """How an item is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    SCALE = "scale"
    OCCUPATION = "occupation"
    MUNICIPALITY = "municipality"
    FILE = "file"


LISTED = frozenset({ItemKind.ONE_OF, ItemKind.MANY_OF, ItemKind.SCALE})
"""The kinds that name a list of choices."""
YES_NO = ("yes", "no")


class Latitude(StrEnum):
    """What a platform may do with a part of a published instrument. What is not allowed is locked."""

    HINT = "hint"
    REWORD = "reword"
    SKIP = "skip"
    REORDER = "reorder"
    CHOICES = "choices"
    REQUIRE = "require"
    ADD = "add"
    """Add items of its own to a section, or a section of its own to the instrument."""


Latitudes = frozenset[Latitude]
NONE: Latitudes = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list. The codes of a scale are whole numbers; `score` is what it counts for.

    `was` has the codes that meant the same in earlier versions: answers to these compare with answers to this one.
    """

    code: str
    label: Texts
    score: int | None = None
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `list` names the choices; `shown_if` and `constraint` are expressions; `sealed`: kept encrypted."""

    id: str
    kind: ItemKind
    label: Texts
    hint: Texts = field(default_factory=dict)
    required: bool = False
    list: str = ""
    shown_if: str = ""
    constraint: str = ""
    constraint_message: Texts = field(default_factory=dict)
    dimension: str = ""
    sealed: bool = False
    icon: str = ""
    allows: Latitudes = NONE


@dataclass(frozen=True, slots=True)
class Section:
    """Items under one heading, which are shown together or not."""

    id: str
    label: Texts
    items: tuple[Item, ...] = ()
    shown_if: str = ""
    allows: Latitudes = NONE


@dataclass(frozen=True)
class Definition:
    """All that a version of an instrument asks, in the languages in which it can be asked.

    `certificate` is the code of the course that an agent must have followed to fill it in: without it one is warned,
    and refused from the day `certificate_from`.
    """

    kind: InstrumentKind
    title: Texts
    sections: tuple[Section, ...] = ()
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    languages: tuple[str, ...] = (MAIN_LANGUAGE,)
    allows: Latitudes = NONE
    certificate: str = ""
    certificate_from: date | None = None

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """The items by their ids, in order; of two with one id, the first."""
        found: dict[str, Item] = {}
        for _section, item in self.placed():
            found.setdefault(item.id, item)
        return found

    def placed(self) -> Iterator[tuple[Section, Item]]:
        """Each item with its section, in the order in which they are asked."""
        return ((section, item) for section in self.sections for item in section.items)

    def choices(self, item: Item) -> tuple[Choice, ...]:
        """The choices of an item; none for one without, or whose list there is not."""
        return self.lists.get(item.list, ()) if item.kind in LISTED else ()

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """The type of each item's answer, for expressions."""
        return {item.id: self.type_of(item) for item in self.items.values()}

    def type_of(self, item: Item) -> Type:
        """The type of an item's answer."""
        if item.kind is ItemKind.YES_NO:
            return Type(Kind.CODE, frozenset(YES_NO))
        return Type(_KINDS[item.kind], frozenset(choice.code for choice in self.choices(item)))


_KINDS = {
    ItemKind.TEXT: Kind.TEXT,
    ItemKind.LONG_TEXT: Kind.TEXT,
    ItemKind.NUMBER: Kind.NUMBER,
    ItemKind.DATE: Kind.DAY,
    ItemKind.ONE_OF: Kind.CODE,
    ItemKind.MANY_OF: Kind.CODES,
    ItemKind.SCALE: Kind.LEVEL,
    ItemKind.OCCUPATION: Kind.CODE,
    ItemKind.MUNICIPALITY: Kind.CODE,
    ItemKind.FILE: Kind.TEXT,
}


def is_whole(code: str) -> bool:
    """Whether the code of a choice is a whole number, as those of a scale are."""
    digits = code.removeprefix("-")
    return digits.isascii() and digits.isdigit()


def said(texts: Texts, *languages: str) -> str:
    """A text in the first of these languages that it has, else in the main one; empty when it has none."""
    return next((texts[language] for language in (*languages, MAIN_LANGUAGE) if texts.get(language)), "")
