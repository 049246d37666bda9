"""What XLSForm says is kept as far as a definition can say it, and the rest is told with its sheet, row and column."""

from collections.abc import Sequence

import pytest

from clais.instruments.rules.definition import Definition, InstrumentKind, Item, ItemKind, Latitude
from clais.instruments.xlsform.reading import Reading, read
from clais.instruments.xlsform.writing import write
from tests.clais.instruments.xlsform.books import CHOICES, SETTINGS, a_book, a_form, told


def of(found: Reading) -> Definition:
    assert found.definition is not None
    return found.definition


def only(found: Reading) -> Item:
    (item,) = of(found).items.values()
    return item


def test_a_form_that_is_sound_is_read_without_a_word() -> None:
    found = read(a_book(), InstrumentKind.PLAN_TEMPLATE)
    assert found.problems == ()
    (section,) = of(found).sections
    assert (section.id, section.label, [item.kind for item in section.items]) == (
        "needs",
        {"fr": "Besoins"},
        [ItemKind.TEXT, ItemKind.ONE_OF],
    )
    assert [choice.score for choice in of(found).lists["pace"]] == [1, 2]
    assert of(found).title == {"fr": "Souhaits"}


YES_NO = [["list_name", "name", "label"], ["yes_no", "yes", "Oui"], ["yes_no", "no", "Non"]]
LEVELS = [["list_name", "name", "label"], ["levels", "0", "Jamais"], ["levels", 1, "Souvent"]]
COLUMNS = "type name label appearance clais::kind"


@pytest.mark.parametrize(
    ("row", "kind", "choices"),
    [
        (["text", "q", "?"], ItemKind.TEXT, CHOICES),
        (["text", "q", "?", "multiline"], ItemKind.LONG_TEXT, CHOICES),
        (["text", "q", "?", "", "occupation"], ItemKind.OCCUPATION, CHOICES),
        (["text", "q", "?", "", "municipality"], ItemKind.MUNICIPALITY, CHOICES),
        (["decimal", "q", "?"], ItemKind.NUMBER, CHOICES),
        (["date", "q", "?"], ItemKind.DATE, CHOICES),
        (["file", "q", "?"], ItemKind.FILE, CHOICES),
        (["select_one pace", "q", "?"], ItemKind.ONE_OF, CHOICES),
        (["select one from pace", "q", "?"], ItemKind.ONE_OF, CHOICES),
        (["select_multiple pace", "q", "?"], ItemKind.MANY_OF, CHOICES),
        (["select_one yes_no", "q", "?"], ItemKind.YES_NO, YES_NO),
        (["select_one yes_no", "q", "?", "", "one_of"], ItemKind.ONE_OF, YES_NO),
        (["select_one levels", "q", "?"], ItemKind.ONE_OF, LEVELS),
        (["select_one levels", "q", "?", "likert"], ItemKind.SCALE, LEVELS),
        (["select_one levels", "q", "?", "", "scale"], ItemKind.SCALE, LEVELS),
    ],
)
def test_a_type_with_its_list_and_appearance_is_a_kind(
    row: Sequence[str], kind: ItemKind, choices: list[list[str]]
) -> None:
    found = a_form(["begin_group", "g", "G"], row, ["end_group"], columns=COLUMNS, choices=choices)
    assert only(found).kind is kind
    assert not {code for code, *_place in told(found)} - {"unused_list"}


@pytest.mark.parametrize("type_", ["integer", "range", "dateTime", "time", "barcode", "image", "audio"])
def test_a_type_that_accepts_more_here_is_told(type_: str) -> None:
    assert ("type_widened", "survey", 2, "type") in told(a_form([type_, "q", "?"]))


@pytest.mark.parametrize(
    "type_", ["calculate", "geopoint", "rank pace", "start", "select_one_from_file a.csv", "acknowledge"]
)
def test_a_type_that_there_is_not_here_is_left_out_and_told(type_: str) -> None:
    found = a_form(["text", "q", "?"], [type_, "other", "?"])
    assert ("type_left_out", "survey", 3, "type") in told(found)
    assert list(of(found).items) == ["q"]


def test_everything_that_cannot_be_kept_has_its_place_and_does_not_block() -> None:
    columns = "type name label required calculation choice_filter appearance relevant image guidance_hint"
    found = a_form(
        ["begin_repeat", "children", "Enfants"],
        ["text", "first", "Prénom", "${n} > 1"],
        ["end_repeat"],
        ["select_one pace", "pace", "Rythme", "", "", "name = 'slow'", "minimal"],
        ["text", "why", "Pourquoi, ${first} ?", "", "1 + 1", "", "", "regex(${first}, 'a')", "a.png"],
        ["calculate", "n", "", "", "1 + 1"],
        ["text", "more", "Et ?", "", "", "", "", "${n} > 1"],
        ["select_one pace or_other", "other", "Rythme"],
        columns=columns,
    )
    expected = [
        ("repeat_left_out", "survey", 2, "type"),
        ("required_sometimes", "survey", 3, "required"),
        ("or_other", "survey", 9, "type"),
        ("column_left_out", "survey", 5, "choice_filter"),
        ("cell_left_out", "survey", 5, "appearance"),
        ("answer_in_text", "survey", 6, "label"),
        ("column_left_out", "survey", 6, "calculation"),
        ("expression_left_out", "survey", 6, "relevant"),
        ("column_left_out", "survey", 6, "image"),
        ("type_left_out", "survey", 7, "type"),
        ("expression_left_out", "survey", 8, "relevant"),
    ]
    assert set(expected) <= set(told(found))
    assert not found.blocks
    assert {item.shown_if for item in of(found).items.values()} == {""}


@pytest.mark.parametrize(
    "text",
    [
        "pulldata('a', 'b', 'c', ${q})",
        "../q = 1",
        "/data/q = 1",
        "instance('x')/root",
        "count(${q}) > 1",
        "jr:choice-name(${q}, 'q')",
    ],
)
def test_an_expression_with_what_there_is_not_here_is_left_out(text: str) -> None:
    found = a_form(["text", "q", "?", ""], ["text", "r", "?", text], columns="type name label relevant")
    assert ("expression_left_out", "survey", 3, "relevant") in told(found)
    assert of(found).items["r"].shown_if == ""


def test_the_quotes_of_a_word_processor_are_straightened_and_those_in_a_text_are_not() -> None:
    columns = "type name label relevant"
    found = a_form(
        ["text", "q", "?", ""], ["text", "r", "?", "${q} = ‘b’"], ["text", "s", "?", '${q} = "l’été"'], columns=columns
    )
    assert [item.shown_if for item in of(found).items.values()] == ["", "${q} = 'b'", '${q} = "l’été"']


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([["txet", "q", "?"]], ("unknown_type", "survey", 2, "type")),
        ([["text", "", "?"]], ("cell_missing", "survey", 2, "name")),
        ([["", "q", "?"]], ("cell_missing", "survey", 2, "type")),
        ([["text", "q", "?"], ["text", "q", "?"]], ("duplicate_id", "survey", 3, "name")),
        ([["text", "Q 1", "?"]], ("bad_id", "survey", 2, "name")),
        ([["select_one nothing", "q", "?"]], ("unknown_list", "survey", 2, "type")),
        ([["select_one", "q", "?"]], ("unknown_list", "survey", 2, "type")),
        ([["begin_group", "g", "G"], ["text", "q", "?"]], ("begin_without_end", "survey", 2, "type")),
        ([["text", "q", "?"], ["end_group"]], ("end_without_begin", "survey", 3, "type")),
        ([["begin_group", "g", "G"], ["text", "q", "?"], ["end_group", "h"]], ("end_of_another", "survey", 4, "name")),
        ([["text", "q", "?" * 501]], ("text_too_long", "survey", 2, "label")),
        ([["text", "q", ""]], ("no_text", "survey", 2, "label")),
        ([["text", "q", "?", "${nobody} = 1"]], ("unknown_item", "survey", 2, "relevant")),
        ([["text", "q", "?", "reg(1)"]], ("unknown_function", "survey", 2, "relevant")),
        ([["text", "q", "?", "", ". >"]], ("cut_short", "survey", 2, "constraint")),
        ([["text", "q", "?", "", "", "scale"]], ("kind_of_another_type", "survey", 2, "clais::kind")),
        ([["text", "q", "?", "", "", "txt"]], ("unknown_value", "survey", 2, "clais::kind")),
        ([["text", "q", "?", "", "", "", "perhaps"]], ("unknown_value", "survey", 2, "clais::sealed")),
        ([["text", "q", "?", "", "", "", "", "hint, paint"]], ("unknown_value", "survey", 2, "clais::allows")),
    ],
)
def test_what_is_wrong_blocks_with_its_place(rows: list[list[str]], place: tuple[str, str, int, str]) -> None:
    columns = "type name label relevant constraint clais::kind clais::sealed clais::allows"
    found = a_form(*rows, columns=columns)
    assert place in told(found)
    assert [problem.blocks for problem in found.problems if problem.code == place[0]] == [True]


@pytest.mark.parametrize(
    ("choices", "place"),
    [
        ([["list_name", "name", "label"], ["pace", "", "Vite"]], ("cell_missing", "choices", 2, "name")),
        ([["list_name", "name", "label"], ["", "fast", "Vite"]], ("cell_missing", "choices", 2, "list_name")),
        ([["list_name", "name", "label"], ["pace", "a b", "Vite"]], ("bad_code", "choices", 2, "name")),
        (
            [["list_name", "name", "label"], ["pace", "a", "A"], ["pace", "a", "B"]],
            ("duplicate_code", "choices", 3, "name"),
        ),
        ([["list_name", "name", "label", "score"], ["pace", "a", "A", "many"]], ("bad_score", "choices", 2, "score")),
        (
            [["list_name", "name", "label"], *(["pace", f"c{n}", "A"] for n in range(1001))],
            ("too_many_choices", "choices", 1002, "list_name"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_is_wrong_with_a_list_blocks_with_its_place(
    choices: list[list[str]], place: tuple[str, str, int, str]
) -> None:
    assert place in told(a_form(["select_one pace", "q", "?"], choices=choices))


def test_a_column_that_is_nearly_one_of_ours_blocks_and_is_proposed_and_any_other_is_only_told() -> None:
    found = a_form(["text", "q", "?", "", "à revoir"], columns="type name label relevent remarques")
    problems = {
        problem.column: (problem.code, problem.about, problem.blocks) for problem in found.problems if problem.row == 1
    }
    assert problems["relevent"] == ("unknown_column", ("relevant",), True)
    assert problems["remarques"] == ("unknown_column", (), False)


def test_a_missing_column_is_told_with_the_one_that_is_meant() -> None:
    found = a_form(["text", "q", "?"], columns="typo name label")
    assert ("missing_column", ("typo",)) in [(one.code, one.about) for one in found.problems if one.column == "type"]


@pytest.mark.parametrize(
    "heading",
    ["label::fr", "label::Français (fr)", "label::French", "Label :: fr", "label::fr-BE", "caption::français", "label"],
)
def test_a_language_is_called_in_many_ways(heading: str) -> None:
    survey = [["type", "name", heading], ["text", "q", "Où ?"]]
    assert only(read(a_book(survey), InstrumentKind.PLAN_TEMPLATE)).label == {"fr": "Où ?"}


def test_a_language_that_instruments_do_not_have_is_told() -> None:
    survey = [["type", "name", "label::fr", "label::Wallon (wa)"], ["text", "q", "Où ?", "Wice ?"]]
    found = read(a_book(survey), InstrumentKind.PLAN_TEMPLATE)
    assert ("unknown_language", "survey", 1, "label::Wallon (wa)") in told(found)
    assert of(found).languages == ("fr",)


def test_texts_without_a_language_are_in_the_one_that_the_settings_name() -> None:
    survey = [["type", "name", "label", "label::fr"], ["text", "q", "Waar?", "Où ?"]]
    found = read(
        a_book(survey, settings=[["form_title", "default_language"], ["Wensen", "Nederlands (nl)"]]),
        InstrumentKind.PLAN_TEMPLATE,
    )
    assert only(found).label == {"nl": "Waar?", "fr": "Où ?"}
    assert of(found).languages == ("fr", "nl")
    twice = read(a_book(survey), InstrumentKind.PLAN_TEMPLATE)
    assert ("duplicate_column", "survey", 1, "label::fr") in told(twice)


def test_groups_within_groups_become_sections_under_all_their_conditions() -> None:
    found = a_form(
        ["text", "before", "?"],
        ["begin_group", "outer", "Dehors", "${before} = 'a'"],
        ["text", "one", "?"],
        ["begin_group", "inner", "Dedans", "${one} = 'b'"],
        ["text", "two", "?"],
        ["end_group"],
        ["text", "three", "?"],
        ["end_group"],
        ["begin_group", "only", "Seulement"],
        ["begin_group", "last", "Fin"],
        ["text", "four", "?"],
        ["end_group"],
        ["end_group"],
        columns="type name label relevant",
    )
    sections = [(part.id, part.shown_if, [item.id for item in part.items]) for part in of(found).sections]
    assert sections == [
        ("questions", "", ["before"]),
        ("outer", "${before} = 'a'", ["one"]),
        ("inner", "(${before} = 'a') and (${one} = 'b')", ["two"]),
        ("outer_2", "${before} = 'a'", ["three"]),
        ("last", "", ["four"]),
    ]
    assert told(found, "nested_group", "no_group", "heading_left_out") == [
        ("no_group", "survey", 2, "type"),
        ("nested_group", "survey", 5, "type"),
        ("heading_left_out", "survey", 10, "label"),
        ("nested_group", "survey", 11, "type"),
    ]


def test_a_note_goes_into_the_hint_of_what_follows_it_or_is_told() -> None:
    found = a_form(
        ["begin_group", "g", "G"],
        ["note", "n1", "Lisez à voix haute."],
        ["text", "q", "?"],
        ["note", "n2", "Merci."],
        ["end_group"],
    )
    assert only(found).hint == {"fr": "Lisez à voix haute."}
    assert told(found, "note_in_hint", "note_left_out") == [
        ("note_in_hint", "survey", 3, "type"),
        ("note_left_out", "survey", 5, "type"),
    ]


def test_words_of_their_own_for_yes_and_no_are_told() -> None:
    choices = [["list_name", "name", "label"], ["yes_no", "yes", "D'accord"], ["yes_no", "no", "Non"]]
    found = a_form(["select_one yes_no", "q", "?"], choices=choices)
    assert ("yes_no_words", "choices", 2, "label") in told(found)
    assert of(found).lists == {}


def test_our_own_columns_say_what_xlsform_has_no_words_for() -> None:
    columns = "type name label clais::dimension clais::sealed clais::icon clais::allows"
    found = a_form(
        ["begin_group", "g", "G", "", "", "", "add"],
        ["text", "q", "?", "health", "yes", "heart", "hint reword"],
        ["end_group"],
        columns=columns,
        settings=[[*SETTINGS[0], "clais::kind", "clais::allows"], [*SETTINGS[1], "intake", "add"]],
    )
    item = only(found)
    assert (item.dimension, item.sealed, item.icon) == ("health", True, "heart")
    assert item.allows == frozenset({Latitude.HINT, Latitude.REWORD})
    assert of(found).kind is InstrumentKind.INTAKE
    assert of(found).sections[0].allows == of(found).allows == frozenset({Latitude.ADD})
    assert ("other_kind", "settings", 2, "clais::kind") in told(found)


def test_what_pyxform_alone_refuses_is_told_with_its_row() -> None:
    reserved = a_form(["begin_group", "g", "G"], ["text", "meta", "?"], ["end_group"])
    assert told(reserved, "refused_by_pyxform") == [("refused_by_pyxform", "survey", 3, "name")]
    refused = a_form(["range", "r", "?", "start=a"], columns="type name label parameters")
    assert ("refused_by_pyxform", "survey", 2) in [place[:3] for place in told(refused)]


FORMS = {
    "a visit": [
        ["type", "name", "label", "hint", "required", "relevant", "constraint", "constraint_message"],
        ["start", "began"],
        ["date", "day", "Jour de la visite", "", "yes"],
        ["integer", "people", "Combien de personnes ?", "Vous compris", "", "", ". > 0 and . < 20", "De 1 à 19."],
        ["begin_repeat", "person", "Personne"],
        ["text", "first_name", "Prénom"],
        ["end_repeat"],
        ["note", "thanks", "Presque fini."],
        ["select_multiple pace", "paces", "Rythmes", "", "", "${people} > 1"],
        ["image", "picture", "Photo"],
    ],
    "groups": [
        ["type", "name", "label::French (fr)", "label::Dutch (nl)", "appearance"],
        ["begin_group", "page", "Page", "Pagina", "field-list"],
        ["begin_group", "home", "Logement", "Wonen"],
        ["select_one pace", "speed", "Vite ?", "Snel?", "minimal"],
        ["end_group"],
        ["text", "more", "Encore ?", "Nog?", "multiline"],
        ["end_group"],
        ["calculate", "score"],
    ],
}


@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_another_tool_is_the_same_after_it_was_read_once(name: str) -> None:
    first = read(a_book(FORMS[name]), InstrumentKind.PLAN_TEMPLATE)
    second = read(write(of(first)).content, InstrumentKind.PLAN_TEMPLATE)
    assert second.definition == first.definition
    lost = {problem.code for problem in second.problems} - {"untranslated", "no_text"}
    assert lost == set()
