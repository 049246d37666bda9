from marshmallow import Schema as AnySchema
from marshmallow import fields, validate

from clais.feature.gaps import Gap
from clais.forms.lists import one_of
from clais.forms.schemas import Schema


def gaps_schema(gaps: list[Gap]) -> type[AnySchema]:
    """The arguments of the list: what is missing, whose files, and where the page begins."""
    return Schema.from_dict(
        {
            "gap": one_of([gap.name for gap in gaps]),
            "whose": one_of(["mine"]),
            "after": fields.String(load_default=None, validate=validate.Length(max=600)),
        },
        name="GapsSchema",
    )
