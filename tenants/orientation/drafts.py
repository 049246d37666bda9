"""A bilan that is under way: its answers as rows keep them, part by part, and as its form has them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clais.forms.form import Form
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Item
from tenants.orientation.answers import UNREADABLE, Answer
from tenants.orientation.asked import NO_CONTENT, Questions
from tenants.orientation.bilan_schema import ITEM
from tenants.questionnaires.answers import Given
from tenants.questionnaires.elsewhere import mark_of
from tenants.questionnaires.models import InstrumentFilling

DISTANCE, SUMMARY = "bilan.distance", "bilan.summary"
CONCLUSION = {DISTANCE: "distance", SUMMARY: "summary"}
"""The parts of a bilan that no question asks, each with its field on the form: no question can have such an id."""
OF_DIMENSION = {"level": "level", "by": "detected_by", "note": "note"}
"""What is answered about a dimension: the end of its field on the form, and its fact."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is answered so far, as a bilan that is made has it."""

    answers: dict[str, Answer] = field(default_factory=dict)
    others: Given = field(default_factory=Given)
    distance: int | None = None
    summary: str | None = None


def version_of(draft: InstrumentFilling | None) -> str:
    """The version of what is under way, as a form carries it; "0" when nothing is."""
    return str(draft.version) if draft else "0"


def mark_of_draft(draft: InstrumentFilling) -> str:
    """What tells what it asks, see `Questions.mark`."""
    return mark_of(draft.content_id, draft.layer_id) if draft.content_id != NO_CONTENT else ""


def fields_of(questions: Questions) -> Mapping[str, tuple[str, ...]]:
    """The parts that are saved one by one, each with its fields on the form: a question, the distance, the summary."""
    return questions.questionnaire.once(_fields)


def _fields(questionnaire: Questionnaire) -> Mapping[str, tuple[str, ...]]:
    items = questionnaire.definition.items.values()
    return {item.id: _names(item) for item in items} | {part: (name,) for part, name in CONCLUSION.items()}


def _names(item: Item) -> tuple[str, ...]:
    if item.dimension:
        return tuple(f"{item.dimension}_{end}" for end in OF_DIMENSION)
    return (f"{ITEM}{item.id}",)


def to_store(form: Form, questions: Questions, parts: Iterable[str]) -> dict[str, Any]:
    """The answers of a valid form to these parts, as rows keep them; none where nothing is answered."""
    dumped = form.schema.dump(form.data)
    return {part: _to_store(questions, part, dumped) for part in parts}


def _to_store(questions: Questions, part: str, dumped: Mapping[str, Any]) -> Any:
    names = fields_of(questions)[part]
    if len(names) == 1:
        return dumped[names[0]]
    found = {end: dumped[name] for end, name in zip(OF_DIMENSION, names, strict=True) if dumped[name] is not None}
    return found or None


def values_of_draft(given: Given, questions: Questions) -> dict[str, Any]:
    """The values of the form of what is under way."""
    values: dict[str, Any] = {}
    loaded = questions.questionnaire.load(_of_others(given, questions))
    for part, names in fields_of(questions).items():
        stored = given.answers.get(part)
        if len(names) == 1:
            values[names[0]] = loaded.get(part) if part in questions.definition.items else stored
        else:
            values |= {name: (stored or {}).get(end) for end, name in zip(OF_DIMENSION, names, strict=True)}
    return values


def _of_others(given: Given, questions: Questions) -> dict[str, Any]:
    return {item.id: given.answers[item.id] for item in questions.others if item.id in given.answers}


def read_draft(given: Given, questions: Questions) -> Draft:
    """What is answered so far; a note without a level is no answer yet."""
    answers = {}
    for code, item in questions.dimensions.items():
        stored = given.answers.get(item.id) or {}
        if item.id in given.unreadable:
            answers[code] = UNREADABLE
        elif "level" in stored:
            answers[code] = Answer(int(stored["level"]), stored.get("by"), stored.get("note"))
    distance, others = given.answers.get(DISTANCE), {item.id for item in questions.others}
    return Draft(
        answers,
        Given(_of_others(given, questions), unreadable=given.unreadable & others),
        int(distance) if distance else None,
        given.answers.get(SUMMARY),
    )


def by_item(values: Mapping[str, Any], questions: Questions) -> dict[str, Any]:
    """The values of a form by the ids of their questions, as the schema of the instrument loads them."""
    levels = {code: int(values[f"{code}_level"]) for code in questions.dimensions if values.get(f"{code}_level")}
    others = {item.id: values.get(f"{ITEM}{item.id}") for item in questions.others}
    return questions.by_item(levels, others)
