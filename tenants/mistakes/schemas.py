from clais.forms.choices import hinted_choices_of
from clais.forms.fields import OneChoice, TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.mistakes.choices import REASONS


class MistakeSchema(Schema):
    """Why something was encoded by mistake."""

    reason = OneChoice(
        hinted_choices_of(REASONS),
        required=True,
        metadata={"label": _l("What went wrong?"), "ask": _l("Choose what went wrong."), "widget": "radio"},
    )
    because = TrimmedString(
        300,
        required=True,
        multiline=True,
        metadata={
            "label": _l("In a few words"),
            "ask": _l("Say it in a few words."),
            "rows": 2,
            "hint": _l("For the coordinator who reads the list later. Name nobody."),
        },
    )
