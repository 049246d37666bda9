"""A file that is written has texts only, its headings stay in sight, and what no cell can say is listed beside."""

from io import BytesIO
from zipfile import ZipFile

from clais.instruments.rules.definition import Choice, ItemKind
from clais.instruments.xlsform.reading import read
from clais.instruments.xlsform.writing import write
from tests.clais.instruments.definitions import a_definition, an_item


def test_every_cell_is_a_text_and_the_headings_stay_in_sight() -> None:
    definition = a_definition(an_item("q", label={"fr": "=1+1"}), an_item("levels", ItemKind.SCALE))
    with ZipFile(BytesIO(write(definition).content)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert len(sheets) == 3
    for sheet in sheets:
        assert sheet.count("<c ") == sheet.count('t="inlineStr"') > 0
        assert "<f>" not in sheet
        assert 'state="frozen"' in sheet
    assert "=1+1" in sheets[0]


def test_what_no_cell_can_say_is_listed() -> None:
    definition = a_definition(
        an_item("q", list="languages"),
        an_item("long", label={"fr": "x" * 40_000}),
        lists={"nothing": ()},
        languages=(),
    )
    unsaid = {problem.code: problem.part for problem in write(definition).unsaid}
    assert unsaid == {"no_languages": "", "empty_list": "nothing", "list_of_no_choices": "q", "cell_too_long": ""}


def test_a_list_that_is_called_yes_no_and_a_question_of_yes_or_no_do_not_meet() -> None:
    mine = (Choice("yes", {"fr": "Volontiers"}), Choice("no", {"fr": "Jamais"}))
    definition = a_definition(
        an_item("asked", ItemKind.YES_NO), an_item("mine", ItemKind.ONE_OF, list="yes_no"), lists={"yes_no": mine}
    )
    assert read(write(definition).content, definition.kind).definition == definition


def test_what_a_trainer_opens_says_which_language_a_column_has() -> None:
    definition = a_definition(an_item("q", label={"fr": "Où ?", "ar": "أين؟"}), languages=("fr", "ar"))
    with ZipFile(BytesIO(write(definition).content)) as archive:
        survey = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "label::Français (fr)" in survey
    assert "label::العربية (ar)" in survey
