"""The schema of a bilan, made from what its version asks."""

from functools import cache, partial
from typing import Any, cast

from clais.forms.choices import choices_of
from clais.forms.fields import Identifier, OneChoice, TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Item
from clais.translation import lazy_gettext as _l
from clais.web.translations import language_of_request
from tenants.orientation.asked import Questions
from tenants.orientation.rules.dimensions import BY_CODE, DETECTED_BY, DISTANCES
from tenants.questionnaires.sources import SOURCES

ITEM = "item_"
"""So begins the name of a field that feeds no dimension."""


class BilanSchema(Schema):
    """What a bilan asks whatever its version.

    `schema_of` adds, for each dimension, `<code>_level`, `<code>_by` and `<code>_note`, and `item_<id>` for each other
    question. None is required.
    """

    content = Identifier(80, load_default="", metadata={"widget": "hidden"})
    """The key of what is asked: a version that is adopted meanwhile does not change what was read."""
    distance = OneChoice(
        choices_of(DISTANCES),
        load_default=None,
        metadata={
            "label": _l("Distance to employment"),
            "widget": "radio",
            "hint": _l("As the person and you see it, today."),
        },
    )
    summary = TrimmedString(
        max=1000,
        multiline=True,
        allow_none=True,
        load_default=None,
        metadata={
            "label": _l("In a few words"),
            "rows": 3,
            "hint": _l("What you would say to a colleague who takes over tomorrow."),
        },
    )


def schema_of(questions: Questions) -> Schema:
    """The schema of a bilan that asks these questions, in the language of the request."""
    return questions.questionnaire.once(_made, language_of_request())


def _made(questionnaire: Questionnaire, spoken: str) -> Schema:
    found: dict[str, Any] = {}
    for item in questionnaire.definition.items.values():
        found |= _of_item(questionnaire, item, spoken)
    return cast("Schema", BilanSchema.from_dict(found, name="WholeBilanSchema")())


def schema_of_question(questions: Questions, item: Item) -> Schema:
    """The schema of the answer to one question alone."""
    return questions.questionnaire.once(_question, language_of_request(), item.id)


def _question(questionnaire: Questionnaire, spoken: str, item: str) -> Schema:
    made = _of_item(questionnaire, questionnaire.definition.items[item], spoken)
    return cast("Schema", Schema.from_dict(made, name="PartOfBilanSchema")())


@cache
def schema_of_conclusion(name: str) -> Schema:
    """The schema of the distance, or of the summary, alone."""
    return BilanSchema(only=(name,))


def _of_item(questionnaire: Questionnaire, item: Item, spoken: str) -> dict[str, Any]:
    if item.dimension:
        return _of_dimension(Questions(questionnaire), item.dimension)
    return {f"{ITEM}{item.id}": questionnaire.field(item, (spoken,), SOURCES)}


def _of_dimension(questions: Questions, code: str) -> dict[str, Any]:
    return {
        f"{code}_level": OneChoice(
            partial(_levels, questions, code),
            load_default=None,
            metadata={"label": _l(BY_CODE[code].label), "widget": "radio"},
        ),
        f"{code}_by": OneChoice(
            choices_of(DETECTED_BY),
            load_default=None,
            metadata={"label": _l("Noticed by"), "placeholder": _l("Not said")},
        ),
        f"{code}_note": TrimmedString(
            max=500,
            multiline=True,
            allow_none=True,
            load_default=None,
            metadata={"label": _l("Note"), "rows": 2},
        ),
    }


def _levels(questions: Questions, code: str) -> list[tuple[str, str]]:
    return [(str(level), words) for level, words in questions.choices(code)]
