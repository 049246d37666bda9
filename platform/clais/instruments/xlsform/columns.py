"""The columns of the three sheets: what each heading means, and what is told of those that mean nothing to us."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clais.instruments.rules.definition import MAIN_LANGUAGE
from clais.instruments.xlsform.languages import called, language_of
from clais.instruments.xlsform.problems import CHOICES, SETTINGS, SURVEY, SheetProblem, nearest
from clais.instruments.xlsform.workbook import Sheet

OWN = "clais::"
"""The columns that say what XLSForm has no words for. Other tools leave them alone."""
Key = tuple[str, str]
"""The name of a column and its language, if any."""
TRANSLATED = {
    SURVEY: frozenset({"label", "hint", "constraint_message"}),
    CHOICES: frozenset({"label"}),
    SETTINGS: frozenset({OWN + "title"}),
}
PLAIN = {
    SURVEY: frozenset({"type", "name", "required", "relevant", "constraint", "appearance", "disabled"})
    | {OWN + name for name in ("kind", "dimension", "sealed", "icon", "allows")},
    CHOICES: frozenset({"list_name", "name", "score", OWN + "was"}),
    SETTINGS: frozenset({"form_title", "default_language"})
    | {OWN + name for name in ("kind", "languages", "allows", "certificate", "certificate_from")},
}
NEEDED = {SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SETTINGS: ()}
_LEFT_OUT = {
    SURVEY: frozenset({
        "calculation", "default", "read_only", "repeat_count", "choice_filter", "parameters", "trigger", "save_to",
        "guidance_hint", "required_message", "image", "big-image", "audio", "video", "autoplay", "rows", "media",
        "bind", "body", "control", "instance", "query", "no_app_error_string", "compact_tag",
    }),
    CHOICES: frozenset({"image", "big-image", "audio", "video", "media", "order", "geometry"}),
    SETTINGS: frozenset({
        "form_id", "version", "instance_name", "instance_id", "public_key", "submission_url", "style", "name",
        "auto_send", "auto_delete", "allow_choice_duplicates", "clean_text_values", "add_none_option", "namespaces",
        "attribute", "client_editable", "omit_instanceid", "sms_keyword", "prefix", "delimiter", "entity_version",
    }),
}  # fmt: skip
"""What XLSForm says and a definition cannot."""
_ALIASES = {
    "relevance": "relevant",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "readonly": "read_only",
    "constraining_message": "constraint_message",
    "calculate": "calculation",
    "requiredmsg": "required_message",
    "count": "repeat_count",
    "listname": "list_name",
    "set_form_title": "form_title",
    "title": "form_title",
    "set_form_id": "form_id",
    "id_string": "form_id",
    OWN + "score": "score",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """A sheet by what its columns mean."""

    sheet: Sheet
    places: Mapping[Key, int] = field(default_factory=dict)

    def text(self, row: int, name: str) -> str:
        """The text of a cell; empty for a column that there is not."""
        place = self.places.get((name, ""))
        return "" if place is None else self.sheet.cell(row, place)

    def texts(self, row: int, name: str) -> dict[str, str]:
        """The texts of a row in each language."""
        found = {
            language: self.sheet.cell(row, place) for (other, language), place in self.places.items() if other == name
        }
        return {language: text for language, text in found.items() if text}

    def languages(self) -> set[str]:
        """The languages of its columns."""
        return {language for _name, language in self.places if language}

    def heading(self, name: str, language: str = "") -> str:
        """A column as it is headed, or as it would be."""
        place = self.places.get((name, language))
        if place is not None:
            return self.sheet.heading(place)
        return f"{name}::{called(language)}" if language else name


def columns_of(sheet: Sheet, kind: str, bare: str = MAIN_LANGUAGE) -> tuple[Columns, list[SheetProblem]]:
    """The columns of a sheet of one of the three kinds. `bare` is the language of texts whose heading names none."""
    return _Reader(sheet, kind, bare).read()


class _Reader:
    def __init__(self, sheet: Sheet, kind: str, bare: str) -> None:
        self._sheet, self._kind, self._bare = sheet, kind, bare
        self._places: dict[Key, int] = {}
        self._problems: list[SheetProblem] = []
        self._unknown: list[str] = []

    def read(self) -> tuple[Columns, list[SheetProblem]]:
        for place in range(self._sheet.width):
            if heading := self._sheet.cell(1, place):
                self._place(place, heading)
            elif any(self._filled(place)):
                self._tell("no_heading", place, next(self._filled(place)))
        for name in NEEDED[self._kind]:
            if (name, "") not in self._places and self._sheet.rows:
                near = nearest(name, self._unknown)
                self._problems.append(SheetProblem("missing_column", self._sheet.name, 1, name, near))
        return Columns(self._sheet, self._places), self._problems

    def _tell(self, code: str, place: int, row: int = 1, *about: str, blocks: bool = True) -> None:
        heading = self._sheet.heading(place)
        self._problems.append(SheetProblem(code, self._sheet.name, row, heading, about, blocks))

    def _filled(self, place: int) -> Iterator[int]:
        return (row for row in self._sheet.filled() if self._sheet.cell(row, place))

    def _place(self, place: int, heading: str) -> None:
        name, language = self._parsed(heading)
        if name in PLAIN[self._kind] and not language:
            self._keep(place, (name, ""))
        elif name in TRANSLATED[self._kind]:
            meant = language_of(language) if language else self._bare
            if meant:
                self._keep(place, (name, meant))
            else:
                self._tell("unknown_language", place, 1, language, blocks=False)
        elif name.partition("::")[0] in _LEFT_OUT[self._kind] or heading.startswith(("bind:", "body:", "sms_")):
            rows = list(self._filled(place))
            if rows:
                self._tell("column_left_out", place, rows[0], str(len(rows)), blocks=False)
        else:
            self._unknown.append(name)
            near = nearest(name, PLAIN[self._kind] | TRANSLATED[self._kind])
            if near or any(self._filled(place)):
                self._tell("unknown_column", place, 1, *near, blocks=bool(near))

    def _parsed(self, heading: str) -> tuple[str, str]:
        """What a heading says before and after its colons. Our own have some in their names."""
        lowered = "_".join(heading.lower().split())
        lowered = _ALIASES.get(lowered, lowered)
        if lowered in PLAIN[self._kind]:
            return lowered, ""
        known = TRANSLATED[self._kind]
        head, _colons, language = heading.rpartition("::")
        name = "_".join(head.lower().split())
        name = _ALIASES.get(name, name)
        if name in known:
            return name, language.strip()
        return (lowered, "") if lowered in known else (lowered.partition("::")[0] if head != "clais" else lowered, "")

    def _keep(self, place: int, key: Key) -> None:
        first = self._places.setdefault(key, place)
        if first != place:
            self._tell("duplicate_column", place, 1, self._sheet.heading(first))
