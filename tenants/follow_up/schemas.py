from datetime import date, timedelta
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates, validates_schema

from clais.clock import today
from clais.forms.choices import choices_of, hinted_choices_of
from clais.forms.fields import ChoiceSource, Date, Identifier, OneChoice, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from tenants.follow_up.choices import CHANNELS, NOTE_CLASSES, NOTE_MEANINGS, OUTCOMES, REACHED, THEMES

NOTE_LENGTH = 4000
OLDEST_CONTACT = timedelta(days=366)
LONGEST_CONTACT = 480
RETURNS = ("file", "day", "thread")
"""The pages to which a form returns: the file, my day, the whole thread."""


def theme_field() -> OneChoice:
    """What a note or a contact is about: one choice, or none."""
    return OneChoice(choices_of(THEMES), load_default=None, allow_none=True, metadata={"label": _l("Theme")})


def note_schema(colleagues: ChoiceSource) -> Schema:
    """The schema of a note that may name `colleagues` (pairs of membership key and name) as readers of a confidence."""
    schema = Schema.from_dict(
        {
            "text": TrimmedString(
                NOTE_LENGTH,
                multiline=True,
                required=True,
                metadata={
                    "label": _l("Note"),
                    "ask": _l("Write the note."),
                    "rows": 3,
                    "placeholder": _l("What happened, what was said, what was agreed…"),
                },
            ),
            "theme": theme_field(),
            "note_class": OneChoice(
                hinted_choices_of({code: (label, NOTE_MEANINGS[code]) for code, label in NOTE_CLASSES.items()}),
                load_default="fact",
                metadata={"label": _l("Who reads it"), "widget": "radio"},
            ),
            "readers": SeveralChoices(
                colleagues,
                load_default=list,
                metadata={"label": _l("Colleagues who read this confidence"), "inline": True},
            ),
        },
        name="NoteSchema",
    )()
    return cast("Schema", schema)


class ContactSchema(Schema):
    channel = OneChoice(
        choices_of(CHANNELS),
        required=True,
        metadata={"label": _l("How"), "ask": _l("Choose how the contact was made."), "widget": "radio", "inline": True},
    )
    outcome = OneChoice(
        choices_of(OUTCOMES),
        required=True,
        metadata={
            "label": _l("What came of it"),
            "ask": _l("Choose what came of it."),
            "widget": "radio",
            "inline": True,
        },
    )
    summary = TrimmedString(
        1000,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={"label": _l("In a few words"), "rows": 3, "hint": _l("Read by the agents of the platform.")},
    )
    theme = theme_field()
    happened_on = Date(required=True, metadata={"label": _l("When"), "ask": _l("Give the day of the contact.")})
    minutes = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LONGEST_CONTACT),
        metadata={"label": _l("Minutes")},
    )
    back = OneChoice([(place, place) for place in RETURNS], load_default="file", metadata={"widget": "hidden"})

    @validates("happened_on")
    def check_day(self, value: date, **_kwargs: Any) -> None:
        """Refuse a future day, and a day so old that its year is a typing mistake."""
        if value > today():
            raise ValidationError(_("This day has not come yet."))
        if value < today() - OLDEST_CONTACT:
            raise ValidationError(_("This is more than a year ago: check the date."))


NEW_CONTACT: dict[str, Any] = {"channel": "phone", "outcome": REACHED}
"""The initial values of the form: the commonest contact is a telephone call that reached the person."""


class ThreadSchema(Schema):
    """The filters of the whole thread; the cursor is sealed."""

    kind = fields.String(load_default=None, validate=validate.OneOf(["note", "contact", "appointment", "path"]))
    after = fields.String(load_default=None, validate=validate.Length(max=600))


class NotesSchema(Schema):
    after = fields.String(load_default=None, validate=validate.Length(max=600))


class NoteSearchSchema(Schema):
    """Words, a theme, or both. It is sent in the body: what somebody's notes are about stands in no address."""

    q = Identifier(60, load_default="", metadata={"label": _l("Search in the notes")})
    theme = theme_field()

    @validates_schema(skip_on_field_errors=True)
    def check_asked(self, data: dict[str, Any], **_kwargs: Any) -> None:
        """Ask for words or a theme."""
        if not (data.get("q") or data.get("theme")):
            raise ValidationError(_("Write what you are looking for, or choose a theme."), "q")


class BackSchema(Schema):
    """The page to which an act of one button returns."""

    back = OneChoice([(place, place) for place in RETURNS], load_default="file")
