"""Fillings and their answers in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from clais.dates import written_day
from clais.exchange.training.queries import Lacking
from clais.instruments.filling import Questionnaire, is_answer
from clais.instruments.rules.definition import Item, ItemKind, said
from clais.instruments.screen_words import words_of
from clais.instruments.wording import own_text
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.questionnaires.answers import Given
from tenants.questionnaires.models import InstrumentFilling


class Answered(NamedTuple):
    """A question with its answer in words; `readable` is false when a sealed answer could not be decrypted."""

    label: str
    answer: str
    readable: bool
    sealed: bool
    own: str
    """Says so when the question is the platform's own, or when it changed it."""
    by: str = ""
    """Which agent noted it, where the person answered the others alone."""


class Part(NamedTuple):
    label: str
    lines: list[Answered]


def state_tag(filling: InstrumentFilling) -> tuple[str, str]:
    """Where a filling stands, and the kind of its tag."""
    if filling.state == "open":
        return _("being filled in"), "wait"
    if filling.out_of_use:
        return _("on a version that is out of use"), ""
    return _("finished"), "done"


def when_text(filling: InstrumentFilling) -> str:
    """Since when, by whom."""
    if filling.finished_on is not None:
        day = near_day(filling.finished_on)
        if filling.by_person:
            return _("Finished %(day)s, answered by the person on the tablet", day=day)
        return _("Finished %(day)s, with %(name)s", day=day, name=filling.begun_by)
    return _("Begun %(day)s, with %(name)s", day=near_day(filling.begun_on), name=filling.begun_by)


def lacking_text(lacks: Lacking) -> str:
    """Which course someone lacks, and since or until when."""
    course = lacks.course.title
    if lacks.refused:
        return _("requires the certificate of « %(course)s », which you do not hold, or no more", course=course)
    if lacks.refused_from is not None:
        return _("requires the course « %(course)s » from %(day)s", course=course, day=near_day(lacks.refused_from))
    return _("asks to follow the course « %(course)s » first", course=course)


def parts_of(
    questionnaire: Questionnaire,
    given: Given,
    language: str,
    marks: Mapping[str, bool] | None = None,
    *,
    authors: bool = False,
) -> list[Part]:
    """The sections that have answers, with the answers in words of that language.

    `authors`: each answer says which member noted it.
    """
    found = []
    for section in questionnaire.definition.sections:
        lines = [
            Answered(
                said(item.label, language) or item.id,
                answer_text(questionnaire, item, given.answers.get(item.id), language),
                item.id not in given.unreadable,
                item.sealed,
                own_text(marks or {}, item.id),
                given.authors.get(item.id, "") if authors else "",
            )
            for item in section.items
            if item.id in given.answers or item.id in given.unreadable
        ]
        if lines:
            found.append(Part(said(section.label, language) or section.id, lines))
    return found


def answer_text(questionnaire: Questionnaire, item: Item, answer: Any, language: str) -> str:
    """A stored answer in words; empty when there is none."""
    if not is_answer(answer):
        return ""
    if item.kind is ItemKind.YES_NO:
        return words_of(language)[str(answer)]
    if item.kind is ItemKind.DATE:
        return written_day(date.fromisoformat(str(answer)), "long", language[:2])
    if item.kind is ItemKind.NUMBER:
        return str(answer) if language == "en" else str(answer).replace(".", ",")
    labels: Mapping[str, str] = {
        choice.code: said(choice.label, language) or choice.code for choice in questionnaire.definition.choices(item)
    }
    if isinstance(answer, list):
        return ", ".join(labels.get(code, code) for code in answer)
    return labels.get(str(answer), str(answer))
