"""What is wrong with a spreadsheet, or cannot be kept of it, with the place where a person sees it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
LIKE = 70
"""The likeness (0 to 100) from which a name is proposed for another one."""


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """One problem. `row` counts from 1 as on the screen, `column` is the heading as it is written, `about` what is
    named; `blocks`: it is refused.

    What a rule of definitions says keeps its code, the id of its part, its field, and the character of an expression.
    """

    code: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    about: tuple[str, ...] = ()
    blocks: bool = True
    part: str = ""
    field: str = ""
    at: int | None = None


class UnreadableError(ValueError):
    """A file that cannot be read at all: `code` says why, `about` names what is meant."""

    def __init__(self, code: str, *about: str) -> None:
        super().__init__(code, about)
        self.code, self.about = code, about


def nearest(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """The name that a word is most like, or none."""
    found = process.extractOne(word.lower(), sorted(names), scorer=fuzz.ratio, score_cutoff=LIKE)
    return (found[0],) if found else ()


class Told:
    """The problems of a sheet, as they are found."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.problems: list[SheetProblem] = []

    def wrong(self, code: str, row: int | None, column: str = "", *about: str) -> None:
        """Tell what makes the form wrong."""
        self.problems.append(SheetProblem(code, self.sheet, row, column, about))

    def lost(self, code: str, row: int | None, column: str = "", *about: str) -> None:
        """Tell what is not kept, or kept otherwise."""
        self.problems.append(SheetProblem(code, self.sheet, row, column, about, blocks=False))
