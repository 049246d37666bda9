"""The questions of an instrument as a person meets them on the tablet: one at a time, in their language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from clais.forms.bound import BoundField
from clais.forms.form import Form
from clais.instruments.filling import Questionnaire
from clais.instruments.pictures import picture_of, pictures_of_answers
from clais.instruments.rules.definition import Item, ItemKind, said
from clais.instruments.screen_words import Words
from tenants.questionnaires.answers import Given
from tenants.questionnaires.forms import Outcome
from tenants.questionnaires.presentation import answer_text

WRITE_HOW = {ItemKind.NUMBER: "write_number", ItemKind.DATE: "write_date"}


@dataclass(frozen=True, slots=True)
class Step:
    """A question with its field, its picture and those of its answers; `number` is 0 for one that is not asked now."""

    item: Item
    field: BoundField[Form]
    number: int
    before: str
    """The question before it that is asked, if there is one."""
    picture: str
    pictures: Mapping[str, str]
    revision: int
    readable: bool

    @property
    def day(self) -> str:
        """The answer to a question about a day, as the calendar of a browser reads it."""
        typed = self.field.value
        day, _slash, rest = typed.partition("/")
        month, _slash, year = rest.partition("/")
        return f"{year}-{month}-{day}" if year else typed


class Line(NamedTuple):
    """A question with its answer in words; none when it was left out."""

    item: str
    label: str
    answer: str
    picture: str


def steps_of(questionnaire: Questionnaire, form: Form, given: Given, shown: list[str]) -> Iterator[Step]:
    """Every question in order, those that are not asked now too: the answer to another one may show them."""
    definition = questionnaire.definition
    for item in definition.items.values():
        number = shown.index(item.id) + 1 if item.id in shown else 0
        yield Step(
            item=item,
            field=form[item.id],
            number=number,
            before=shown[number - 2] if number > 1 else "",
            picture=picture_of(item),
            pictures=pictures_of_answers(definition, item),
            revision=given.revisions.get(item.id, 0),
            readable=item.id not in given.unreadable,
        )


def lines_of(questionnaire: Questionnaire, given: Given, shown: list[str], language: str) -> Iterator[Line]:
    """The questions that are asked, each with what was answered."""
    for item in map(questionnaire.definition.items.__getitem__, shown):
        answer = answer_text(questionnaire, item, given.answers.get(item.id), language)
        yield Line(item.id, said(item.label, language) or item.id, answer, picture_of(item))


def following(shown: list[str], item: str) -> str | None:
    """The question after one; none after the last."""
    return next(iter(shown[shown.index(item) + 1 :]), None) if item in shown else None


def why_not(outcome: Outcome, words: Words, language: str) -> str:
    """Why an answer was not saved, in the language of whoever answers."""
    if outcome.code == "unreadable_form" and outcome.item:
        return words[WRITE_HOW.get(outcome.item.kind, "not_possible")]
    if outcome.code == "not_possible" and outcome.item:
        return said(outcome.item.constraint_message, language) or words["not_possible"]
    return words[outcome.code]
