"""Where on the sheets a rule of definitions found its problem."""

from dataclasses import dataclass

from clais.instruments.rules.definition import LANGUAGES
from clais.instruments.rules.problems import Problem
from clais.instruments.xlsform.choice_lists import ChoiceLists
from clais.instruments.xlsform.columns import OWN, Columns
from clais.instruments.xlsform.problems import SheetProblem
from clais.instruments.xlsform.survey import Questions

FIRST_ROW = 2
"""The row below the headings."""
_OF_AN_ITEM = frozenset({"unknown_list", "scale_without_numbers"})
"""What is wrong with the list that an item names; else a problem of the field `list` is one of the list itself."""
_COLUMNS = {"id": "name", "shown_if": "relevant", "kind": "type", "list": "type"}
_OF_LISTS = {
    "bad_id": "list_name",
    "empty_list": "list_name",
    "unused_list": "list_name",
    "no_text": "label",
    "untranslated": "label",
}
_TEXTS = frozenset({"label", "hint", "constraint_message"})


@dataclass(frozen=True, slots=True)
class Places:
    """The rows of what was read, by its ids."""

    questions: Questions
    lists: ChoiceLists
    settings: Columns

    def place(self, problem: Problem) -> SheetProblem:
        """A problem of a definition with its sheet, its row and its column."""
        language = problem.about[0] if problem.code == "untranslated" else LANGUAGES[0]
        if problem.field == "title":
            name = "form_title" if language == LANGUAGES[0] else OWN + "title"
            first = next(self.settings.sheet.filled(), FIRST_ROW)
            return self._told(problem, self.settings, first, name, "" if name == "form_title" else language)
        if problem.field == "list" and problem.code not in _OF_AN_ITEM:
            name = _OF_LISTS.get(problem.code, "name")
            row_of_choice = self._row_of_choice(problem)
            return self._told(problem, self.lists.columns, row_of_choice, name, language if name == "label" else "")
        rows = self.questions.rows.get(problem.part, [])
        column = _COLUMNS.get(problem.field, problem.field)
        row = rows[1] if problem.code == "duplicate_id" and len(rows) > 1 else rows[0] if rows else None
        return self._told(problem, self.questions.columns, row, column, language if column in _TEXTS else "")

    def _row_of_choice(self, problem: Problem) -> int | None:
        """The row of the choice that is named, the last one of two; else the first of the list."""
        rows = self.lists.rows.get(problem.part, [])
        pairs = zip(self.lists.lists.get(problem.part, []), rows, strict=True)
        named = [row for choice, row in pairs if choice.code in problem.about]
        return named[-1] if named else next(iter(rows), None)

    @staticmethod
    def _told(problem: Problem, columns: Columns, row: int | None, name: str, language: str = "") -> SheetProblem:
        column = columns.heading(name, language) if name else ""
        return SheetProblem(
            problem.code,
            columns.sheet.name,
            row,
            column,
            problem.about,
            problem.blocks,
            problem.part,
            problem.field,
            problem.at,
        )
