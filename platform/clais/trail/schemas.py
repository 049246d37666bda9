from collections.abc import Callable
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.audit.queries import CHANGES_ONLY, LISTS_ONLY, READINGS_ONLY
from clais.forms.fields import ChoiceSource, Date, Identifier, OneChoice
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l

KINDS = (READINGS_ONLY, CHANGES_ONLY, LISTS_ONLY)


class _Period(Schema):
    """What is narrowed to some days."""

    since = Date(load_default=None, allow_none=True, metadata={"label": _l("From (day)")})
    until = Date(load_default=None, allow_none=True, metadata={"label": _l("Until (day)")})

    @validates_schema(skip_on_field_errors=True)
    def in_order(self, data: dict[str, Any], **_rest: object) -> None:
        """A period ends on the day on which it begins, or after."""
        if data["since"] and data["until"] and data["until"] < data["since"]:
            raise ValidationError({"until": [_("The last day comes after the first.")]})


class PeriodSchema(_Period):
    """The days of a list for printing, as an address names them."""


class TrailSchema(_Period):
    """What an address of the log says: keys and days, never a name; the cursor is sealed."""

    person = fields.UUID(load_default=None)
    member = fields.UUID(load_default=None)
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    after = fields.String(load_default=None, validate=validate.Length(max=600))


def narrow_schema(people: str, name_of: Callable[[str], str], members: ChoiceSource) -> Schema:
    """The form that narrows the log. `people` is the address that proposes people, `name_of` names a key."""
    asked: dict[str, fields.Field[Any]] = {
        "person": fields.UUID(
            load_default=None,
            allow_none=True,
            metadata={
                "label": _l("About whom"),
                "widget": "combobox",
                "source": people,
                "display": name_of,
                "placeholder": _l("The start of a name"),
            },
        ),
        "member": OneChoice(
            members, load_default=None, allow_none=True, metadata={"label": _l("By whom"), "placeholder": _l("Anyone")}
        ),
        "kind": OneChoice(
            [(kind, kind) for kind in KINDS], load_default=None, allow_none=True, metadata={"widget": "hidden"}
        ),
    }
    return cast("Schema", _Period.from_dict(asked, name="NarrowSchema")())


class ProposalSchema(Schema):
    q = Identifier(100, load_default="")
