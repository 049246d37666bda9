"""Small definitions for tests."""

from collections.abc import Sequence
from typing import Any

from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Section

LEVELS = tuple(Choice(str(code), {"fr": f"niveau {code}"}) for code in range(6))
LANGUAGES = tuple(Choice(code, {"fr": label}) for code, label in (("fr", "français"), ("ar", "arabe"), ("tr", "turc")))


def an_item(id: str, kind: ItemKind = ItemKind.TEXT, **facts: Any) -> Item:  # noqa: A002 - its name.
    """An item with a question in French."""
    lists = {ItemKind.SCALE: "levels", ItemKind.MANY_OF: "languages", ItemKind.ONE_OF: "languages"}
    return Item(id, kind, **{"label": {"fr": f"Question {id} ?"}, "list": lists.get(kind, ""), **facts})


def a_definition(*items: Item, sections: Sequence[Section] = (), **facts: Any) -> Definition:
    """A plan template of one section with these items, or of these sections."""
    whole = tuple(sections) or (Section("situation", {"fr": "Situation"}, items),)
    lists = {item.list: LEVELS if item.list == "levels" else LANGUAGES for part in whole for item in part.items}
    lists.pop("", None)
    return Definition(InstrumentKind.PLAN_TEMPLATE, {"fr": "Bilan"}, whole, **{"lists": lists, **facts})
