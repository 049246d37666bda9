from datetime import date

from marshmallow import ValidationError

from clais.clock import today
from clais.dates import months_after
from clais.forms.choices import hinted_choices_of
from clais.forms.fields import Date, OneChoice
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.muting.choices import REASONS

MOST_MONTHS = 6


def _ahead(day: date) -> None:
    """Refuse a day that is not ahead, or further than a file may be quiet."""
    if day <= today():
        raise ValidationError(Message("Choose a day that is ahead."))
    if day > months_after(today(), MOST_MONTHS):
        raise ValidationError(Message("Six months at most: decide again then, or close the file."))


class MutingSchema(Schema):
    reason = OneChoice(
        hinted_choices_of(REASONS),
        required=True,
        metadata={"label": _l("Why is no contact needed?"), "ask": _l("Choose why."), "widget": "radio"},
    )
    until_on = Date(
        required=True,
        validate=_ahead,
        metadata={"label": _l("Up to and including"), "ask": _l("Give the last quiet day.")},
    )
