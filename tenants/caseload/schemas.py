"""The arguments of the list of files."""

from collections.abc import Sequence
from functools import lru_cache

from marshmallow import Schema, fields, validate

from clais.feature.columns import PersonColumn
from clais.forms.lists import ListSchema, one_of, sort_by
from tenants.caseload.queries import MINE, NOBODY
from tenants.people.workflow import STAGE

OWN_SORTS = ("name", "age", "stage", "referent")
UUID_TEXT = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


@lru_cache(maxsize=16)
def list_schema(columns: Sequence[PersonColumn]) -> type[Schema]:
    """The schema of the list with these columns: one argument narrows by each of them."""
    narrowings = {column.name: one_of(column.narrowings) for column in columns if column.narrowings}
    return ListSchema.from_dict(
        {
            "stage": one_of(STAGE.states),
            "referent": fields.String(
                load_default=None, validate=validate.Regexp(rf"^(?:{MINE}|{NOBODY}|{UUID_TEXT}|)\Z")
            ),
            "sort": sort_by(*OWN_SORTS, *(column.name for column in columns if column.sortable)),
            **narrowings,
        },
        name="FilesSchema",
    )
