"""The arguments of the list of files."""

from collections.abc import Sequence
from functools import lru_cache

from marshmallow import Schema as AnySchema
from marshmallow import fields, validate

from clais.feature.columns import PersonColumn
from clais.forms.fields import TrimmedString
from clais.forms.lists import COLUMNS, ListSchema, Names, one_of, sort_by
from clais.forms.schemas import Schema
from clais.translation import lazy_gettext as _l
from tenants.caseload.queries import AGE_BANDS, MINE, NOBODY
from tenants.people.workflow import STAGE

OWN_COLUMNS = ("age", "stage", "referent")
OWN_SORTS = ("name", *OWN_COLUMNS)
UUID_TEXT = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


@lru_cache(maxsize=16)
def list_schema(columns: Sequence[PersonColumn]) -> type[AnySchema]:
    """The schema of the list with these columns: one argument narrows by each of them."""
    narrowings = {column.name: _filter(column) for column in columns if column.narrowings or column.choosing}
    return ListSchema.from_dict(
        {
            "stage": one_of(STAGE.states),
            "age": one_of(AGE_BANDS),
            "referent": fields.String(
                load_default=None, validate=validate.Regexp(rf"^(?:{MINE}|{NOBODY}|{UUID_TEXT}|)\Z")
            ),
            "sort": sort_by(*OWN_SORTS, *(column.name for column in columns if column.sortable)),
            COLUMNS: Names([*OWN_COLUMNS, *(column.name for column in columns)]),
            **narrowings,
        },
        name="FilesSchema",
    )


def _filter(column: PersonColumn) -> fields.String:
    """A filter by a code of the column, or by a value that it can be narrowed by."""
    if column.choosing is None:
        return one_of(column.narrowings)
    codes = "|".join([*column.narrowings, column.choosing.pattern])
    return fields.String(load_default=None, validate=validate.Regexp(rf"^(?:{codes}|)\Z"))


class SavedViewSchema(Schema):
    """A view of the list that is kept."""

    label = TrimmedString(
        max=40, required=True, metadata={"label": _l("Name of the view"), "ask": _l("Give the name of the view.")}
    )
    is_shared = fields.Boolean(load_default=False, metadata={"label": _l("For the whole team")})
