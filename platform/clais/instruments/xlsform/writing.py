"""An instrument as a spreadsheet (XLSForm), which others and we read back. Every cell is text: nothing is computed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from clais.instruments.rules.definition import (
    LANGUAGES,
    LISTED,
    MAIN_LANGUAGE,
    YES_NO,
    Choice,
    Definition,
    Item,
    ItemKind,
    Latitudes,
    Section,
    Texts,
)
from clais.instruments.rules.problems import Problem
from clais.instruments.xlsform.columns import OWN
from clais.instruments.xlsform.languages import YES_NO_WORDS, called
from clais.instruments.xlsform.problems import CHOICES, SETTINGS, SURVEY
from clais.instruments.xlsform.types import LIKERT, MULTILINE, YES_NO_LIST

LONGEST_CELL = 32_767
"""The characters that a cell may have."""
Row = Mapping[str, str]
_WIDTHS = {"type": 24, "label": 48, "hint": 40, "relevant": 32, "constraint": 24}
_USUAL_WIDTH = 18
_TYPES = {
    ItemKind.TEXT: "text",
    ItemKind.LONG_TEXT: "text",
    ItemKind.NUMBER: "decimal",
    ItemKind.DATE: "date",
    ItemKind.ONE_OF: "select_one",
    ItemKind.MANY_OF: "select_multiple",
    ItemKind.SCALE: "select_one",
    ItemKind.YES_NO: "select_one",
    ItemKind.OCCUPATION: "text",
    ItemKind.MUNICIPALITY: "text",
    ItemKind.FILE: "file",
}
_APPEARANCES = {ItemKind.LONG_TEXT: MULTILINE, ItemKind.SCALE: LIKERT}
_NAMED = frozenset({ItemKind.SCALE, ItemKind.OCCUPATION, ItemKind.MUNICIPALITY})
"""The kinds that no type says."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The bytes of a file, and what of the definition no cell can say."""

    content: bytes
    unsaid: tuple[Problem, ...]


def write(definition: Definition) -> Writing:
    """An instrument as a file."""
    writer = _Writer(definition)
    return Writing(writer.content(), tuple(writer.unsaid()))


class _Writer:
    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        written = {language for texts in self._texts() for language in texts} | {*definition.languages}
        self._languages = [
            *definition.languages,
            *(code for code in LANGUAGES if code in written - {*definition.languages}),
        ]
        spoken = MAIN_LANGUAGE in self._languages or not self._languages
        self._main = MAIN_LANGUAGE if spoken else self._languages[0]
        self._yes_no = YES_NO_LIST
        while self._yes_no in definition.lists:
            self._yes_no += "_"

    def content(self) -> bytes:
        """The bytes of the file."""
        content = BytesIO()
        with Workbook(content, {"constant_memory": True}) as book:
            text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
            heading = book.add_format({"num_format": "@", "bold": True, "bottom": 1})
            sheets = {
                SURVEY: (self._survey_columns(), self._survey()),
                CHOICES: (["list_name", "name", *self._translated("label"), "score", OWN + "was"], self._choices()),
                SETTINGS: (self._settings_columns(), iter([self._settings()])),
            }
            for name, (columns, rows) in sheets.items():
                _fill(book, name, columns, rows, heading, text)
        return content.getvalue()

    def unsaid(self) -> Iterator[Problem]:
        """What no cell can say."""
        if not self._definition.languages:
            yield Problem("no_languages", field="languages", blocks=False)
        for name, choices in self._definition.lists.items():
            if not choices:
                yield Problem("empty_list", name, "list", blocks=False)
        for _section, item in self._definition.placed():
            if item.list and item.kind not in LISTED:
                yield Problem("list_of_no_choices", item.id, "list", (item.list,), blocks=False)
        if any(len(text) > LONGEST_CELL for texts in self._texts() for text in texts.values()):
            yield Problem("cell_too_long", about=(str(LONGEST_CELL),), blocks=False)

    def _texts(self) -> Iterator[Texts]:
        yield self._definition.title
        for section in self._definition.sections:
            yield section.label
            for item in section.items:
                yield from (item.label, item.hint, item.constraint_message)
        for choices in self._definition.lists.values():
            yield from (choice.label for choice in choices)

    def _translated(self, name: str) -> list[str]:
        return [f"{name}::{called(language)}" for language in self._languages]

    def _survey_columns(self) -> list[str]:
        texts = [*self._translated("label"), *self._translated("hint")]
        conditions = ["required", "relevant", "constraint", *self._translated("constraint_message")]
        ours = [OWN + name for name in ("kind", "dimension", "sealed", "icon", "allows")]
        return ["type", "name", *texts, *conditions, "appearance", *ours]

    def _settings_columns(self) -> list[str]:
        titles = [f"{OWN}title::{called(language)}" for language in self._languages if language != self._main]
        ours = ("kind", "languages", "allows", "certificate", "certificate_from")
        return ["form_title", "default_language", *titles, *(OWN + name for name in ours)]

    def _settings(self) -> Row:
        definition = self._definition
        others = {language: text for language, text in definition.title.items() if language != self._main}
        return {
            "form_title": definition.title.get(self._main, ""),
            "default_language": called(self._main),
            **_columns(OWN + "title", others),
            OWN + "kind": definition.kind,
            OWN + "languages": " ".join(definition.languages),
            OWN + "allows": _allowed(definition.allows),
            OWN + "certificate": definition.certificate,
            OWN + "certificate_from": definition.certificate_from.isoformat() if definition.certificate_from else "",
        }

    def _survey(self) -> Iterator[Row]:
        for section in self._definition.sections:
            yield self._begin(section)
            yield from map(self._item, section.items)
            yield {"type": "end_group", "name": section.id}

    @staticmethod
    def _begin(section: Section) -> Row:
        facts = {"name": section.id, "relevant": section.shown_if, OWN + "allows": _allowed(section.allows)}
        return {"type": "begin_group", **facts, **_columns("label", section.label)}

    def _item(self, item: Item) -> Row:
        named = self._yes_no if item.kind is ItemKind.YES_NO else item.list if item.kind in LISTED else ""
        return {
            "type": f"{_TYPES[item.kind]} {named}".strip(),
            "name": item.id,
            **_columns("label", item.label),
            **_columns("hint", item.hint),
            **_columns("constraint_message", item.constraint_message),
            "required": "yes" if item.required else "",
            "relevant": item.shown_if,
            "constraint": item.constraint,
            "appearance": _APPEARANCES.get(item.kind, ""),
            OWN + "kind": item.kind if self._is_named(item) else "",
            OWN + "dimension": item.dimension,
            OWN + "sealed": "yes" if item.sealed else "",
            OWN + "icon": item.icon,
            OWN + "allows": _allowed(item.allows),
        }

    def _is_named(self, item: Item) -> bool:
        """Whether our own column says the kind: where type, list and appearance would say another one."""
        if item.kind is ItemKind.YES_NO:
            return self._yes_no != YES_NO_LIST
        return item.kind in _NAMED or (item.kind is ItemKind.ONE_OF and item.list == YES_NO_LIST)

    def _choices(self) -> Iterator[Row]:
        lists = self._definition.lists
        if any(item.kind is ItemKind.YES_NO for _section, item in self._definition.placed()):
            lists = {**lists, self._yes_no: self._yes_and_no()}
        for name, choices in lists.items():
            for choice in choices:
                score = "" if choice.score is None else str(choice.score)
                row = {"list_name": name, "name": choice.code, **_columns("label", choice.label)}
                yield {**row, "score": score, OWN + "was": " ".join(choice.was)}

    def _yes_and_no(self) -> tuple[Choice, ...]:
        words = {language: YES_NO_WORDS[language] for language in self._languages}
        labels = [{language: said[place] for language, said in words.items()} for place in range(len(YES_NO))]
        return tuple(map(Choice, YES_NO, labels))


def _columns(name: str, texts: Texts) -> dict[str, str]:
    return {f"{name}::{called(language)}": text for language, text in texts.items()}


def _allowed(latitudes: Latitudes) -> str:
    return " ".join(sorted(latitudes))


def _fill(book: Workbook, name: str, columns: list[str], rows: Iterator[Row], heading: Format, text: Format) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(column.partition("::")[0], _USUAL_WIDTH))
        sheet.write_string(0, place, column, heading)
    for number, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            if row.get(column):
                sheet.write_string(number, place, row[column][:LONGEST_CELL], text)
