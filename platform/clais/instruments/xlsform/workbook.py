"""The cells of a spreadsheet as texts. Nothing here knows what a form is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, load_workbook

from clais.instruments.xlsform.package import Looked, opened
from clais.instruments.xlsform.problems import SheetProblem, UnreadableError

_SMALLEST, _LARGEST = 1e-9, 1e15
"""Beyond, a number is written with its power of ten."""
Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of a sheet, row by row, each up to its last one; the first row is its headings."""

    name: str
    rows: list[list[str]] = field(default_factory=list)

    def cell(self, row: int, place: int) -> str:
        """The text of a cell: the row counted from 1, as on the screen, the place in it from 0."""
        cells = self.rows[row - 1]
        return cells[place] if place < len(cells) else ""

    @property
    def width(self) -> int:
        """How many columns have something in them."""
        return max(map(len, self.rows), default=0)

    def heading(self, place: int) -> str:
        """The heading of a column, else its letters."""
        return (self.cell(1, place) if self.rows else "") or letters(place)

    def filled(self) -> Iterator[int]:
        """The rows below the headings that have something in them."""
        return (row for row, cells in enumerate(self.rows, start=1) if row > 1 and any(cells))


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a file, the names of the others, and what should be known of how they were read."""

    sheets: dict[str, Sheet]
    others: list[str]
    problems: list[SheetProblem]


def workbook(content: bytes, wanted: Iterable[str]) -> Workbook:
    """The sheets that are wanted, by their names in small letters. Raises UnreadableError.

    Others are not laid out. They are told, unless their name begins with a stroke.
    """
    package = opened(content)
    sheets, others, problems = dict[str, Sheet](), list[str](), list[SheetProblem]()
    if package.macros:
        problems.append(SheetProblem("macros", blocks=False))
    try:
        with load_workbook(BytesIO(package.content)) as found:
            for name in _worksheets(found):
                key, looked = name.strip().lower(), package.sheets.get(name, Looked())
                if key not in wanted or key in sheets:
                    others.append(name)
                    if looked.farthest[0] > 1 and not key.startswith("_"):
                        problems.append(SheetProblem("sheet_left_out", name, blocks=False))
                    continue
                laid_out = found.get_sheet_by_name(name)
                rows = [_texts(row) for row in laid_out.to_python(skip_empty_area=False)]
                while rows and not any(rows[-1]):
                    rows.pop()
                sheet = sheets[key] = Sheet(name, rows)
                problems += _merged(sheet, laid_out)
                problems += _computed(sheet, looked.formulas)
    except (CalamineError, ValueError, OSError):
        raise UnreadableError("not_a_spreadsheet") from None
    return Workbook(sheets, others, problems)


def _worksheets(found: CalamineWorkbook) -> Iterator[str]:
    for described in found.sheets_metadata:
        if described.typ == SheetTypeEnum.WorkSheet:
            yield described.name


def _merged(sheet: Sheet, laid_out: CalamineSheet) -> Iterator[SheetProblem]:
    """The first merged cells, with how many there are."""
    ranges = laid_out.merged_cell_ranges or []
    for (row, place), _end in sorted(ranges)[:1]:
        yield SheetProblem("merged_cells", sheet.name, row + 1, sheet.heading(place), (str(len(ranges)),), blocks=False)


def _computed(sheet: Sheet, formulas: Iterable[tuple[int, int]]) -> Iterator[SheetProblem]:
    """The first formula of each column, with how many it has: their values were read."""
    columns: dict[int, list[int]] = {}
    for row, column in formulas:
        columns.setdefault(column, []).append(row)
    for column, rows in columns.items():
        yield SheetProblem("formulas", sheet.name, rows[0], sheet.heading(column - 1), (str(len(rows)),), blocks=False)


def _texts(cells: list[Cell]) -> list[str]:
    """The texts of a row, up to the last one that is not empty."""
    found = ["" if cell == "" else text_of(cell) for cell in cells]
    while found and not found[-1]:
        found.pop()
    return found


def text_of(value: Cell) -> str:
    """A cell as a person would type it: whole numbers without a point, days as 2026-11-29."""
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            if not _SMALLEST < abs(value) < _LARGEST:
                return repr(value) if value else "0"
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value).strip()


def letters(place: int) -> str:
    """The letters over a column: A, B … Z, AA …"""
    found, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        found = chr(65 + letter) + found
    return found
