from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


class PublishSchema(Schema):
    """What the platforms are told of a new version."""

    note = TrimmedString(
        500,
        multiline=True,
        load_default=None,
        allow_none=True,
        metadata={
            "label": _l("What changes, for the agents"),
            "rows": 2,
            "hint": _l("Why, and since when. They read it beside the conditions."),
        },
    )
