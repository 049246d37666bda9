"""A platform's layer changes what the locks allow, and nothing else."""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from clais.instruments.layers import layer_of, layer_to_json
from clais.instruments.rules.definition import Choice, Definition, Item, ItemKind, Latitude, Section, Texts
from clais.instruments.rules.latitude import Reason, Refusal, applied
from clais.instruments.rules.local import (
    OWN_KINDS,
    Layer,
    LocalPart,
    OwnItem,
    OwnSection,
    What,
    marks_of,
    parts_of,
    remembered,
    with_item,
    without,
)
from clais.instruments.rules.problems import blocking, problems_of
from tests.clais.instruments.definitions import a_definition, an_item
from tests.clais.instruments.strategies import definitions, texts

OWN_TEXT = {"fr": "Chez nous"}
MINE = OwnItem("p_permis", ItemKind.YES_NO, {"fr": "Avez-vous le permis ?"})
GENDER = an_item("langue", ItemKind.ONE_OF)
OF_FIELD = {
    "label": Latitude.REWORD,
    "hint": Latitude.HINT,
    "required": Latitude.REQUIRE,
    "list": Latitude.CHOICES,
}


@st.composite
def layers(draw: st.DrawFn, definition: Definition) -> Layer:
    """Anything that may have been posted for a definition, possible or not."""
    common = [*definition.items, *(section.id for section in definition.sections), "nobody", "p_a"]
    parts = st.sampled_from(common)
    words = texts(["fr"], always=False)
    codes = [code for choices in definition.lists.values() for code in (choice.code for choice in choices)]
    own = st.sampled_from(["p_a", "p_b", "q", "p-a", *codes])
    choices = st.lists(st.builds(Choice, own, words), max_size=3).map(tuple)
    ids = st.sampled_from(["p_a", "p_b", "p_c", "P_D", *common])
    conditions = st.sampled_from(
        ["", "true()", "1 = 1", "${p_a} = 1", "${x", *(f"${{{one}}} = 'yes'" for one in common)]
    )
    kinds = st.sampled_from([*OWN_KINDS, ItemKind.SCALE])
    items = st.builds(OwnItem, ids, kinds, words, words, st.booleans(), st.booleans(), conditions, choices)
    return Layer(
        draw(st.dictionaries(parts, words, max_size=3)),
        draw(st.dictionaries(parts, words, max_size=3)),
        tuple(draw(st.lists(parts, max_size=3))),
        tuple(draw(st.lists(parts, max_size=3))),
        draw(st.dictionaries(parts, choices, max_size=2)),
        tuple(draw(st.lists(st.builds(OwnSection, ids, words), max_size=2))),
        draw(st.dictionaries(parts | ids, st.lists(items, max_size=3).map(tuple), max_size=2)),
        draw(st.dictionaries(parts, st.lists(parts | ids, max_size=5).map(tuple), max_size=2)),
    )


CASES = definitions().flatmap(lambda definition: st.tuples(st.just(definition), layers(definition)))


def crossed(before: Definition, after: Definition) -> list[str]:
    """The locks that what is asked has crossed."""
    found = []
    for item in before.items.values():
        now = after.items.get(item.id)
        if now is None:
            found += [item.id] if Latitude.SKIP not in item.allows else []
            continue
        names = [one.name for one in fields(Item)]
        changed = [name for name in names if getattr(now, name) != getattr(item, name)]
        found += [f"{item.id}.{name}" for name in changed if OF_FIELD.get(name) not in item.allows]
        was, choices = before.choices(item), after.choices(now)
        if choices[: len(was)] != was or not all(one.code.startswith("p_") for one in choices[len(was) :]):
            found.append(f"{item.id}.choices")
    for section in before.sections:
        (there,) = [one for one in after.sections if one.id == section.id]
        locked = [one.id for one in section.items if not one.allows]
        found += [section.id] if [one.id for one in there.items if one.id in locked] != locked else []
        if replace(there, items=()) != replace(section, items=()):
            found.append(section.id)
        if Latitude.ADD not in section.allows and any(one.id not in before.items for one in there.items):
            found.append(section.id)
    return found


@settings(max_examples=60)
@given(CASES)
def test_no_layer_crosses_a_lock(case: tuple[Definition, Layer]) -> None:
    definition, layer = case
    asked, _refused = applied(definition, layer)
    assert crossed(definition, asked) == []
    assert all(asked.lists[name] == choices for name, choices in definition.lists.items())
    assert replace(asked, sections=definition.sections, lists=definition.lists) == definition
    own = set(asked.items).difference(definition.items)
    assert all(one.startswith("p_") for one in own)
    assert all(one.id.startswith("p_") for one in asked.sections[len(definition.sections) :])


@settings(max_examples=60)
@given(CASES)
def test_what_is_applied_twice_is_the_same(case: tuple[Definition, Layer]) -> None:
    definition, layer = case
    asked, refused = applied(definition, layer)
    assert (asked, refused) == applied(definition, layer)
    assert applied(asked, layer)[0] == asked


@settings(max_examples=60)
@given(CASES)
def test_every_part_is_in_what_is_asked_or_refused(case: tuple[Definition, Layer]) -> None:
    definition, layer = case
    asked, refused = applied(definition, layer)
    told = {one.part for one in refused}
    assert told <= set(parts_of(layer))
    for part in parts_of(layer):
        assert part in told or _stands(asked, layer, part), part


def _stands(asked: Definition, layer: Layer, part: LocalPart) -> bool:  # noqa: PLR0911 - one a kind of part
    item = asked.items.get(part.part)
    match part.what:
        case What.SKIP:
            return item is None
        case What.SECTION:
            return any(one.id == part.part for one in asked.sections)
        case What.ORDER:
            there = [one.id for section in asked.sections if section.id == part.part for one in section.items]
            order = [one for one in dict.fromkeys(layer.orders[part.part]) if one in there]
            return [one for one in there if one in order] == order
        case _ if item is None:
            return part.part in layer.skipped
        case What.LABEL | What.HINT:
            texts_ = layer.labels if part.what is What.LABEL else layer.hints
            said: Texts = getattr(item, part.what.value)
            return said["fr"] == texts_[part.part]["fr"]
        case What.REQUIRE:
            return item.required
        case What.CHOICE:
            return any(choice.code == part.code for choice in asked.choices(item))
        case _:
            return True


@settings(max_examples=20)
@given(definitions())
def test_a_layer_of_nothing_changes_nothing(definition: Definition) -> None:
    assert applied(definition, Layer()) == (definition, [])


def test_a_definition_without_locks_shows_that_the_check_sees() -> None:
    """The planted fault: what is applied where nothing is locked crosses every lock of the same questions."""
    every = frozenset(Latitude)
    locked = a_definition(an_item("a"), an_item("b"), GENDER)
    opened = replace(
        locked,
        sections=tuple(
            replace(one, allows=every, items=tuple(replace(item, allows=every) for item in one.items))
            for one in locked.sections
        ),
    )
    layer = Layer(
        labels={"a": OWN_TEXT},
        hints={"a": OWN_TEXT},
        required=("a",),
        skipped=("b",),
        choices={"langue": (Choice("p_wallon", {"fr": "wallon"}),)},
        items={"situation": (MINE,)},
        orders={"situation": ("langue", "a")},
    )
    asked, refused = applied(opened, layer)
    assert refused == []
    seen = set(crossed(locked, asked))
    assert {"a.label", "a.hint", "a.required", "b", "langue.list", "situation"} <= seen


def refused_of(definition: Definition, layer: Layer) -> list[tuple[What, str, Reason]]:
    return [(one.part.what, one.part.part, one.reason) for one in applied(definition, layer)[1]]


def open_section(*items: Item, allows: Sequence[Latitude] = (Latitude.ADD,)) -> Definition:
    return a_definition(sections=(Section("situation", {"fr": "Situation"}, items, allows=frozenset(allows)),))


def test_the_locks_say_why_each_part_is_refused() -> None:
    locked = a_definition(an_item("a"))
    layer = Layer(labels={"a": OWN_TEXT}, hints={"b": OWN_TEXT}, skipped=("a",), items={"situation": (MINE,)})
    assert refused_of(locked, layer) == [
        (What.LABEL, "a", Reason.LOCKED),
        (What.HINT, "b", Reason.GONE),
        (What.SKIP, "a", Reason.LOCKED),
        (What.ITEM, "p_permis", Reason.LOCKED),
    ]


def test_what_others_depend_on_is_not_left_out_unless_they_are_too() -> None:
    skip = frozenset({Latitude.SKIP})
    first, then = an_item("a", allows=skip), an_item("b", shown_if="${a} = 'x'", allows=skip)
    asked = a_definition(first, then, an_item("c"))
    assert refused_of(asked, Layer(skipped=("a",))) == [(What.SKIP, "a", Reason.READ)]
    assert list(applied(asked, Layer(skipped=("a", "b")))[0].items) == ["c"]
    assert refused_of(a_definition(first), Layer(skipped=("a",))) == [(What.SKIP, "a", Reason.LAST)]


def test_a_choice_is_added_to_one_question_and_not_to_those_that_share_its_list() -> None:
    definition = a_definition(replace(GENDER, allows=frozenset({Latitude.CHOICES})), replace(GENDER, id="autre"))
    walloon = Choice("p_wallon", {"fr": "wallon"})
    asked, refused = applied(definition, Layer(choices={"langue": (walloon,), "autre": (walloon,)}))
    assert [choice.code for choice in asked.choices(asked.items["langue"])] == ["fr", "ar", "tr", "p_wallon"]
    assert [choice.code for choice in asked.choices(asked.items["autre"])] == ["fr", "ar", "tr"]
    assert refused == [Refusal(LocalPart(What.CHOICE, "autre", "p_wallon"), Reason.LOCKED)]
    assert marks_of(definition, asked) == {"langue": False}


def test_own_questions_read_common_ones_and_not_one_another() -> None:
    definition = open_section(an_item("enfants", ItemKind.NUMBER))
    reads = replace(MINE, shown_if="${enfants} >= 1")
    own = replace(MINE, id="p_autre", shown_if="${p_permis} = 'yes'")
    asked, refused = applied(definition, Layer(items={"situation": (reads, own)}))
    assert list(asked.items) == ["enfants", "p_permis"]
    assert [one.reason for one in refused] == [Reason.CONDITION]
    assert blocking(problems_of(asked)) == []
    assert marks_of(definition, asked) == {"p_permis": True}


def test_an_own_section_stands_at_the_end_with_its_questions() -> None:
    definition = replace(a_definition(an_item("a")), allows=frozenset({Latitude.ADD}))
    layer = with_item(Layer(sections=(OwnSection("p_nous", OWN_TEXT),)), MINE, "p_nous")
    asked, refused = applied(definition, layer)
    assert (refused, [section.id for section in asked.sections]) == ([], ["situation", "p_nous"])
    assert without(layer, LocalPart(What.SECTION, "p_nous")) == Layer()
    assert refused_of(replace(definition, allows=frozenset()), layer) == [
        (What.SECTION, "p_nous", Reason.LOCKED),
        (What.ITEM, "p_permis", Reason.GONE),
    ]


def test_only_what_may_move_moves() -> None:
    moves = frozenset({Latitude.REORDER})
    definition = open_section(an_item("a"), an_item("b"), an_item("c", allows=moves))
    layer = Layer(items={"situation": (MINE,)}, orders={"situation": ("p_permis", "c", "a", "b")})
    assert list(applied(definition, layer)[0].items) == ["p_permis", "c", "a", "b"]
    crossing = replace(layer, orders={"situation": ("b", "a")})
    assert list(applied(definition, crossing)[0].items) == ["a", "b", "c", "p_permis"]
    assert refused_of(definition, crossing) == [(What.ORDER, "situation", Reason.LOCKED)]


@settings(max_examples=40)
@given(definitions().flatmap(layers))
def test_each_part_can_be_taken_back(layer: Layer) -> None:
    for part in parts_of(layer):
        left = parts_of(without(layer, part))
        assert part not in left
        assert set(left) < set(parts_of(layer))


@given(st.data())
def test_a_layer_is_stored_as_it_is(data: st.DataObject) -> None:
    layer = data.draw(layers(a_definition(an_item("a"), GENDER)))
    assert layer_of(layer_to_json(layer)) == layer


@pytest.mark.parametrize(
    "posted",
    [
        {"titles": {}},
        {"items": {"a": [{"id": "p_x", "kind": "text", "constraint": "1"}]}},
        {"labels": {"a": {"xx": ""}}},
    ],
)
def test_a_layer_of_another_shape_is_refused(posted: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        layer_of(posted)


def test_what_was_taken_back_is_remembered_for_the_answers_that_there_are() -> None:
    before = Layer(items={"situation": (replace(MINE, shown_if="${a} = 'x'"),)})
    kept = remembered([before, Layer(hints={"a": OWN_TEXT})])
    assert kept.items == {"situation": (MINE,)}
    assert kept.hints == {}
