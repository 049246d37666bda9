"""What keeps a definition from being published, or should be looked at again: the whole list, each with its place."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from clais.instruments.rules.conditions import circles, conditions_of
from clais.instruments.rules.definition import (
    CHOICE_CODE,
    CODE,
    LISTED,
    MAIN_LANGUAGE,
    MOST_ITEMS,
    RESERVED,
    Definition,
    InstrumentKind,
    Item,
    ItemKind,
    Latitude,
    Section,
    Texts,
    is_whole,
)
from clais.instruments.rules.dimensions import DIMENSIONS, SENSITIVE, feeding, is_whole_scale
from clais.instruments.rules.possible import never_shown
from clais.instruments.rules.receptions import COLUMNS, asked_in_columns
from clais.instruments.rules.translations import SECTION, texts_of

EASY_WORDS = 20
"""The words of a question in easy French, at most (source: the drawings of the editor)."""
EASY = "fr-facile"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `code` says which, `part` is the id of a section, an item or a list (empty: the whole), `field` what
    is wrong with it, `about` what is named; `blocks`: it is refused; `at`: the character of an expression.
    """

    code: str
    part: str = ""
    field: str = ""
    about: tuple[str, ...] = ()
    blocks: bool = True
    at: int | None = None


def problems_of(definition: Definition, published: Iterable[Definition] = ()) -> list[Problem]:
    """All problems of a definition, those that block first, each kind in the order of the definition.

    `published` are the earlier versions: an id that was answered once keeps its type for ever.
    """
    found = [
        *_of_size(definition),
        *_of_ids(definition),
        *_of_lists(definition),
        *_of_conditions(definition),
        *_of_earlier(definition, published),
        *problems_of_bilan(definition),
        *problems_of_intake(definition),
        *_of_locks(definition),
        *_of_texts(definition),
    ]
    return sorted(found, key=lambda problem: not problem.blocks)


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that block."""
    return [problem for problem in problems if problem.blocks]


def _of_size(definition: Definition) -> Iterator[Problem]:
    count = sum(1 for _placed in definition.placed())
    if not count:
        yield Problem("no_items")
    elif count > MOST_ITEMS:
        yield Problem("too_many_items", about=(str(count), str(MOST_ITEMS)))
    for section in definition.sections:
        if not section.items:
            yield Problem("empty_section", section.id, blocks=False)


def _of_ids(definition: Definition) -> Iterator[Problem]:
    ids = [section.id for section in definition.sections] + [item.id for _section, item in definition.placed()]
    for part, count in Counter(ids).items():
        if count > 1:
            yield Problem("duplicate_id", part, "id", (str(count),))
        if not CODE.fullmatch(part) or part in RESERVED:
            yield Problem("bad_id", part, "id")


def _of_lists(definition: Definition) -> Iterator[Problem]:
    used = dict[str, Item]()
    for item in definition.items.values():
        if item.kind not in LISTED:
            continue
        used.setdefault(item.list, item)
        if item.list not in definition.lists:
            yield Problem("unknown_list", item.id, "list", (item.list,) if item.list else ())
        elif item.kind is ItemKind.SCALE:
            wrong = [choice.code for choice in definition.choices(item) if not is_whole(choice.code)]
            if wrong:
                yield Problem("scale_without_numbers", item.id, "list", tuple(wrong))
    for name, choices in definition.lists.items():
        if not CODE.fullmatch(name):
            yield Problem("bad_id", name, "list")
        if not choices:
            yield Problem("empty_list", name, "list")
        if name not in used:
            yield Problem("unused_list", name, "list", blocks=False)
        codes = Counter(choice.code for choice in choices)
        yield from (Problem("duplicate_code", name, "list", (code,)) for code, count in codes.items() if count > 1)
        yield from (Problem("bad_code", name, "list", (code,)) for code in codes if not CHOICE_CODE.fullmatch(code))
        before = Counter(code for choice in choices for code in choice.was)
        yield from (Problem("meant_twice", name, "list", (code,)) for code, count in before.items() if count > 1)
        yield from (Problem("bad_code", name, "list", (code,)) for code in before if not CHOICE_CODE.fullmatch(code))


def _of_conditions(definition: Definition) -> Iterator[Problem]:
    conditions = conditions_of(definition)
    for part, field, error in conditions.faults:
        yield Problem(error.code, part, field, (error.about,) if error.about else (), at=error.at)
    around = circles(definition, conditions)
    yield from (Problem("circle", circle[0], "shown_if", circle) for circle in around)
    if not around and len(definition.items) <= MOST_ITEMS:
        yield from (Problem("never_shown", item.id, "shown_if") for item in never_shown(definition, conditions))
    order = {name: place for place, name in enumerate(definition.items)}
    for item in definition.items.values():
        read = conditions.of_items[item.id].items if item.id in conditions.of_items else frozenset[str]()
        later = tuple(name for name in sorted(read, key=order.__getitem__) if order[name] > order[item.id])
        if later:
            yield Problem("reads_later", item.id, "shown_if", later, blocks=False)


def _of_earlier(definition: Definition, published: Iterable[Definition]) -> Iterator[Problem]:
    told = set[str]()
    for earlier in published:
        for item in definition.items.values():
            before = earlier.items.get(item.id)
            if before is not None and before.kind is not item.kind and item.id not in told:
                told.add(item.id)
                yield Problem("kind_changed", item.id, "kind", (before.kind, item.kind))


def problems_of_bilan(definition: Definition) -> Iterator[Problem]:
    """What keeps a bilan from giving the dimensions of a situation; nothing for instruments of other kinds."""
    if definition.kind is not InstrumentKind.BILAN:
        return
    fed = feeding(definition)
    missing = tuple(dimension for dimension in DIMENSIONS if dimension not in fed)
    if missing:
        yield Problem("dimension_missing", about=missing)
    for item in definition.items.values():
        if not item.dimension:
            continue
        if item.dimension not in DIMENSIONS:
            yield Problem("unknown_dimension", item.id, "dimension", (item.dimension,))
            continue
        if fed[item.dimension] is not item:
            yield Problem("dimension_twice", item.id, "dimension", (item.dimension, fed[item.dimension].id))
        if not is_whole_scale(definition, item):
            yield Problem("dimension_scale", item.id, "list")
        if item.sealed != (item.dimension in SENSITIVE):
            yield Problem("dimension_open" if not item.sealed else "dimension_sealed", item.id, "sealed")
        if item.required:
            yield Problem("dimension_required", item.id, "required")


def problems_of_intake(definition: Definition) -> Iterator[Problem]:
    """What keeps an intake form from noting a reception; nothing for instruments of other kinds."""
    if definition.kind is not InstrumentKind.INTAKE:
        return
    missing = tuple(name for name, column in COLUMNS.items() if column.needed and name not in definition.items)
    if missing:
        yield Problem("reception_missing", about=missing)
    for item in asked_in_columns(definition):
        column = COLUMNS[item.id]
        if item.kind is not column.kind:
            yield Problem("reception_kind", item.id, "kind", (column.kind, item.kind))
            continue
        codes = [choice.code for choice in definition.choices(item)]
        gone = tuple(code for code in column.codes if code not in codes)
        if gone:
            yield Problem("reception_codes", item.id, "list", gone)
        long = tuple(code for code in codes if column.longest is not None and len(code) > column.longest)
        if long:
            yield Problem("reception_long_codes", item.id, "list", (str(column.longest), *long))
        if item.sealed:
            yield Problem("reception_sealed", item.id, "sealed")
        if item.required and not column.may_be_required:
            yield Problem("reception_required", item.id, "required")
        locked = tuple(sorted(item.allows & column.locked))
        if locked:
            yield Problem("reception_locked", item.id, "allows", locked)


def _of_locks(definition: Definition) -> Iterator[Problem]:
    """What a bilan allows of its dimensions in vain: see `latitude.allowed_in`."""
    if definition.kind is InstrumentKind.BILAN:
        for item in definition.items.values():
            if item.dimension and item.allows - {Latitude.HINT}:
                yield Problem("dimension_locked", item.id, "allows", blocks=False)


def _of_texts(definition: Definition) -> Iterator[Problem]:
    for key, texts in texts_of(definition):
        field = "label" if key.field == SECTION else key.field
        yield from _missing(definition, key.part, field, texts, key.choice)
    for item in definition.items.values():
        words = len(item.label.get(EASY, "").split())
        if words > EASY_WORDS:
            yield Problem("long_label", item.id, "label", (str(words), str(EASY_WORDS)), blocks=False)


def _missing(definition: Definition, part: str, field: str, texts: Texts, about: str = "") -> Iterator[Problem]:
    """The languages in which a text is missing: the main one must be there, another one is shown in it instead."""
    missing = [language for language in definition.languages if not texts.get(language)]
    named = (about,) if about else ()
    if MAIN_LANGUAGE in missing:
        yield Problem("no_text", part, field, named)
    for language in missing:
        if language != MAIN_LANGUAGE:
            yield Problem("untranslated", part, field, (language, *named), blocks=False)


def parts_with(problems: Iterable[Problem], parts: Collection[Section | Item]) -> dict[str, list[Problem]]:
    """The problems of each of these parts, by its id."""
    found: dict[str, list[Problem]] = {part.id: [] for part in parts}
    for problem in problems:
        if problem.part in found:
            found[problem.part].append(problem)
    return found
