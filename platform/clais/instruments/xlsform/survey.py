"""The sheet of questions: its rows become sections of items."""

from collections.abc import Callable
from dataclasses import dataclass, field

from clais.instruments.rules.definition import Item, ItemKind, Section, Texts
from clais.instruments.schemas import LONGEST_HINT, LONGEST_LABEL
from clais.instruments.xlsform.cells import Cells, truth
from clais.instruments.xlsform.choice_lists import ChoiceLists
from clais.instruments.xlsform.columns import OWN, Columns
from clais.instruments.xlsform.expressions import straight, unsaid
from clais.instruments.xlsform.groups import LONGEST_CODE, Groups, Part
from clais.instruments.xlsform.problems import Told
from clais.instruments.xlsform.types import KINDS_OF, LIKERT, MULTILINE, YES_NO_LIST, Meaning, meaning, nearest_type

_NOT_OF_GROUPS = (
    "required",
    "constraint",
    "appearance",
    *(OWN + name for name in ("kind", "dimension", "sealed", "icon")),
)
_BESIDE_GROUPS = ("hint", "constraint_message")


@dataclass(slots=True)
class Questions:
    """What was read: the sections, the rows of each id, the lists that were questions of yes and no only."""

    columns: Columns
    sections: list[Section] = field(default_factory=list)
    rows: dict[str, list[int]] = field(default_factory=dict)
    yes_no: set[str] = field(default_factory=set)


def questions_of(columns: Columns, lists: ChoiceLists, title: Texts, told: Told) -> Questions:
    """The sections of a sheet. `title` heads what stands in no group."""
    return _Survey(columns, lists, title, told).read()


class _Survey:
    def __init__(self, columns: Columns, lists: ChoiceLists, title: Texts, told: Told) -> None:
        self._columns, self._lists, self._told = columns, lists, told
        rows = list(columns.sheet.filled())
        self._groups = Groups(title, {columns.text(row, "name") for row in rows})
        self._left_out = {columns.text(row, "name") for row in rows if self._is_left_out(row)} - {""}
        self._notes: list[tuple[int, Texts]] = []
        self._found = Questions(columns)
        self._listed = set[str]()
        self._steps: dict[str, Callable[[Cells, Meaning], None]] = {
            "ask": self._ask,
            "begin": self._begin,
            "end": self._end,
            "note": self._note,
            "left_out": self._leave_out,
            "unknown": self._refuse,
        }

    def read(self) -> Questions:
        for row in self._columns.sheet.filled():
            cells = Cells(self._columns, row, self._told)
            if truth(cells("disabled")) is True:
                self._told.lost("row_left_out", row, cells.heading("disabled"), cells("name"))
            elif not cells("type"):
                self._told.wrong("cell_missing", row, cells.heading("type"))
            else:
                said = meaning(cells("type"))
                self._steps[said.does](cells, said)
        self._drop_notes()
        for part in self._groups.open:
            self._told.wrong("begin_without_end", part.row, self._columns.heading("type"), part.id)
        kept, lost = self._groups.sections()
        for part in kept:
            self._found.sections.append(part.section())
            self._found.rows.setdefault(part.id, []).append(part.row)
        for part in lost:
            for language, text in part.label.items():
                self._told.lost("heading_left_out", part.row, self._columns.heading("label", language), text)
        for rows in self._found.rows.values():
            rows.sort()
        self._found.yes_no -= self._listed
        return self._found

    def _is_left_out(self, row: int) -> bool:
        disabled = truth(self._columns.text(row, "disabled"))
        return disabled is True or meaning(self._columns.text(row, "type")).does in {"left_out", "note"}

    def _refuse(self, cells: Cells, said: Meaning) -> None:
        self._told.wrong("unknown_type", cells.row, cells.heading("type"), said.word, *nearest_type(said.word))

    def _leave_out(self, cells: Cells, said: Meaning) -> None:
        self._told.lost("type_left_out", cells.row, cells.heading("type"), said.word, cells("name"))

    def _begin(self, cells: Cells, said: Meaning) -> None:
        self._drop_notes()
        if not cells("name"):
            self._told.wrong("cell_missing", cells.row, cells.heading("name"))
        if said.word != "group":
            self._told.lost("repeat_left_out", cells.row, cells.heading("type"), cells("name"))
        for name in _NOT_OF_GROUPS:
            if cells(name):
                self._told.lost("cell_left_out", cells.row, cells.heading(name), cells(name))
        for name in _BESIDE_GROUPS:
            for language, text in self._columns.texts(cells.row, name).items():
                self._told.lost("cell_left_out", cells.row, self._columns.heading(name, language), text)
        condition = self._expression(cells, "relevant")
        part = Part(cells("name"), cells.texts("label", LONGEST_LABEL), cells.row, condition, cells.latitudes())
        around = self._groups.begin(part)
        if around is not None:
            self._told.lost("nested_group", cells.row, cells.heading("type"), part.id, around.id)

    def _end(self, cells: Cells, _said: Meaning) -> None:
        self._drop_notes()
        if not self._groups.open:
            self._told.wrong("end_without_begin", cells.row, cells.heading("type"))
            return
        part = self._groups.open.pop()
        if cells("name") and cells("name") != part.id:
            self._told.wrong("end_of_another", cells.row, cells.heading("name"), cells("name"), part.id)

    def _note(self, cells: Cells, _said: Meaning) -> None:
        self._notes.append((cells.row, cells.texts("label", LONGEST_HINT)))
        if cells("relevant"):
            self._drop_notes()

    def _drop_notes(self) -> None:
        """Tell the notes that no question of their group follows, or that stand under a condition."""
        for row, texts in self._notes:
            self._told.lost("note_left_out", row, self._columns.heading("type"), *list(texts.values())[:1])
        self._notes.clear()

    def _hint(self, cells: Cells) -> Texts:
        """The hint of a question, after the notes that stand before it."""
        hint = dict(cells.texts("hint", LONGEST_HINT))
        before: dict[str, list[str]] = {}
        for row, texts in self._notes:
            self._told.lost("note_in_hint", row, self._columns.heading("type"), cells("name"))
            for language, text in texts.items():
                before.setdefault(language, []).append(text)
        self._notes.clear()
        for language, texts_before in before.items():
            hint[language] = "\n".join([*texts_before, *filter(None, [hint.get(language)])])
            if len(hint[language]) > LONGEST_HINT:
                self._told.wrong(
                    "text_too_long", cells.row, cells.heading("hint"), str(len(hint[language])), str(LONGEST_HINT)
                )
        return hint

    def _ask(self, cells: Cells, said: Meaning) -> None:
        if not cells("name"):
            self._told.wrong("cell_missing", cells.row, cells.heading("name"))
            return
        kind = self._kind(cells, said)
        if kind is ItemKind.YES_NO:
            self._found.yes_no.add(said.list)
        else:
            self._listed.add(said.list)
        item = Item(
            cells("name"),
            kind,
            cells.texts("label", LONGEST_LABEL),
            self._hint(cells),
            self._required(cells),
            "" if kind is ItemKind.YES_NO else said.list,
            self._expression(cells, "relevant"),
            self._expression(cells, "constraint"),
            cells.texts("constraint_message", LONGEST_LABEL),
            cells.short(OWN + "dimension", LONGEST_CODE),
            cells.flag(OWN + "sealed"),
            cells.short(OWN + "icon", LONGEST_CODE),
            cells.latitudes(),
        )
        self._found.rows.setdefault(item.id, []).append(cells.row)
        if self._groups.add(item, cells.row):
            self._told.lost("no_group", cells.row, cells.heading("type"))

    def _kind(self, cells: Cells, said: Meaning) -> ItemKind:
        """The kind of a question: as our own column says, else as its type, its list and its appearance."""
        kind = said.kind or ItemKind.TEXT
        if said.widened:
            self._told.lost("type_widened", cells.row, cells.heading("type"), said.word, kind)
        if said.or_other:
            self._told.lost("or_other", cells.row, cells.heading("type"), said.list)
        looks = set(cells("appearance").lower().split())
        asked = cells.code(OWN + "kind", ItemKind)
        if asked is not None and asked is not kind and asked not in KINDS_OF.get(kind, ()):
            self._told.wrong("kind_of_another_type", cells.row, cells.heading(OWN + "kind"), asked, said.word)
            asked = None
        if kind is ItemKind.TEXT and MULTILINE in looks:
            looks.discard(MULTILINE)
            kind = ItemKind.LONG_TEXT
        elif kind is ItemKind.ONE_OF and LIKERT in looks and asked in self._scales(said.list):
            looks.discard(LIKERT)
            kind = ItemKind.SCALE
        elif kind is ItemKind.ONE_OF and said.list == YES_NO_LIST and self._lists.is_yes_no(said.list):
            kind = ItemKind.YES_NO
        if asked is ItemKind.YES_NO and not self._lists.is_yes_no(said.list):
            self._told.wrong("not_yes_no", cells.row, cells.heading("type"), said.list)
            asked = None
        if looks:
            self._told.lost("cell_left_out", cells.row, cells.heading("appearance"), " ".join(sorted(looks)))
        return asked or kind

    def _scales(self, name: str) -> set[ItemKind | None]:
        """What our own column may say for a list that looks like a scale to be one."""
        return {ItemKind.SCALE, None} if self._lists.is_numbered(name) else {ItemKind.SCALE}

    def _required(self, cells: Cells) -> bool:
        found = truth(cells("required"))
        if found is None:
            self._told.lost("required_sometimes", cells.row, cells.heading("required"), cells("required"))
        return bool(found)

    def _expression(self, cells: Cells, name: str) -> str:
        """A condition; empty when it needs what a definition cannot say."""
        text = straight(cells(name))
        needs = list(dict.fromkeys(unsaid(text, self._left_out)))
        if needs:
            self._told.lost("expression_left_out", cells.row, cells.heading(name), text, *needs)
            return ""
        return text
