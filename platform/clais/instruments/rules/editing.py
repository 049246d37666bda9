"""Changes of a definition, as its author makes them: each gives a new one. Raises KeyError for an unknown part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clais.instruments.rules.definition import Choice, Definition, Item, Section

UP, DOWN = -1, 1


def with_section(definition: Definition, section: Section, instead_of: str = "") -> Definition:
    """With a section at the end, or in the place of another one, whose items it takes over."""
    if not instead_of:
        return replace(definition, sections=(*definition.sections, section))
    before = section_of(definition, instead_of)
    return _each_section(definition, lambda one: replace(section, items=before.items) if one is before else one)


def without_section(definition: Definition, section_id: str) -> Definition:
    """Without a section and its items."""
    gone = section_of(definition, section_id)
    return replace(definition, sections=tuple(one for one in definition.sections if one is not gone))


def with_item(definition: Definition, item: Item, section_id: str, after: str = "") -> Definition:
    """With an item in a section, after another one of it, else at its end."""
    section = section_of(definition, section_id)
    place = next((at for at, one in enumerate(section.items, 1) if one.id == after), len(section.items))
    items = (*section.items[:place], item, *section.items[place:])
    return _each_section(definition, lambda one: replace(one, items=items) if one is section else one)


def with_item_instead(definition: Definition, item: Item, instead_of: str, section_id: str = "") -> Definition:
    """With an item in the place of another one; at the end of another section when one is given."""
    before, home = place_of(definition, instead_of)
    if section_id and section_id != home.id:
        return with_item(without_item(definition, instead_of), item, section_id)
    return _items(definition, home, [item if one is before else one for one in home.items])


def without_item(definition: Definition, item_id: str) -> Definition:
    """Without an item; of two with one id, without the first."""
    gone, home = place_of(definition, item_id)
    return _items(definition, home, [one for one in home.items if one is not gone])


def moved_item(definition: Definition, item_id: str, way: int) -> Definition:
    """With an item one place up or down; past the end of its section, it comes into the next one."""
    item, home = place_of(definition, item_id)
    items = list(home.items)
    place = items.index(item)
    if 0 <= place + way < len(items):
        items[place], items[place + way] = items[place + way], items[place]
        return _items(definition, home, items)
    at = definition.sections.index(home) + way
    if not 0 <= at < len(definition.sections):
        return definition
    neighbour = definition.sections[at]
    rest = _items(definition, home, [one for one in items if one is not item])
    there = (*neighbour.items, item) if way == UP else (item, *neighbour.items)
    return _items(rest, section_of(rest, neighbour.id), there)


def moved_section(definition: Definition, section_id: str, way: int) -> Definition:
    """With a section one place up or down."""
    sections = list(definition.sections)
    place = sections.index(section_of(definition, section_id))
    if 0 <= place + way < len(sections):
        sections[place], sections[place + way] = sections[place + way], sections[place]
    return replace(definition, sections=tuple(sections))


def with_list(definition: Definition, name: str, choices: Sequence[Choice]) -> Definition:
    """With a list of choices, new or in the place of that of this name."""
    return replace(definition, lists={**definition.lists, name: tuple(choices)})


def without_list(definition: Definition, name: str) -> Definition:
    """Without a list of choices."""
    lists: Mapping[str, tuple[Choice, ...]] = {key: value for key, value in definition.lists.items() if key != name}
    return replace(definition, lists=lists)


def section_of(definition: Definition, section_id: str) -> Section:
    """A section by its id. Raises KeyError."""
    found = next((one for one in definition.sections if one.id == section_id), None)
    if found is None:
        raise KeyError(section_id)
    return found


def place_of(definition: Definition, item_id: str) -> tuple[Item, Section]:
    """An item by its id, and its section. Raises KeyError."""
    found = next(((item, section) for section, item in definition.placed() if item.id == item_id), None)
    if found is None:
        raise KeyError(item_id)
    return found


def _items(definition: Definition, section: Section, items: Sequence[Item]) -> Definition:
    return _each_section(definition, lambda one: replace(one, items=tuple(items)) if one is section else one)


def _each_section(definition: Definition, change: Callable[[Section], Section]) -> Definition:
    return replace(definition, sections=tuple(map(change, definition.sections)))
