"""The texts of a definition, each in its languages: what is missing in one, and what is said in it from now on."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from clais.instruments.rules.definition import MAIN_LANGUAGE, Choice, Definition, Item, Section, Texts


class Key(NamedTuple):
    """Which text: `part` is the id of a section, an item or a list (none: the whole), `choice` the code of a choice."""

    field: str
    part: str = ""
    choice: str = ""


OF_ITEM = ("label", "hint", "constraint_message")
SECTION = "section"
"""The field of the heading of a section: an item may have the same id while a draft is mended."""


def texts_of(definition: Definition) -> Iterator[tuple[Key, Texts]]:
    """Every text that is to be there in each language, in the order in which people meet it; choices come last."""
    yield Key("title"), definition.title
    for section in definition.sections:
        yield Key(SECTION, section.id), section.label
        for item in section.items:
            yield Key("label", item.id), item.label
            if item.hint:
                yield Key("hint", item.id), item.hint
            if item.constraint:
                yield Key("constraint_message", item.id), item.constraint_message
    for name, choices in definition.lists.items():
        for choice in choices:
            yield Key("list", name, choice.code), choice.label


def missing_in(definition: Definition) -> dict[str, int]:
    """Language → how many texts are missing in it; the main one is left out."""
    counted = Counter(
        language
        for _key, texts in texts_of(definition)
        for language in definition.languages
        if language != MAIN_LANGUAGE and not texts.get(language)
    )
    return {language: counted[language] for language in definition.languages if language != MAIN_LANGUAGE}


def with_texts(definition: Definition, language: str, said: Mapping[Key, str]) -> Definition:
    """With some texts in a language; an empty one is missing again."""

    def told(key: Key, texts: Texts) -> Texts:
        if key not in said:
            return texts
        rest = {name: text for name, text in texts.items() if name != language}
        return {**rest, language: said[key]} if said[key] else rest

    def of_item(item: Item) -> Item:
        fields: dict[str, Any] = {name: told(Key(name, item.id), getattr(item, name)) for name in OF_ITEM}
        return replace(item, **fields)

    def of_section(section: Section) -> Section:
        label = told(Key(SECTION, section.id), section.label)
        return replace(section, label=label, items=tuple(map(of_item, section.items)))

    def of_choice(name: str, choice: Choice) -> Choice:
        return replace(choice, label=told(Key("list", name, choice.code), choice.label))

    return replace(
        definition,
        title=told(Key("title"), definition.title),
        sections=tuple(map(of_section, definition.sections)),
        lists={name: tuple(of_choice(name, one) for one in choices) for name, choices in definition.lists.items()},
    )
