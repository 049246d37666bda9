from marshmallow import validate

from clais.forms.choices import choices_of
from clais.forms.fields import OneChoice, TrimmedString, WholeNumber
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.follow_up.choices import CHANNELS, NOTE_CLASSES
from tenants.follow_up.schemas import LONGEST_CONTACT, theme_field
from tenants.note_templates.choices import FORMS

LONGEST = 1000
"""As long as what is said of a contact."""


class NoteTemplateSchema(Schema):
    """A template: what it is for, its text, and what it sets."""

    form = OneChoice(
        choices_of(FORMS),
        load_default="note",
        metadata={"label": _l("What for"), "widget": "radio", "inline": True},
    )
    label = TrimmedString(
        40, required=True, metadata={"label": _l("Name of the template"), "ask": _l("Give the name of the template.")}
    )
    text = TrimmedString(
        LONGEST,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Text"),
            "ask": _l("Write the text of the template."),
            "rows": 6,
            "hint": _l("Everybody here reads it: nothing about anyone."),
        },
    )
    theme = theme_field()
    note_class = OneChoice(
        choices_of(NOTE_CLASSES),
        load_default=None,
        allow_none=True,
        metadata={"label": _l("A note is saved"), "hint": _l("The button that is full once the text is there.")},
    )
    channel = OneChoice(
        choices_of(CHANNELS), load_default=None, allow_none=True, metadata={"label": _l("A contact was made")}
    )
    minutes = WholeNumber(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LONGEST_CONTACT),
        metadata={"label": _l("Minutes of a contact")},
    )
