from typing import Any

from marshmallow import Schema as AnySchema
from marshmallow import fields

from clais.forms.choices import ChoiceSource, SeveralChoices
from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l

LONGEST_INTRODUCTION = 600


def cv_schema(facts: ChoiceSource, episodes: ChoiceSource) -> AnySchema:
    """What goes on the draft: a title and some words, what is known of the person, and what they did."""
    asked: dict[str, fields.Field[Any]] = {
        "title": TrimmedString(
            120,
            load_default=None,
            allow_none=True,
            metadata={
                "label": _l("Title of the CV"),
                "placeholder": _l("Cleaner, kitchen assistant…"),
                "hint": _l("The work that is looked for, in the words of the person."),
            },
        ),
        "introduction": TrimmedString(
            LONGEST_INTRODUCTION,
            multiline=True,
            load_default=None,
            allow_none=True,
            metadata={"label": _l("Some words of introduction"), "rows": 3},
        ),
        "facts": SeveralChoices(facts, load_default=list, metadata={"label": _l("What is known of the person")}),
        "episodes": SeveralChoices(
            episodes,
            load_default=list,
            metadata={
                "label": _l("Work and training, the newest first"),
                "hint": _l("Untick what the person does not want on their CV."),
            },
        ),
    }
    return Schema.from_dict(asked, name="CvSchema")()
