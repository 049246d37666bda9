"""What pyxform, the reference implementation of XLSForm, refuses and we do not: no other tool would take the form.

It gets our cells, without the columns that are ours alone, and never the file.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from clais.instruments.xlsform.columns import OWN
from clais.instruments.xlsform.problems import SURVEY, SheetProblem
from clais.instruments.xlsform.workbook import Sheet

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]|\brow (?:number )?(\d+)")
_SHEET = re.compile(r"'(survey|choices|settings)' (?:sheet|worksheet)")
_COLUMN = re.compile(r"the '([^']+)' (?:value|column)")
_LONGEST = 300
"""Of what it says, the characters that are shown."""
_LONGEST_CELL = 2_000
"""The characters of a cell that it reads: more of them are refused by us."""
_FAULTS = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
"""What it raises for forms that it did not foresee."""


def refused_by_pyxform(sheets: Mapping[str, Sheet], told: Sequence[SheetProblem]) -> list[SheetProblem]:
    """The problem that pyxform stops at, if nothing that blocks was told of its row, or of a form without one."""
    # Loaded with the first spreadsheet: it takes 16 MB and a third of a second, and most processes read none.
    convert, refusal = import_module("pyxform.xls2xform").convert, import_module("pyxform.errors").PyXFormError
    cells = {key: value for name, sheet in sheets.items() for key, value in _rows(name, sheet).items()}
    try:
        convert(cells, validate=False)
    except refusal as error:
        return _news(str(error), sheets, told)
    except _FAULTS as error:
        return _news(type(error).__name__, sheets, told)
    return []


def _rows(name: str, sheet: Sheet) -> dict[str, list[dict[str, Any]]]:
    columns = [
        (place, heading)
        for place, heading in enumerate(sheet.rows[0] if sheet.rows else ())
        if heading and not _is_ours(heading)
    ]
    rows = [
        {heading: cells[place][:_LONGEST_CELL] for place, heading in columns if place < len(cells) and cells[place]}
        for cells in sheet.rows[1:]
    ]
    return {name: rows, f"{name}_header": [{heading: None for _place, heading in columns}]}


def _is_ours(heading: str) -> bool:
    return heading.strip().lower().startswith(OWN)


def _news(message: str, sheets: Mapping[str, Sheet], told: Iterable[SheetProblem]) -> list[SheetProblem]:
    text = " ".join(_ROW.sub("", message, count=1).split())[:_LONGEST]
    row = int(found[1] or found[2]) if (found := _ROW.search(message)) else None
    kind = found[1] if (found := _SHEET.search(message)) else SURVEY
    sheet = sheets[kind].name if kind in sheets else kind
    column = found[1] if (found := _COLUMN.search(message)) else ""
    blocking = [problem for problem in told if problem.blocks]
    known = any(problem.sheet == sheet and problem.row == row for problem in blocking) if row else bool(blocking)
    return [] if known else [SheetProblem("refused_by_pyxform", sheet, row, column, (text,))]
