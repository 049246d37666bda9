from clais.exchange.practice.schemas import Anonymous
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l

NO_NAME = _l("No name of a candidate, no number, no address: the centre reads it.")


class QuestionSchema(Schema):
    """A question to the centre."""

    text = Anonymous(
        1000,
        multiline=True,
        required=True,
        metadata={"label": _l("Your question"), "ask": _l("Write your question."), "hint": NO_NAME, "rows": 5},
    )


class AgainSchema(Schema):
    """A question that is asked again."""

    more = Anonymous(
        1000,
        multiline=True,
        required=True,
        metadata={"label": _l("What is still missing?"), "ask": _l("Say what is missing."), "hint": NO_NAME, "rows": 4},
    )
