"""Everything that keeps an instrument from being published is told at once, each with its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clais.instruments.choices import DIMENSIONS as LABELS
from clais.instruments.first import first_version
from clais.instruments.rules import possible
from clais.instruments.rules.conditions import conditions_of
from clais.instruments.rules.definition import MOST_ITEMS, Choice, Definition, InstrumentKind, ItemKind, Section
from clais.instruments.rules.dimensions import DIMENSIONS, LEVELS, feeding
from clais.instruments.rules.editing import with_item_instead
from clais.instruments.rules.possible import never_shown
from clais.instruments.rules.problems import blocking, problems_of
from clais.instruments.rules.syntax import Tree, parse
from clais.instruments.schemas import DefinitionSchema, accepted, fingerprint, from_json, to_json
from tests.clais.instruments.definitions import a_definition, an_item

CHILDREN = an_item("children", ItemKind.NUMBER)
DAY = date(2026, 11, 30)


def told(definition: Definition, *published: Definition) -> list[tuple[str, str]]:
    return [(problem.code, problem.part) for problem in problems_of(definition, published)]


def a_whole_one() -> Definition:
    return a_definition(
        CHILDREN,
        an_item("childcare", ItemKind.SCALE, shown_if="${children} >= 1"),
        an_item("languages", ItemKind.MANY_OF),
        an_item("age", ItemKind.NUMBER, constraint=". >= 0", constraint_message={"fr": "Pas moins de 0."}),
    )


def test_a_sound_definition_has_no_problems_and_is_kept_as_it_is() -> None:
    definition = a_whole_one()
    assert problems_of(definition) == []
    assert from_json(to_json(definition)) == accepted(to_json(definition)) == definition
    assert fingerprint(to_json(definition)) == fingerprint(to_json(from_json(to_json(definition))))


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        (a_definition(), ("no_items", "")),
        (a_definition(*[an_item(f"q{number}") for number in range(MOST_ITEMS + 1)]), ("too_many_items", "")),
        (a_definition(an_item("a"), an_item("a")), ("duplicate_id", "a")),
        (a_definition(an_item("Ça va")), ("bad_id", "Ça va")),
        (a_definition(an_item("a", ItemKind.ONE_OF), lists={}), ("unknown_list", "a")),
        (a_definition(an_item("a", ItemKind.ONE_OF), lists={"languages": ()}), ("empty_list", "languages")),
        (
            a_definition(an_item("a", ItemKind.ONE_OF), lists={"languages": (Choice("x", {"fr": "x"}),) * 2}),
            ("duplicate_code", "languages"),
        ),
        (
            a_definition(an_item("a", ItemKind.ONE_OF), lists={"languages": (Choice("à b", {"fr": "x"}),)}),
            ("bad_code", "languages"),
        ),
        (
            a_definition(an_item("a", ItemKind.SCALE), lists={"levels": (Choice("high", {"fr": "haut"}),)}),
            ("scale_without_numbers", "a"),
        ),
        (a_definition(an_item("a", shown_if="${nobody} = 1")), ("unknown_item", "a")),
        (a_definition(an_item("a", constraint=". >")), ("cut_short", "a")),
        (a_definition(an_item("a", label={"nl": "Vraag"})), ("no_text", "a")),
        (
            a_definition(an_item("a", shown_if="${b} = 'x'"), an_item("b", shown_if="${a} = 'x'")),
            ("circle", "a"),
        ),
        (a_definition(an_item("a", shown_if="${a} = 'x'")), ("circle", "a")),
        (
            a_definition(CHILDREN, an_item("a", shown_if="${children} >= 3 and ${children} < 1")),
            ("never_shown", "a"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_blocks_and_is_told_with_its_place(definition: Definition, expected: tuple[str, str]) -> None:
    assert expected in [(problem.code, problem.part) for problem in blocking(problems_of(definition))]


def test_everything_is_told_at_once() -> None:
    definition = a_definition(
        an_item("a"),
        an_item("a"),
        an_item("b", shown_if="${nobody} = 1"),
        an_item("c", label={}),
        languages=("fr", "ar"),
    )
    codes = {code for code, _part in told(definition)}
    assert {"duplicate_id", "unknown_item", "no_text", "untranslated"} <= codes


def test_what_blocks_comes_first_and_a_missing_translation_only_warns() -> None:
    definition = a_definition(an_item("a"), an_item("b", label={"ar": "؟"}), languages=("fr", "ar"))
    blocks = [problem.blocks for problem in problems_of(definition)]
    assert blocks == sorted(blocks, reverse=True)
    assert [problem.about for problem in problems_of(definition) if problem.part == "a"] == [("ar",)]


@pytest.mark.parametrize(("kind", "refused"), [(ItemKind.NUMBER, True), (ItemKind.TEXT, False)])
def test_an_id_that_was_answered_once_keeps_its_type_even_after_a_version_without_it(
    kind: ItemKind, *, refused: bool
) -> None:
    first, second = a_definition(an_item("a", ItemKind.TEXT)), a_definition(an_item("b"))
    assert (("kind_changed", "a") in told(a_definition(an_item("a", kind)), second, first)) is refused


def section(id: str, *items: Any, shown_if: str = "") -> Section:  # noqa: A002 - its name.
    return Section(id, {"fr": id}, items, shown_if)


def test_an_item_that_waits_for_a_hidden_one_is_never_shown_and_one_in_a_hidden_section_neither() -> None:
    hidden = a_definition(
        CHILDREN,
        an_item("care", ItemKind.YES_NO, shown_if="${children} >= 3"),
        an_item("place", shown_if="${care} = 'yes' and ${children} = 0"),
    )
    assert [item.id for item in never_shown(hidden, conditions_of(hidden))] == ["place"]
    sections = a_definition(
        sections=(
            section("first", CHILDREN),
            section("second", an_item("a", shown_if="${children} = 0"), an_item("b"), shown_if="${children} > 0"),
        )
    )
    assert [item.id for item in never_shown(sections, conditions_of(sections))] == ["a"]


def test_what_cannot_be_decided_is_taken_to_be_possible() -> None:
    for condition in ("${children} * 2 = 7 and ${children} > 100", "${born} > today() and ${born} < today()"):
        definition = a_definition(CHILDREN, an_item("born", ItemKind.DATE), an_item("a", shown_if=condition))
        assert list(never_shown(definition, conditions_of(definition))) == []


COMPARED = st.tuples(
    st.sampled_from(["a", "b"]), st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.integers(-3, 3)
)
PLAIN = st.recursive(
    COMPARED.map(lambda parts: f"${{{parts[0]}}} {parts[1]} {parts[2]}"),
    lambda inner: st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=4,
)
NUMBER = st.one_of(st.none(), st.integers(-5, 5).map(Decimal))


@settings(max_examples=150)
@given(PLAIN, PLAIN, NUMBER, NUMBER)
def test_nothing_that_some_answers_show_is_said_to_be_never_shown(first: str, second: str, a: Any, b: Any) -> None:
    definition = a_definition(
        an_item("a", ItemKind.NUMBER),
        an_item("b", ItemKind.NUMBER, shown_if=first.replace("${b}", "${a}")),
        an_item("c", shown_if=second),
    )
    conditions = conditions_of(definition)
    shown = {item.id for item in conditions.shown(definition, {"a": a, "b": b}, DAY)}
    assert not shown & {item.id for item in never_shown(definition, conditions)}


def test_a_chain_of_conditions_as_long_as_an_instrument_is_not_followed_answer_by_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = [an_item(f"q{number}", shown_if=f"${{q{number - 1}}} = 'x'" if number else "") for number in range(60)]
    asked = list[str]()

    def counted(text: str) -> Tree:
        asked.append(text)
        return parse(text)

    monkeypatch.setattr(possible, "parse", counted)
    definition = a_definition(*chain)
    assert list(never_shown(definition, conditions_of(definition))) == []
    assert len(asked) <= sum(range(possible.MOST_READ + 1))


def test_a_definition_is_written_as_its_schema_dumps_it() -> None:
    definition = a_whole_one()
    dumped = DefinitionSchema().dump(definition)
    for part in (dumped, *dumped["sections"], *(item for section in dumped["sections"] for item in section["items"])):
        part["allows"] = sorted(part["allows"])
    assert to_json(definition) == dumped


BILAN = first_version(InstrumentKind.BILAN).definition


def bilan_with(item: str, **facts: Any) -> Definition:
    return with_item_instead(BILAN, replace(BILAN.items[item], **facts), item)


def test_the_bilan_of_the_house_can_be_published_and_its_dimensions_are_those_of_the_rules() -> None:
    assert problems_of(BILAN) == []
    assert set(feeding(BILAN)) == set(DIMENSIONS)
    assert list(LABELS) == list(DIMENSIONS)


@pytest.mark.parametrize(
    ("definition", "problem"),
    [
        (bilan_with("work", dimension=""), ("dimension_missing", "")),
        (bilan_with("work", dimension="luck"), ("unknown_dimension", "work")),
        (bilan_with("work", dimension="family"), ("dimension_twice", "family")),
        (bilan_with("work", kind=ItemKind.ONE_OF), ("dimension_scale", "work")),
        (bilan_with("health", sealed=False), ("dimension_open", "health")),
        (bilan_with("debts", sealed=True), ("dimension_sealed", "debts")),
        (bilan_with("debts", required=True), ("dimension_required", "debts")),
    ],
)
def test_a_bilan_that_gives_no_whole_situation_is_not_published(
    definition: Definition, problem: tuple[str, str]
) -> None:
    assert problem in told(definition)
    assert all(found.blocks for found in problems_of(definition))
    # Of another kind of instrument nothing of this is asked.
    assert told(replace(definition, kind=InstrumentKind.PLAN_TEMPLATE)) == []


@given(scores=st.permutations((*LEVELS, None)).map(lambda drawn: drawn[:6]))
def test_a_scale_of_a_dimension_has_each_level_once(scores: list[int | None]) -> None:
    choices = tuple(Choice(str(place), {"fr": f"choix {place}"}, score) for place, score in enumerate(scores))
    asked = replace(BILAN, lists={**BILAN.lists, "niveaux": choices})
    levels = [place if score is None else score for place, score in enumerate(scores)]
    assert (("dimension_scale", "work") in told(asked)) == (sorted(levels) != list(LEVELS))
