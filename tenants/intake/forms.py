"""The form of a reception: its questions in sections, its values, what an action takes of it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from clais.encryption import DecryptionFailed, Keyring
from clais.forms.bound import BoundField
from clais.forms.form import Form
from clais.instruments.filling import is_answer
from clais.instruments.rules.definition import Item, ItemKind, said
from clais.web.translations import language_of_request
from tenants.intake.actions import FACTS, Beside
from tenants.intake.asked import Questions
from tenants.intake.models import Intake
from tenants.intake.schemas import ITEM, contradictions, name_of
from tenants.questionnaires.answers import Given

NARROW = frozenset({ItemKind.TEXT, ItemKind.NUMBER, ItemKind.DATE, ItemKind.OCCUPATION, ItemKind.MUNICIPALITY})
"""How questions are answered that stand beside one another."""


class Line(NamedTuple):
    """A question on the form."""

    field: BoundField[Form]
    sealed: bool


class Part(NamedTuple):
    """A section of the form: its questions in rows, each with whether they stand beside one another."""

    id: str
    label: str
    rows: list[tuple[bool, list[Line]]]


def parts_of(form: Form, questions: Questions) -> list[Part]:
    """The sections of the form in order."""
    return [
        Part(section.id, said(section.label, language_of_request()), list(_rows(form, section.items)))
        for section in questions.definition.sections
        if section.items
    ]


def _rows(form: Form, items: Iterable[Item]) -> Iterator[tuple[bool, list[Line]]]:
    for narrow, found in groupby(items, key=lambda item: item.kind in NARROW):
        yield narrow, [Line(form[name_of(item)], item.sealed) for item in found]


def is_possible(form: Form, questions: Questions, day: date, stored: Mapping[str, Any]) -> bool:
    """Whether the form of a reception of that day, whose values were `stored`, can be saved; what is wrong is told."""
    if not form.validate():
        return False
    found = contradictions(questions.questionnaire, form.data, day, language_of_request(), stored)
    for name, messages in found.items():
        for message in messages:
            form.add_error(name, message)
    return not found


def facts_in(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a valid form says of the columns."""
    return {name: data[name] for name in FACTS if name in data}


def beside_in(data: Mapping[str, Any], questions: Questions, keyring: Keyring) -> Beside:
    """What it asked, and the answers that are no column, as rows keep them."""
    answers = {item.id: data[name_of(item)] for item in questions.beside}
    kept = {item: answer for item, answer in answers.items() if is_answer(answer)}
    return Beside(questions, keyring, questions.questionnaire.dump(kept) if kept else {})


def values_of(intake: Intake, questions: Questions, beside: Given) -> dict[str, Any]:
    """The values of the form of a stored reception. Raises DecryptionFailed when an answer cannot be read."""
    if beside.unreadable:
        raise DecryptionFailed
    values = {name: getattr(intake, name) for name in FACTS if name in questions.definition.items}
    if not questions.beside:
        return values
    loaded = questions.questionnaire.load(beside.answers)
    return values | {f"{ITEM}{item.id}": loaded[item.id] for item in questions.beside}
