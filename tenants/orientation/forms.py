"""The form of a bilan: its questions in sections, its values, its two versions in a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clais.clock import today
from clais.database import ScopedSession
from clais.encryption import DecryptionFailed
from clais.forms.bound import BoundField
from clais.forms.form import Form
from clais.instruments.filling import is_answer
from clais.instruments.rules.definition import Item, said
from clais.instruments.rules.difference import COMPARABLE, Comparability
from clais.instruments.wording import only_if_text, own_text
from clais.translation import gettext as _
from clais.web.formatting import day_as
from clais.web.translations import language_of_request
from tenants.orientation.answered import Earlier
from tenants.orientation.answers import Answer
from tenants.orientation.asked import Questions, compared, questions_then
from tenants.orientation.bilan_schema import ITEM
from tenants.orientation.models import Bilan
from tenants.orientation.rules.dimensions import ARTICLES, BY_CODE, DETECTED_BY, DISTANCES, Dimension
from tenants.questionnaires.answers import Given
from tenants.questionnaires.presentation import answer_text

MONTHS_WITHOUT_YEAR = 10


@dataclass(frozen=True, slots=True)
class Before:
    """The last answer of this person in a dimension: when, in the words that were asked then; its level and note.

    `level` is empty when the question has changed so much that the two answers do not compare.
    """

    month: str
    words: str
    level: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension on the form: its question, its fields, and the last answer of this person."""

    part: str
    dimension: Dimension
    icon: str
    question: str
    hint: str
    only_if: str
    level: BoundField[Form]
    detected_by: BoundField[Form]
    note: BoundField[Form]
    before: Before | None
    article: str | None
    own: str
    """Says so when the platform changed it."""


@dataclass(frozen=True, slots=True)
class OtherLine:
    """A question that feeds no dimension, on the form."""

    part: str
    field: BoundField[Form]
    only_if: str
    sealed: bool
    own: str


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the form."""

    id: str
    label: str
    only_if: str
    own: str
    lines: list[Line | OtherLine]

    @property
    def dimensions(self) -> int:
        """How many dimensions it asks about."""
        return sum(isinstance(line, Line) for line in self.lines)

    @property
    def answered(self) -> int:
        """How many of them have an answer."""
        return sum(isinstance(line, Line) and bool(line.level.value) for line in self.lines)


def parts(
    session: ScopedSession,
    form: Form,
    questions: Questions,
    earlier: Mapping[str, Earlier],
    marks: Mapping[str, bool],
) -> list[Part]:
    """The sections of the form in order, each dimension with the earlier answer of the same person.

    `marks` has the sections and questions that are the platform's own, or that it changed.
    """
    day = today()

    def line(item: Item) -> Line | OtherLine:
        if not item.dimension:
            shown_if = only_if_text(questions.definition, item.shown_if)
            return OtherLine(item.id, form[f"{ITEM}{item.id}"], shown_if, item.sealed, own_text(marks, item.id))
        code = item.dimension
        return Line(
            part=item.id,
            dimension=BY_CODE[code],
            icon=BY_CODE[code].icon,
            question=said(item.label, language_of_request()),
            hint=said(item.hint, language_of_request()),
            only_if=only_if_text(questions.definition, item.shown_if),
            level=form[f"{code}_level"],
            detected_by=form[f"{code}_by"],
            note=form[f"{code}_note"],
            before=_before(session, questions, code, earlier[code], day) if code in earlier else None,
            article=ARTICLES.get(code),
            own=own_text(marks, item.id),
        )

    return [
        Part(
            section.id,
            said(section.label, language_of_request()),
            only_if_text(questions.definition, section.shown_if),
            own_text(marks, section.id),
            [line(item) for item in section.items],
        )
        for section in questions.definition.sections
        if section.items
    ]


def scale_of_all(questions: Questions) -> list[tuple[int, str]]:
    """The levels with their words, if every dimension has the same ones: they head the columns."""
    first, *others = [questions.choices(code) for code in questions.dimensions]
    return first if all(one == first for one in others) else []


def _before(session: ScopedSession, questions: Questions, code: str, earlier: Earlier, day: date) -> Before:
    then = questions_then(session, earlier.content_id, earlier.layer_id)
    comparable = compared(then, questions.questionnaire).get(code, Comparability.SAME) in COMPARABLE
    level = earlier.answer.level
    return Before(
        month_of(earlier.day, day),
        Questions(then).words(code, level),
        str(level) if comparable else "",
        earlier.answer.note,
    )


def month_of(day: date, today: date) -> str:
    """« avril », or « avril 2024 » after MONTHS_WITHOUT_YEAR months."""
    recent = (today - day).days < MONTHS_WITHOUT_YEAR * 30
    return day_as(day, "LLLL" if recent else "LLLL y")


def answers_in(data: Mapping[str, Any], questions: Questions) -> dict[str, Answer]:
    """The answered dimensions of a valid form; a note without a level is not an answer."""
    return {
        code: Answer(int(data[f"{code}_level"]), data[f"{code}_by"], data[f"{code}_note"])
        for code in questions.dimensions
        if data[f"{code}_level"] is not None
    }


def others_in(data: Mapping[str, Any], questions: Questions) -> dict[str, Any]:
    """The answers of a valid form to the questions that feed no dimension."""
    found = {item.id: data[f"{ITEM}{item.id}"] for item in questions.others}
    return {item: answer for item, answer in found.items() if is_answer(answer)}


def stored_others(form: Form, questions: Questions) -> dict[str, Any]:
    """The same answers as rows keep them."""
    dumped = form.schema.dump(form.data)
    return {item: dumped[f"{ITEM}{item}"] for item in others_in(form.data, questions)}


def is_complete(form: Form, questions: Questions) -> bool:
    """Whether the form can be saved; what is wrong is put beside its question."""
    if not form.validate():
        return False
    answers, others = answers_in(form.data, questions), others_in(form.data, questions)
    for code in questions.dimensions:
        if form.data[f"{code}_note"] and code not in answers:
            form.add_error(f"{code}_level", _("You wrote a note here: choose an answer too."))
            return False
    if not answers and not others and not form.data["summary"]:
        form.add_error(None, _("Answer for one dimension at least."))
        return False
    given = questions.by_item({code: answer.level for code, answer in answers.items()}, others)
    filled = questions.questionnaire.check(given, today(), language_of_request())
    for item in questions.definition.items.values():
        name = f"{item.dimension}_level" if item.dimension else f"{ITEM}{item.id}"
        if item.id in given and item.id not in filled.shown:
            form.add_error(name, _("This is not asked with the other answers: change one of them, or leave it open."))
        elif item.id in filled.missing:
            form.add_error(name, _("Answer this question."))
        for message in filled.errors.get(item.id, ()):
            form.add_error(name, message)
    return not form.errors


def values_of(bilan: Bilan, answers: Mapping[str, Answer], questions: Questions, others: Given) -> dict[str, Any]:
    """The values of the form of a stored bilan. Raises DecryptionFailed when an answer cannot be read."""
    if others.unreadable or not all(answer.readable for answer in answers.values()):
        raise DecryptionFailed
    values: dict[str, Any] = {
        "distance": str(bilan.distance) if bilan.distance is not None else None,
        "summary": bilan.summary,
    }
    for code, answer in answers.items():
        values |= {f"{code}_level": str(answer.level), f"{code}_by": answer.detected_by, f"{code}_note": answer.note}
    loaded = questions.questionnaire.load(others.answers)
    return values | {f"{ITEM}{item}": answer for item, answer in loaded.items()}


Pairs = list[tuple[str, str]]


def two_versions(
    typed: Mapping[str, Any], asked: Questions, stored: Mapping[str, Any], then: Questions
) -> tuple[Pairs, Pairs]:
    """The (question, answer) pairs of two bilans where they differ; `typed` and `stored` are values of the form."""
    mine, theirs = _in_words(typed, asked), _in_words(stored, then)
    labels = [label for label in {**mine, **theirs} if mine.get(label, "") != theirs.get(label, "")]
    return [(label, mine.get(label, "")) for label in labels], [(label, theirs.get(label, "")) for label in labels]


def _in_words(values: Mapping[str, Any], questions: Questions) -> dict[str, str]:
    found = {_(BY_CODE[code].label): _dimension_in_words(code, values, questions) for code in questions.dimensions}
    for item in questions.others:
        found[said(item.label, language_of_request())] = _other_in_words(
            values.get(f"{ITEM}{item.id}"), item, questions
        )
    return {
        **found,
        _("Distance to employment"): _distance_in_words(values),
        _("In a few words"): values.get("summary") or "",
    }


def part_in_words(values: Mapping[str, Any], questions: Questions, part: str) -> str:
    """What the values of the form say in one part: a question, the distance or the summary."""
    item = questions.definition.items.get(part)
    if item is None:
        return _distance_in_words(values) or values.get("summary") or ""
    if item.dimension:
        return _dimension_in_words(item.dimension, values, questions)
    return _other_in_words(values.get(f"{ITEM}{item.id}"), item, questions)


def _distance_in_words(values: Mapping[str, Any]) -> str:
    distance = values.get("distance")
    return _(DISTANCES[int(distance)]) if distance else ""


def _dimension_in_words(code: str, values: Mapping[str, Any], questions: Questions) -> str:
    """The level, who noticed it, and the note below."""
    level, detected_by = values.get(f"{code}_level"), values.get(f"{code}_by")
    found = [questions.words(code, int(level))] if level is not None else []
    found += [_(DETECTED_BY[detected_by])] if detected_by else []
    return "\n".join(filter(None, (" · ".join(found), values.get(f"{code}_note"))))


def _other_in_words(answer: Any, item: Item, questions: Questions) -> str:
    return answer_text(questions.questionnaire, item, answer, language_of_request())
