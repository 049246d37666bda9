"""The sheet of choices: the lists by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from clais.instruments.rules.definition import YES_NO, Choice, is_whole
from clais.instruments.schemas import LONGEST_LABEL, MOST_CHOICES
from clais.instruments.xlsform.cells import Cells
from clais.instruments.xlsform.columns import OWN, Columns
from clais.instruments.xlsform.languages import YES_NO_WORDS
from clais.instruments.xlsform.problems import Told

LARGEST_SCORE = 1000


@dataclass(slots=True)
class ChoiceLists:
    """The lists, the rows of their choices, and the columns that they were read from."""

    columns: Columns
    lists: dict[str, list[Choice]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def is_yes_no(self, name: str) -> bool:
        """Whether a list has the choices yes and no."""
        return tuple(choice.code for choice in self.lists.get(name, ())) == YES_NO

    def is_numbered(self, name: str) -> bool:
        """Whether the codes of a list are whole numbers, as those of a scale."""
        return all(is_whole(choice.code) for choice in self.lists.get(name, ()))

    def without(self, names: set[str]) -> Mapping[str, tuple[Choice, ...]]:
        """The lists but these."""
        return {name: tuple(choices) for name, choices in self.lists.items() if name not in names}


def lists_of(columns: Columns, told: Told) -> ChoiceLists:
    """The lists of a sheet."""
    found = ChoiceLists(columns)
    for row in columns.sheet.filled():
        cells = Cells(columns, row, told)
        name, code = cells("list_name"), cells("name")
        if not name or not code:
            missing = "list_name" if not name else "name"
            told.wrong("cell_missing", row, columns.heading(missing))
            continue
        was = tuple(cells(OWN + "was").split())
        choice = Choice(code, cells.texts("label", LONGEST_LABEL), _score(cells, told), was)
        found.lists.setdefault(name, []).append(choice)
        found.rows.setdefault(name, []).append(row)
    for name, rows in found.rows.items():
        if len(rows) > MOST_CHOICES:
            told.wrong("too_many_choices", rows[MOST_CHOICES], columns.heading("list_name"), name, str(MOST_CHOICES))
    return found


def _score(cells: Cells, told: Told) -> int | None:
    text = cells("score")
    if not text:
        return None
    if is_whole(text) and len(text) <= len(str(-LARGEST_SCORE)) and abs(int(text)) <= LARGEST_SCORE:
        return int(text)
    told.wrong("bad_score", cells.row, cells.heading("score"), text, str(LARGEST_SCORE))
    return None


def tell_lost_words(found: ChoiceLists, name: str, told: Told) -> None:
    """Tell what of a list of yes and no is not kept: scores, and words of its own."""
    for choice, row, place in zip(found.lists[name], found.rows[name], (0, 1), strict=True):
        if choice.score is not None:
            told.lost("yes_no_score", row, found.columns.heading("score"), choice.code)
        for language, text in choice.label.items():
            if text.lower() != YES_NO_WORDS[language][place].lower():
                told.lost("yes_no_words", row, found.columns.heading("label", language), text)
