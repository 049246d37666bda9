from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from clais.clock import today
from clais.exchange.practice.choices import DOCUMENT_KINDS, READERS
from clais.exchange.practice.schemas import Anonymous
from clais.feature.help import PLACES
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices, TrimmedString, WebAddress
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.instruments.choices import LANGUAGE_NAMES
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.practice.actions import LONGEST_CARD, LONGEST_TITLE

MOST_LINES = 10


def _ten_lines(text: str) -> None:
    if sum(bool(line.strip()) for line in text.splitlines()) > MOST_LINES:
        raise ValidationError(Message("Ten lines at most: what is longer belongs in the library."))


class CardSchema(Schema):
    """A card as platforms read it."""

    title = Anonymous(
        LONGEST_TITLE,
        required=True,
        metadata={"label": _l("Title"), "ask": _l("Give the title."), "hint": _l("What to do, in one line.")},
    )
    text = Anonymous(
        LONGEST_CARD,
        multiline=True,
        required=True,
        validate=_ten_lines,
        metadata={"label": _l("Text"), "ask": _l("Write the text."), "hint": _l("Ten lines at most."), "rows": 10},
    )
    roles = SeveralChoices(
        choices_of(READERS), required=True, metadata={"label": _l("For whom?"), "ask": _l("Choose who reads it.")}
    )
    places = SeveralChoices(
        choices_of(PLACES),
        load_default=list,
        metadata={
            "label": _l("Where does it stand too?"),
            "hint": _l("Folded, on these pages. On “My day” it stands until it is read."),
        },
    )
    shown_from = Date(load_default=today, metadata={"label": _l("From which day?")})
    shown_until = Date(load_default=None, allow_none=True, metadata={"label": _l("Until which day?")})

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """The last day comes after the first."""
        if data["shown_until"] is not None and data["shown_until"] < data["shown_from"]:
            raise ValidationError({"shown_until": [_("The last day comes after the first.")]})


class ChangedCardSchema(CardSchema):
    """A card that is published already."""

    again = fields.Boolean(
        load_default=False,
        metadata={
            "label": _l("Who has read it reads it again"),
            "hint": _l("A new version: not for a slip of the pen."),
        },
    )


class AnswerSchema(Schema):
    text = Anonymous(
        2000,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Answer"),
            "ask": _l("Write the answer."),
            "hint": _l("It can become a card for everyone: name nobody."),
            "rows": 8,
        },
    )


class DocumentSchema(Schema):
    """A document of the library."""

    title = TrimmedString(120, required=True, metadata={"label": _l("Title"), "ask": _l("Give the title.")})
    purpose = TrimmedString(
        500,
        multiline=True,
        required=True,
        metadata={"label": _l("What the document is for"), "ask": _l("Say what the document is for."), "rows": 3},
    )
    kind = OneChoice(
        choices_of(DOCUMENT_KINDS), required=True, metadata={"label": _l("Kind"), "ask": _l("Choose the kind.")}
    )
    language = OneChoice(lambda: list(LANGUAGE_NAMES.items()), load_default="fr", metadata={"label": _l("Language")})


class VersionSchema(Schema):
    """A version of a document: where it is found, or its text."""

    issued_on = Date(load_default=today, metadata={"label": _l("Day of this version")})
    note = TrimmedString(
        500,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("What changes with it"), "rows": 2},
    )
    link = WebAddress(
        500,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("Where it is found"), "hint": _l("https://…")},
    )
    text = TrimmedString(
        8000, multiline=True, load_default=None, allow_none=True, metadata={"label": _l("Its text"), "rows": 12}
    )

    @validates_schema(skip_on_field_errors=True)
    def has_something(self, data: dict[str, Any], **_rest: object) -> None:
        """A version is found somewhere, or is there."""
        if not data["link"] and not data["text"]:
            raise ValidationError({"link": [_("Say where it is found, or give its text.")]})
