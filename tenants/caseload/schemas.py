"""The arguments of the list of files. Nothing in them names anybody."""

from collections.abc import Sequence
from functools import lru_cache

from marshmallow import Schema, fields, validate

from clais.feature.columns import PersonColumn
from tenants.caseload.queries import MINE, NOBODY
from tenants.people.workflow import STAGE

OWN_SORTS = ("name", "age", "stage")


@lru_cache(maxsize=16)
def list_schema(columns: Sequence[PersonColumn]) -> type[Schema]:
    """The schema of the list with these columns: one argument narrows by each of them."""
    sorts = [*OWN_SORTS, *(column.name for column in columns if column.sortable)]
    return Schema.from_dict(
        {
            "stage": fields.String(load_default=None, validate=validate.OneOf(["", *STAGE.states])),
            "referent": fields.String(
                load_default=None,
                validate=validate.Regexp(rf"^({MINE}|{NOBODY}|[0-9a-f]{{8}}-([0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}|)$"),
            ),
            "sort": fields.String(load_default="name", validate=validate.OneOf(sorts)),
            "order": fields.String(load_default="", validate=validate.OneOf(["", "down"])),
            "after": fields.String(load_default=None, validate=validate.Length(max=600)),
            **{
                column.name: fields.String(load_default=None, validate=validate.OneOf(["", *column.narrowings]))
                for column in columns
                if column.narrowings
            },
        },
        name="FilesSchema",
    )
