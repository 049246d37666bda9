from clais.exchange.practice.schemas import Anonymous
from clais.exchange.quality.choices import TEXTS
from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l

TEXT = 800


def _text(name: str, **words: object) -> Anonymous:
    return Anonymous(TEXT, multiline=True, required=True, metadata={"label": _l(TEXTS[name]), **words, "rows": 4})


class SummarySchema(Schema):
    """The summary of a drawn file: the centre reads it, and must not know whose it is."""

    asked = _text(
        "asked",
        ask=_l("Write what was asked."),
        hint=_l("No name, no place, no day: “the person”, “the partner”, “in autumn”."),
    )
    done = _text("done", ask=_l("Write what was done."))
    hard = _text("hard", ask=_l("Write what was hard."))
    otherwise = _text("otherwise", ask=_l("Write what one would do otherwise."))


class RefusalSchema(Schema):
    """Why a request is declined."""

    refusal = Anonymous(
        500,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why?"),
            "ask": _l("Say why."),
            "hint": _l("The supervisor reads it: name nobody."),
            "rows": 3,
        },
    )


class DrawAgainSchema(Schema):
    """Why another file is drawn in the place of one."""

    replaced_because = TrimmedString(
        500,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why another one?"),
            "ask": _l("Say why."),
            "hint": _l("The reason stays here. The supervisor sees that a file was drawn again."),
            "rows": 3,
        },
    )
