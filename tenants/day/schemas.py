from datetime import date, timedelta

from marshmallow import ValidationError, fields

from clais.clock import today
from clais.forms.fields import Date, TrimmedString
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l

LONGEST = timedelta(days=366)


def check_ahead(day: date) -> None:
    """Raise ValidationError for a day that is not ahead, or more than a year away."""
    if not today() < day <= today() + LONGEST:
        raise ValidationError(Message("Choose a day from tomorrow on, within a year."))


class PostponeSchema(Schema):
    """What is put off, and the day on which it comes back."""

    source = TrimmedString(40, required=True, metadata={"widget": "hidden"})
    subject = TrimmedString(120, required=True, metadata={"widget": "hidden"})
    until = Date(
        required=True,
        validate=check_ahead,
        metadata={"label": _l("Remind me on"), "ask": _l("Give the day of the reminder.")},
    )


class SeenSchema(Schema):
    """The moment up to which all news is seen: that at which the page was shown."""

    at = fields.AwareDateTime(required=True, metadata={"widget": "hidden"})
