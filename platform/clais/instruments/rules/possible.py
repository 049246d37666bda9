"""Items that no answers ever show. What is said here is certain: what cannot be decided is taken to be possible."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise, product
from math import prod

from clais.instruments.rules.conditions import Conditions
from clais.instruments.rules.definition import Definition, Item, Section, is_whole
from clais.instruments.rules.syntax import COMPARISONS, Call, ItemValue, Number, Operation, Text, Tree, parse
from clais.instruments.rules.values import Expression, Kind, Type, Value

MOST_TRIED = 1_000
"""How many combinations of answers are tried before a condition is taken to be possible."""
MOST_SWITCHES = MOST_READ = 10
"""How many choices of one answer, and how many answers, are tried at most: each doubles the combinations at least."""
SOME_DAY = date(2026, 1, 1)
Places = Mapping[str, tuple[Section, Item]]
"""Item → its section and itself, in their order."""
ANOTHER = "\0"
"""A text or a code that no condition names."""


def never_shown(definition: Definition, conditions: Conditions) -> Iterator[Item]:
    """The items that are asked for no answers, because what their conditions wait for never comes together.

    The answers are tried at which the conditions can change: those that they name, and others between and beyond.
    Conditions that compare anything but one answer with one constant are not decided.
    """
    places = {item.id: (section, item) for section, item in definition.placed()}
    for section, item in places.values():
        concerned = _concerned(places, conditions, section, item)
        parts = [part for one in concerned for part in _own(conditions, *one)]
        names = frozenset[str]().union(*(part.items for part in parts))
        if not parts or len(names) > MOST_READ:
            continue
        trees = [parse(part.text) for part in parts]
        if not all(map(_is_plain, trees)):
            continue
        read = [name for name in definition.items if name in names]
        literals = [literal for tree in trees for literal in _parts(tree)]
        tried = [_values(definition.types[name], literals) for name in read]
        if prod(map(len, tried)) > MOST_TRIED:
            continue
        shorter = Definition(definition.kind, definition.title, _only(definition, {one.id for _in, one in concerned}))
        answers = (dict(zip(read, chosen, strict=True)) for chosen in product(*tried))
        shown = (conditions.shown(shorter, given, SOME_DAY) for given in answers)
        if not any(one.id == item.id for found in shown for one in found):
            yield item


def _own(conditions: Conditions, section: Section, item: Item) -> list[Expression]:
    found = (conditions.of_sections.get(section.id), conditions.of_items.get(item.id))
    return [expression for expression in found if expression is not None]


def _concerned(places: Places, conditions: Conditions, section: Section, item: Item) -> list[tuple[Section, Item]]:
    """An item, and those that its conditions read, and so on: each with its section, in their order."""
    found, pending = {item.id}, [(section, item)]
    while pending:
        for expression in _own(conditions, *pending.pop()):
            pending += [places[name] for name in expression.items - found]
            found |= expression.items
    return [place for name, place in places.items() if name in found]


def _only(definition: Definition, ids: set[str]) -> tuple[Section, ...]:
    """The sections with these items alone."""
    return tuple(
        Section(section.id, section.label, tuple(item for item in section.items if item.id in ids))
        for section in definition.sections
    )


def _is_plain(tree: Tree) -> bool:
    """Whether a condition only joins comparisons of one answer with one constant, and choices."""
    match tree:
        case Operation(sign="and" | "or", operands=parts) | Call(name="not", arguments=parts):
            return all(map(_is_plain, parts))
        case Operation(sign=sign, operands=(ItemValue(), other) | (other, ItemValue())) if sign in COMPARISONS:
            return _is_constant(other)
        case Call(name="selected", arguments=(ItemValue(), Text())):
            return True
        case Call(name="true" | "false"):
            return True
        case _:
            return False


def _is_constant(tree: Tree) -> bool:
    match tree:
        case Number() | Text() | Operation(sign="-", operands=(Number(),)) | Call(name="date"):
            return True
        case _:
            return False


def _values(type_: Type, literals: list[Tree]) -> list[Value]:
    """The answers of an item at which conditions can change: missing, each code, at and between the constants."""
    texts = {literal.value for literal in literals if isinstance(literal, Text)} - {""}
    match type_.kind:
        case Kind.NUMBER:
            named = {literal.value for literal in literals if isinstance(literal, Number)} | {Decimal(0)}
            around = sorted(named | {-number for number in named})
            between = [(one + other) / 2 for one, other in pairwise(around)]
            return [None, around[0] - 1, *around, *between, around[-1] + 1]
        case Kind.DAY:
            days = {day + timedelta(days=step) for day in (SOME_DAY, *_days(texts)) for step in (-1, 0, 1)}
            return [None, *sorted(days)]
        case Kind.LEVEL:
            return [None, *(Decimal(code) for code in sorted(type_.codes) if is_whole(code))]
        case Kind.CODES:
            codes = sorted(type_.codes & texts)
            if len(codes) > MOST_SWITCHES:
                return [None] * (MOST_TRIED + 1)
            switches = product((False, True), repeat=len(codes))
            return [frozenset(code for code, on in zip(codes, chosen, strict=True) if on) for chosen in switches]
        case _:
            return [None, ANOTHER, *sorted(type_.codes or texts)]


def _days(texts: set[str]) -> Iterator[date]:
    for text in texts:
        try:
            yield date.fromisoformat(text)
        except ValueError:
            continue


def _parts(tree: Tree) -> Iterator[Tree]:
    yield tree
    if isinstance(tree, Operation):
        for part in tree.operands:
            yield from _parts(part)
    elif isinstance(tree, Call):
        for part in tree.arguments:
            yield from _parts(part)
