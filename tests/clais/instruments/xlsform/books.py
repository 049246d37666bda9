"""Small spreadsheets for tests, made up."""

from collections.abc import Callable, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from clais.instruments.rules.definition import InstrumentKind
from clais.instruments.xlsform.reading import Reading, read

Rows = Sequence[Sequence[str | float | bool]]
SURVEY: Rows = [
    ["type", "name", "label::Français (fr)", "relevant"],
    ["begin_group", "needs", "Besoins", ""],
    ["text", "wish", "Que souhaitez-vous ?", ""],
    ["select_one pace", "pace", "À quel rythme ?", "${wish} != ''"],
    ["end_group", "", "", ""],
]
CHOICES: Rows = [
    ["list_name", "name", "label::Français (fr)", "score"],
    ["pace", "slow", "Lentement", 1],
    ["pace", "fast", "Vite", 2],
]
SETTINGS: Rows = [["form_title"], ["Souhaits"]]


def a_book(
    survey: Rows = SURVEY,
    choices: Rows = CHOICES,
    settings: Rows = SETTINGS,
    *,
    more: Callable[[Workbook, Worksheet], object] = lambda _book, _sheet: None,
    names: Sequence[str] = ("survey", "choices", "settings"),
) -> bytes:
    """A workbook of these rows. `more` does something to it and to its first sheet."""
    content = BytesIO()
    with Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in zip(names, (survey, choices, settings), strict=True):
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell != "":
                        sheet.write(number, place, cell)
        more(book, book.worksheets()[0])
    return content.getvalue()


def a_form(
    *rows: Sequence[str], columns: str = "type name label", choices: Rows = CHOICES, settings: Rows = SETTINGS
) -> Reading:
    """A form with these rows of its survey, as it is read."""
    return read(a_book([columns.split(" "), *rows], choices, settings), InstrumentKind.PLAN_TEMPLATE)


def changed(content: bytes, **parts: bytes | None) -> bytes:
    """A workbook with some of its parts replaced; the name of a part is written with two strokes for each slash."""
    given = {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    found = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(found, "w", ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in given:
                after.writestr(name, before.read(name))
        for name, part in given.items():
            if part is not None:
                after.writestr(name, part)
    return found.getvalue()


def told(reading: Reading, *codes: str) -> list[tuple[str, str, int | None, str]]:
    """The problems of a reading with their places; of these codes, or all."""
    return [
        (problem.code, problem.sheet, problem.row, problem.column)
        for problem in reading.problems
        if not codes or problem.code in codes
    ]
