from collections.abc import Sequence

import marshmallow

from clais.forms.fields import SeveralChoices, TrimmedString
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l


def members_schema(members: Sequence[tuple[str, str]]) -> marshmallow.Schema:
    """Whom a coordinator registers, of `members` (id, name)."""
    who = SeveralChoices(
        members,
        required=True,
        metadata={"label": _l("Who goes?"), "ask": _l("Choose one person at least.")},
    )
    return Schema.from_dict({"members": who})()


class WhySchema(Schema):
    """Why a registration is declined or taken back."""

    reason = TrimmedString(
        300,
        multiline=True,
        required=True,
        metadata={
            "label": _l("Why?"),
            "ask": _l("Say why."),
            "rows": 3,
            "hint": _l("Your colleagues read it. Name no candidate."),
        },
    )
