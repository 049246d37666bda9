from marshmallow import fields

from clais.forms.fields import OneChoice
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


class AnswerSchema(Schema):
    """What the person answered to a question, and the scheme beside which it was asked."""

    answer = OneChoice(
        [("yes", _l("Yes")), ("no", _l("No")), ("again", _l("To ask anew"))],
        required=True,
        metadata={"label": _l("Answer"), "ask": _l("Choose an answer.")},
    )
    scheme = fields.UUID(load_default=None, allow_none=True)


class AsideSchema(Schema):
    """Whether a session is nothing for somebody now."""

    aside = OneChoice(
        [("yes", _l("Not now")), ("no", _l("Take it up again"))],
        required=True,
        metadata={"label": _l("Answer"), "ask": _l("Choose an answer.")},
    )


class WhoseSchema(Schema):
    """Whose people are shown, in the URL of the page."""

    whose = OneChoice([("mine", _l("Mine")), ("all", _l("All of the platform"))], load_default="mine")
