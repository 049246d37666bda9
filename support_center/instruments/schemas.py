"""The forms of an author: an instrument, a section, a question, a list of choices, what becomes of a version."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.forms.choices import choices_of
from clais.forms.fields import Date, Identifier, OneChoice, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.formdata import MAXIMUM_ROWS
from clais.forms.lists import ListSchema, one_of, one_row, sort_by
from clais.forms.messages import Message
from clais.forms.moments import not_past
from clais.forms.schemas import Schema
from clais.instruments.choices import INSTRUMENT_KINDS, LANGUAGE_NAMES
from clais.instruments.rules.definition import CHOICE_CODE, CODE, MAIN_LANGUAGE, Definition, said
from clais.instruments.schemas import LONGEST_COURSE, LONGEST_EXPRESSION, LONGEST_LABEL
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l

LATE, DUE = "retard", "attente"
"""The platforms that are late with a version; those that have one to adopt, late or not."""


class MatrixSchema(ListSchema):
    """The address of the matrix: one platform, or those that have something to do, from a place in their order on."""

    plateforme = one_row()
    etat = one_of((LATE, DUE))
    sort = sort_by("name")


class NothingSchema(Schema):
    """An act that is one button."""


def is_code(text: str) -> None:
    if not CODE.fullmatch(text):
        raise ValidationError(Message("A small letter first, then small letters, digits and _: garde_enfants."))


def _is_choice_code(text: str) -> None:
    if not CHOICE_CODE.fullmatch(text):
        raise ValidationError(Message("Letters, digits, - and _ only."))


class InstrumentSchema(Schema):
    name = TrimmedString(120, required=True, metadata={"label": _l("Name"), "ask": _l("Give the name.")})
    kind = OneChoice(
        choices_of(INSTRUMENT_KINDS), required=True, metadata={"label": _l("Kind"), "ask": _l("Choose the kind.")}
    )
    code = Identifier(
        40,
        required=True,
        validate=is_code,
        metadata={
            "label": _l("Code"),
            "ask": _l("Give the code."),
            "hint": _l("Its name in exports, for ever: bilan, accueil."),
        },
    )


class SectionSchema(Schema):
    label = TrimmedString(
        LONGEST_LABEL, required=True, metadata={"label": _l("Heading"), "ask": _l("Give the heading.")}
    )
    id = Identifier(40, required=True, validate=is_code, metadata={"label": _l("Code"), "ask": _l("Give the code.")})
    shown_if = TrimmedString(
        LONGEST_EXPRESSION,
        load_default="",
        metadata={"label": _l("Shown if"), "hint": _l("A condition on answers: ${enfants} >= 1")},
    )
    may_add = fields.Boolean(load_default=False, metadata={"label": _l("A platform may add questions of its own here")})


class ChoiceRowSchema(Schema):
    code = Identifier(
        40, required=True, validate=_is_choice_code, metadata={"label": _l("Code"), "ask": _l("Give the code.")}
    )
    label = TrimmedString(
        LONGEST_LABEL, required=True, metadata={"label": _l("Answer"), "ask": _l("Write the answer.")}
    )
    score = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=-1000, max=1000),
        metadata={"label": _l("Counts for")},
    )
    was = Identifier(
        LONGEST_LABEL,
        load_default="",
        metadata={"label": _l("Codes before"), "hint": _l("That meant the same in earlier versions, with spaces.")},
    )


class ChoicesSchema(Schema):
    name = Identifier(
        40,
        required=True,
        validate=is_code,
        metadata={"label": _l("Name of the list"), "ask": _l("Give the name of the list.")},
    )
    choices = fields.List(
        fields.Nested(ChoiceRowSchema),
        required=True,
        validate=validate.Length(min=1, max=MAXIMUM_ROWS),
        metadata={
            "label": _l("Choices"),
            "ask": _l("Give at least one choice."),
            "extra_rows": 1,
            "add_label": _l("Add a choice"),
        },
    )


class SettingsSchema(Schema):
    title = TrimmedString(LONGEST_LABEL, required=True, metadata={"label": _l("Title"), "ask": _l("Give the title.")})
    languages = SeveralChoices(
        [pair for pair in LANGUAGE_NAMES.items() if pair[0] != MAIN_LANGUAGE],
        load_default=list,
        metadata={
            "label": _l("Other languages"),
            "hint": _l("A text that is missing in a language is shown in French."),
        },
    )
    may_add = fields.Boolean(load_default=False, metadata={"label": _l("A platform may add a section of its own")})
    certificate = Identifier(
        LONGEST_COURSE,
        load_default="",
        metadata={
            "label": _l("Course that it requires"),
            "hint": _l("Its code. Who does not hold its certificate is warned, and refused from the day below."),
        },
    )
    certificate_from = Date(load_default=None, allow_none=True, metadata={"label": _l("Refused without it from")})

    @validates_schema
    def both(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("certificate_from") and not data.get("certificate"):
            raise ValidationError(Message("Give the course too."), "certificate")


class ReviewSchema(Schema):
    note = TrimmedString(
        1000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("What changes, and why?"),
            "ask": _l("Say what changes."),
            "rows": 3,
            "hint": _l("The platforms read it beside the new version."),
        },
    )
    review_until = Date(
        required=True,
        validate=not_past,
        metadata={"label": _l("Remarks until"), "ask": _l("Say until when remarks are read.")},
    )


class PublicationSchema(Schema):
    adopt_by = Date(
        required=True,
        validate=not_past,
        metadata={"label": _l("To be adopted by"), "ask": _l("Say by when the platforms adopt it.")},
    )


class GiveUpSchema(Schema):
    comment = TrimmedString(
        500, required=True, metadata={"label": _l("Why is it given up?"), "ask": _l("Say why it is given up.")}
    )


class RemarkSchema(Schema):
    part = Identifier(40, load_default=None, allow_none=True, metadata={"label": _l("On"), "widget": "select"})
    text = TrimmedString(
        1000, multiline=True, required=True, metadata={"label": _l("Remark"), "ask": _l("Write the remark."), "rows": 3}
    )


def remark_schema(definition: Definition) -> type[Schema]:
    """The form of a remark on a part of a definition, or on the whole."""
    part = OneChoice(
        [("", _("The whole")), *numbered(definition)],
        load_default=None,
        allow_none=True,
        metadata={"label": _l("On")},
    )
    return RemarkSchema.from_dict({"part": part}, name="RemarkSchema")  # type: ignore[return-value]


def numbered(definition: Definition, but: str = "") -> list[tuple[str, str]]:
    """The items by id, each with its number and its question."""
    found = enumerate(definition.items.values(), 1)
    return [(item.id, f"{number}. {said(item.label) or item.id}") for number, item in found if item.id != but]
