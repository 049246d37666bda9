"""A bilan in words, as it was asked then."""

from collections.abc import Mapping
from dataclasses import dataclass

from clais.instruments.rules.definition import said
from clais.instruments.wording import own_text
from clais.translation import gettext as _
from clais.web.translations import language_of_request
from tenants.orientation.answers import Answer
from tenants.orientation.asked import Questions
from tenants.orientation.rules.dimensions import ARTICLES, BY_CODE, DETECTED_BY
from tenants.questionnaires.answers import Given
from tenants.questionnaires.presentation import answer_text


@dataclass(frozen=True, slots=True)
class Said:
    """An answer in words, with the question that was asked; `level` and `icon` are those of a dimension."""

    label: str
    question: str
    words: str
    readable: bool
    sensitive: bool
    level: int | None = None
    icon: str = ""
    note: str = ""
    noticed_by: str = ""
    code: str = ""
    by_person: bool = False
    """Whether the person noticed it: such a note is theirs, any other is the agent's."""
    own: str = ""
    """Says so when the question is the platform's own, or when it changed it."""


def parts_of(
    questions: Questions, answers: Mapping[str, Answer], others: Given, marks: Mapping[str, bool]
) -> list[tuple[str, list[Said]]]:
    """The sections that have answers, in the words that were asked."""
    found = []
    for section in questions.definition.sections:
        lines = []
        for item in section.items:
            asked, own = said(item.label, language_of_request()), own_text(marks, item.id)
            if item.dimension in answers:
                lines.append(_of_dimension(questions, item.dimension, asked, answers[item.dimension], own))
            elif not item.dimension and (item.id in others.answers or item.id in others.unreadable):
                words = answer_text(questions.questionnaire, item, others.answers.get(item.id), language_of_request())
                lines.append(Said(asked, "", words, item.id not in others.unreadable, item.sealed, own=own))
        if lines:
            found.append((said(section.label, language_of_request()), lines))
    return found


def _of_dimension(questions: Questions, code: str, asked: str, answer: Answer, own: str) -> Said:
    return Said(
        label=_(BY_CODE[code].label),
        question=asked,
        words=questions.words(code, answer.level) if answer.readable else "",
        readable=answer.readable,
        sensitive=code in ARTICLES,
        level=answer.level,
        icon=BY_CODE[code].icon,
        note=answer.note or "",
        noticed_by=_(DETECTED_BY[answer.detected_by]) if answer.detected_by else "",
        code=code,
        by_person=answer.detected_by == "person",
        own=own,
    )
