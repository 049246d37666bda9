"""Two versions side by side: what changed in each item, and whether its answers still compare."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.instruments.rules.definition import Choice, Definition, Item, ItemKind
from clais.instruments.rules.difference import COMPARABLE, Comparability, comparability_of, differences
from clais.instruments.rules.editing import DOWN, UP, moved_item, with_item, with_item_instead, with_list, without_item
from clais.instruments.wording import change_lines
from tests.clais.instruments.definitions import LANGUAGES, a_definition, an_item

BEFORE = a_definition(an_item("a"), an_item("b", ItemKind.ONE_OF), an_item("c", ItemKind.NUMBER), an_item("d"))
DUTCH = Choice("nl", {"fr": "néerlandais"})


def changed(item: Item) -> Definition:
    return with_item_instead(BEFORE, item, item.id)


@pytest.mark.parametrize(
    ("later", "item", "expected", "fields"),
    [
        (changed(an_item("a", label={"fr": "Autrement ?"})), "a", Comparability.REWORDED, {"label"}),
        (changed(an_item("a", label={"fr": "Question a ?", "ar": "؟"})), "a", Comparability.SAME, {"label"}),
        (changed(an_item("a", required=True)), "a", Comparability.SAME, {"required"}),
        (with_list(BEFORE, "languages", [*LANGUAGES, DUTCH]), "b", Comparability.BROKEN, {"choices"}),
        (with_list(BEFORE, "languages", LANGUAGES[:2]), "b", Comparability.BROKEN, {"choices"}),
        (
            with_list(BEFORE, "languages", [Choice("fr", {"fr": "Français"}), *LANGUAGES[1:]]),
            "b",
            Comparability.REWORDED,
            {"choices"},
        ),
        (
            with_list(BEFORE, "languages", [Choice("fr", LANGUAGES[0].label, score=3), *LANGUAGES[1:]]),
            "b",
            Comparability.BROKEN,
            {"choices"},
        ),
        (with_item(BEFORE, an_item("e"), "situation"), "e", Comparability.NEW, set()),
        (without_item(BEFORE, "d"), "d", Comparability.GONE, set()),
    ],
)
def test_each_change_is_told_once_with_what_was_and_is(
    later: Definition, item: str, expected: Comparability, fields: set[str]
) -> None:
    found = differences(BEFORE, later)
    assert [(change.part, change.comparability, set(change.fields)) for change in found] == [(item, expected, fields)]


def test_what_changes_around_the_questions_is_told_too() -> None:
    section = replace(BEFORE.sections[0], label={"fr": "Vie privée"}, shown_if="${a} = 'x'")
    later = replace(BEFORE, sections=(section,), languages=("fr", "ar"))
    found = differences(BEFORE, later)
    told = [(change.part, change.comparability, set(change.fields)) for change in found]
    assert told == [
        ("", Comparability.SAME, {"languages"}),
        ("situation", Comparability.SAME, {"label", "shown_if"}),
    ]
    lines = list(change_lines(BEFORE, later, found))
    assert [len(line["facts"]) for line in lines] == [1, 2]


def test_codes_that_are_mapped_compare_and_those_that_are_not_do_not() -> None:
    def later(*was: str) -> Definition:
        return with_list(BEFORE, "languages", [Choice("french", {"fr": "français"}, was=was), *LANGUAGES[1:]])

    for was, found in (((), Comparability.BROKEN), (("fr",), Comparability.RECODED), (("xx",), Comparability.BROKEN)):
        assert comparability_of(BEFORE, later(*was), later(*was).items["b"]) is found


def test_an_item_of_another_kind_never_compares() -> None:
    later = changed(an_item("c", ItemKind.TEXT))
    assert comparability_of(BEFORE, later, later.items["c"]) not in COMPARABLE


def test_only_the_item_that_was_moved_is_said_to_be() -> None:
    later = moved_item(moved_item(moved_item(BEFORE, "a", DOWN), "a", DOWN), "a", DOWN)
    assert list(later.items) == ["b", "c", "d", "a"]
    assert [(change.part, change.moved) for change in differences(BEFORE, later)] == [("a", True)]
    assert moved_item(later, "a", DOWN) == later
    assert moved_item(BEFORE, "a", UP) == BEFORE


@given(st.permutations(["a", "b", "c", "d"]))
def test_two_orders_differ_by_fewer_items_than_there_are(order: list[str]) -> None:
    later = a_definition(*(BEFORE.items[name] for name in order))
    moved = {change.part for change in differences(BEFORE, later)}
    rest = [name for name in order if name not in moved]
    assert rest == sorted(rest)
    assert len(moved) < len(order)
    assert differences(BEFORE, BEFORE) == []
