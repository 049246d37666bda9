"""A table as a file that a spreadsheet opens. Whatever a cell says, it is never a formula there.

Who receives a file opens it outside the house: a name such as `=HYPERLINK(…)` must stay a name (OWASP, CSV injection).
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from xlsxwriter import Workbook

Value = str | int | date | datetime | None
"""What a cell holds; a datetime is that of the wall clock, without a time zone."""
BYTE_ORDER_MARK = "\ufeff"
"""Excel reads a CSV file as UTF-8 only behind it."""
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
WIDTH = 22
MIMETYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv"}


def as_csv(rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as a Belgian Excel reads them: semicolons, days as 24/11/2026."""
    content = StringIO()
    writer = csv.writer(content, delimiter=";", lineterminator="\r\n")
    writer.writerows([_plain(value) for value in row] for row in rows)
    return f"{BYTE_ORDER_MARK}{content.getvalue()}".encode()


def as_xlsx(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[Value]], about: tuple[str, Sequence[Sequence[str]]]
) -> bytes:
    """A sheet called `name` of rows under their heads, and one that says what they are: `about`, its name and lines.

    It is made in memory: nothing of it is left in a file of the system.
    """
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(content, options) as book:
        bold = book.add_format({"bold": True})
        formats: dict[type, Any] = {
            date: book.add_format({"num_format": "dd/mm/yyyy"}),
            datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        }
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(heads) - 1, 0), WIDTH)
        _write(sheet, [heads], {str: bold})
        last = _write(sheet, rows, formats, below=1)
        sheet.autofilter(0, 0, last, max(len(heads) - 1, 0))
        told, lines = about
        other = book.add_worksheet(told)
        other.set_column(0, 1, 2 * WIDTH)
        _write(other, lines, {})
    return content.getvalue()


def _write(sheet: Any, rows: Iterable[Sequence[Value]], formats: dict[type, Any], below: int = 0) -> int:
    """Write rows from a line on; the number of the last one."""
    last = below
    for last, row in enumerate(rows, below):
        for place, value in enumerate(row):
            look = formats.get(type(value))
            if isinstance(value, date):
                sheet.write_datetime(last, place, value, look)
            elif isinstance(value, int):
                sheet.write_number(last, place, value, look)
            elif value:
                sheet.write_string(last, place, value, look)
    return last


def _plain(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) and isinstance(value, str) else text
