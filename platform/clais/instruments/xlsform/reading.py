"""An instrument out of a spreadsheet (XLSForm, https://xlsform.org): the definition, and all that is told of it."""

from dataclasses import dataclass, replace
from datetime import date

from marshmallow import ValidationError

from clais.instruments.rules.definition import LANGUAGES, MAIN_LANGUAGE, Definition, InstrumentKind
from clais.instruments.rules.problems import problems_of
from clais.instruments.schemas import LONGEST_COURSE, LONGEST_LABEL, accepted, to_json
from clais.instruments.xlsform.cells import Cells, words
from clais.instruments.xlsform.choice_lists import lists_of, tell_lost_words
from clais.instruments.xlsform.columns import OWN, Columns, columns_of
from clais.instruments.xlsform.languages import language_of
from clais.instruments.xlsform.places import Places
from clais.instruments.xlsform.problems import CHOICES, SETTINGS, SURVEY, SheetProblem, Told, UnreadableError, nearest
from clais.instruments.xlsform.reference import refused_by_pyxform
from clais.instruments.xlsform.survey import questions_of
from clais.instruments.xlsform.workbook import Sheet, Workbook, workbook

_SHEETS = (SURVEY, CHOICES, SETTINGS)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. Without a definition the file could not be read at all; with problems that block, it is a draft at
    most.

    The problems have the order of the sheets, those that block first.
    """

    definition: Definition | None
    problems: tuple[SheetProblem, ...]

    @property
    def blocks(self) -> bool:
        """Whether something is wrong with it."""
        return any(problem.blocks for problem in self.problems)


def read(content: bytes, kind: InstrumentKind) -> Reading:
    """The instrument of a file; `kind` is what it is for, unless the file says so itself."""
    try:
        book = workbook(content, _SHEETS)
    except UnreadableError as error:
        return Reading(None, (SheetProblem(error.code, about=error.about),))
    problems = [*_missing(book), *book.problems]
    if SURVEY not in book.sheets:
        return Reading(None, tuple(problems))
    return _Reader(book.sheets, problems, kind).read()


def _missing(book: Workbook) -> list[SheetProblem]:
    """The sheets that are missing: the one of questions, and those that another name is like."""
    found = []
    for name in _SHEETS:
        near = () if name in book.sheets else nearest(name, book.others)
        if near or (name == SURVEY and name not in book.sheets):
            found.append(SheetProblem("missing_sheet", name, about=near))
    return found


class _Reader:
    def __init__(self, sheets: dict[str, Sheet], problems: list[SheetProblem], kind: InstrumentKind) -> None:
        self._sheets, self._problems, self._kind = sheets, problems, kind

    def read(self) -> Reading:
        settings, bare = self._settings()
        survey, choices = self._columns(SURVEY, bare), self._columns(CHOICES, bare)
        told_survey, told_choices = Told(survey.sheet.name), Told(choices.sheet.name)
        lists = lists_of(choices, told_choices)
        questions = questions_of(survey, lists, settings.title, told_survey)
        for name in sorted(questions.yes_no):
            tell_lost_words(lists, name, told_choices)
        spoken = survey.languages() | choices.languages() | {*settings.title}
        definition = replace(
            settings,
            sections=tuple(questions.sections),
            lists=lists.without(questions.yes_no),
            languages=settings.languages or tuple(code for code in LANGUAGES if code in spoken) or (MAIN_LANGUAGE,),
        )
        definition, refused = _as_kept(definition)
        places = Places(questions, lists, self._title_columns)
        own = [*self._problems, *told_survey.problems, *told_choices.problems]
        own += [places.place(problem) for problem in problems_of(definition)]
        own += [] if any(problem.blocks for problem in own) else refused
        found = [*own, *refused_by_pyxform(self._sheets, own)]
        order = {sheet.name: place for place, sheet in enumerate(self._sheets.values())}
        found.sort(key=lambda problem: (not problem.blocks, order.get(problem.sheet, -1), problem.row or 0))
        return Reading(definition, tuple(dict.fromkeys(found)))

    def _columns(self, kind: str, bare: str = MAIN_LANGUAGE) -> Columns:
        columns, problems = columns_of(self._sheets.get(kind, Sheet(kind)), kind, bare)
        self._problems += problems
        return columns

    def _settings(self) -> tuple[Definition, str]:
        """A definition without questions, and the language of texts whose heading names none."""
        columns = self._columns(SETTINGS)
        self._title_columns = columns
        told = Told(columns.sheet.name)
        rows = list(columns.sheet.filled())
        if not rows:
            return Definition(self._kind, {}, languages=()), MAIN_LANGUAGE
        for row in rows[1:]:
            told.lost("row_left_out", row, "", "")
        cells = Cells(columns, rows[0], told)
        bare = language_of(cells("default_language")) if cells("default_language") else MAIN_LANGUAGE
        if not bare:
            told.lost("unknown_language", cells.row, cells.heading("default_language"), cells("default_language"))
        title = dict(cells.texts(OWN + "title", LONGEST_LABEL))
        if form_title := cells.short("form_title", LONGEST_LABEL):
            title.setdefault(bare or MAIN_LANGUAGE, form_title)
        kind = cells.code(OWN + "kind", InstrumentKind) or self._kind
        if kind is not self._kind:
            told.lost("other_kind", cells.row, cells.heading(OWN + "kind"), kind, self._kind)
        languages = self._languages(cells, told)
        found = Definition(
            kind,
            title,
            languages=languages,
            allows=cells.latitudes(),
            certificate=cells.short(OWN + "certificate", LONGEST_COURSE),
            certificate_from=self._day(cells, told),
        )
        self._problems += told.problems
        return found, bare or MAIN_LANGUAGE

    @staticmethod
    def _day(cells: Cells, told: Told) -> date | None:
        name = OWN + "certificate_from"
        try:
            return date.fromisoformat(cells(name)) if cells(name) else None
        except ValueError:
            told.wrong("bad_day", cells.row, cells.heading(name), cells(name))
            return None

    def _languages(self, cells: Cells, told: Told) -> tuple[str, ...]:
        heading = OWN + "languages"
        for word in words(cells(heading)):
            if word not in LANGUAGES:
                told.wrong("unknown_value", cells.row, cells.heading(heading), word, *nearest(word, LANGUAGES))
        return tuple(word for word in dict.fromkeys(words(cells(heading))) if word in LANGUAGES)


def _as_kept(definition: Definition) -> tuple[Definition, list[SheetProblem]]:
    """A definition with its texts as they are kept. What its schema refuses, as a problem."""
    try:
        return accepted(to_json(definition)), []
    except ValidationError as error:
        return definition, [SheetProblem("refused_value", SURVEY, about=(_path(error.messages),))]


def _path(messages: object) -> str:
    """Where the first fault of a schema's messages is."""
    names = []
    while isinstance(messages, dict) and messages:
        name, messages = next(iter(messages.items()))
        names.append(str(name))
    return ".".join(names)
