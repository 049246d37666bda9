from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import Identifier, OneChoice, PostalCode, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.instruments.filling import MOST_RADIOS, Questionnaire, is_answer
from clais.instruments.rules.definition import Item, said
from clais.instruments.rules.receptions import COLUMNS, FIRST_CHANNEL
from clais.instruments.wording import only_if_text
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from clais.web.translations import language_of_request
from tenants.intake.asked import Questions, house
from tenants.intake.choices import AGE_BANDS, ANSWERS, CHANNELS, TOPICS
from tenants.people.choices import SEX
from tenants.people.schemas import NewcomerSchema
from tenants.questionnaires.sources import SOURCES

ITEM = "item_"
"""So begins the name of a field whose answer is kept in no column."""
LONGEST_MARK = 80


def _radio(label: Any, **more: Any) -> dict[str, Any]:
    return {"label": label, "widget": "radio", "inline": True, **more}


class IntakeSchema(Schema):
    """One reception, whatever its version asks: `schema_of` adds a field for each question."""

    asked: Questionnaire | None = None
    """What a new reception is checked against; none for a correction, see `contradictions`."""
    spoken: str = ""
    content = Identifier(LONGEST_MARK, load_default="", metadata={"widget": "hidden"})
    """What is asked: a version that is adopted meanwhile does not change what was read."""

    @validates_schema
    def _hold_together(self, data: Mapping[str, Any], *, partial: Any = False, **_options: Any) -> None:
        if self.asked is None or partial:
            return
        if found := contradictions(self.asked, data, today(), self.spoken):
            raise ValidationError(found)


def schema_of(questions: Questions) -> Schema:
    """The schema of a reception that asks these questions, in the language of the request."""
    return questions.questionnaire.once(_made, language_of_request())


def correction_schema_of(questions: Questions) -> Schema:
    """The schema of a reception that is corrected. Whether its answers go together is told by `contradictions`."""
    return questions.questionnaire.once(_correcting, language_of_request())


def register_schema(questions: Questions | None = None) -> Schema:
    """The schema of a newcomer and their first reception, on one page; it asks what the house does unless told."""
    return (questions.questionnaire if questions else house()).once(_registering, language_of_request())


def name_of(item: Item) -> str:
    """The name of the field of a question."""
    return item.id if item.id in COLUMNS else f"{ITEM}{item.id}"


def _class(questionnaire: Questionnaire, spoken: str) -> type[Schema]:
    found: dict[str, Any] = {}
    for section, item in questionnaire.definition.placed():
        made = _column(questionnaire, item, spoken) if item.id in COLUMNS else None
        field = made or questionnaire.field(item, (spoken,), SOURCES)
        hints = [said(item.hint, spoken), _("To be answered.") if item.required else ""]
        hints += [only_if_text(questionnaire.definition, condition) for condition in (section.shown_if, item.shown_if)]
        field.metadata = {**field.metadata, "hint": " ".join(filter(None, hints)) or None}
        found[name_of(item)] = field
    made_schema = cast("type[IntakeSchema]", IntakeSchema.from_dict(found, name="WholeIntakeSchema"))
    made_schema.asked, made_schema.spoken = questionnaire, spoken
    return made_schema


def _made(questionnaire: Questionnaire, spoken: str) -> Schema:
    return questionnaire.once(_class, spoken)()


def _correcting(questionnaire: Questionnaire, spoken: str) -> Schema:
    made = questionnaire.once(_class, spoken)()
    cast("IntakeSchema", made).asked = None
    return made


def _registering(questionnaire: Questionnaire, spoken: str) -> Schema:
    nested = fields.Nested(
        questionnaire.once(_class, spoken),
        load_default=lambda: questionnaire.once(_made, spoken).load({}),
        metadata={"label": _l("The request")},
    )
    return cast("Schema", NewcomerSchema.from_dict({"intake": nested}, name="RegisterSchema")())


def _column(questionnaire: Questionnaire, item: Item, spoken: str) -> fields.Field[Any]:
    about: dict[str, Any] = {"label": said(item.label, spoken), "inline": True}
    if item.id == "request":
        return TrimmedString(1000, multiline=True, load_default="", metadata={**about, "rows": 2})
    if item.id in {"sent_by", "urgent_note"}:
        longest = 120 if item.id == "sent_by" else 500
        return TrimmedString(longest, allow_none=True, load_default=None, metadata=about)
    choices = [(choice.code, said(choice.label, spoken)) for choice in questionnaire.definition.choices(item)]
    if item.id == "channel":
        widget = {"widget": "radio"} if len(choices) <= MOST_RADIOS else {}
        return OneChoice(choices, load_default=FIRST_CHANNEL, metadata={**about, **widget})
    return SeveralChoices(choices, load_default=list, metadata=about)


def contradictions(
    questionnaire: Questionnaire,
    data: Mapping[str, Any],
    day: date,
    spoken: str,
    stored: Mapping[str, Any] | None = None,
) -> dict[str, list[str]]:
    """Field → why its answer is not possible beside the others on the day of the reception, or what is missing.

    `stored` are the values of the form of a reception that is corrected. What it says already is not told again: an
    urgent need that was settled since took away what some of its questions are asked with.
    """
    items = questionnaire.definition.items
    given = _given(questionnaire, data)
    filled = questionnaire.check(given, day, spoken)
    hidden = given.keys() - set(filled.shown)
    found = {key: list(messages) for key, messages in filled.errors.items()}
    found |= {key: [_("Answer this question.")] for key in filled.missing}
    not_asked = _("This is not asked with the other answers: change one of them, or leave it open.")
    found |= {key: [not_asked] for key in hidden if (key, given[key]) != ("channel", FIRST_CHANNEL)}
    if stored is not None and found:
        before = _given(questionnaire, stored)
        stood = questionnaire.check(before, day, spoken)
        as_before = hidden | stood.errors.keys() | set(stood.missing)
        now, then = questionnaire.values(given), questionnaire.values(before)
        found = {key: told for key, told in found.items() if key not in as_before or now.get(key) != then.get(key)}
    return {name_of(items[key]): messages for key, messages in found.items()}


def _given(questionnaire: Questionnaire, data: Mapping[str, Any]) -> dict[str, Any]:
    items = questionnaire.definition.items.values()
    return {item.id: data[name_of(item)] for item in items if is_answer(data.get(name_of(item)))}


class InformationRequestSchema(Schema):
    """An anonymous question at the desk: counted, nothing that names anyone."""

    topic = OneChoice(
        choices_of(TOPICS), required=True, metadata=_radio(_l("About"), ask=_l("Choose what the question is about."))
    )
    answer = OneChoice(choices_of(ANSWERS), load_default="informed", metadata=_radio(_l("Answer given")))
    channel = OneChoice(
        choices_of(CHANNELS),
        load_default="visit",
        metadata=_radio(_l("How they came")),
    )
    sex = OneChoice(choices_of(SEX), allow_none=True, load_default=None, metadata={"label": _l("Sex")})
    age_band = OneChoice(
        choices_of(AGE_BANDS), allow_none=True, load_default=None, metadata={"label": _l("Age, roughly")}
    )
    postal_code = PostalCode(
        allow_none=True, load_default=None, metadata={"label": _l("Postal code"), "inputmode": "numeric"}
    )
    minutes = WholeNumber(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=240), metadata={"label": _l("Minutes")}
    )
