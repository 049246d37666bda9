"""The arguments of the addresses of lists. Nobody types them, and nothing in them names anybody."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import fields, pre_load, validate

from clais.forms.schemas import Schema


def one_of(codes: Collection[str]) -> fields.String:
    """A filter by one of some codes."""
    return fields.String(load_default=None, validate=validate.OneOf(list(codes)))


def one_row() -> fields.UUID:
    """A filter by the id of a row."""
    return fields.UUID(load_default=None)


def sort_by(*names: str) -> fields.String:
    """The column by which a list is sorted; the first one unless the address says otherwise."""
    return fields.String(load_default=names[0], validate=validate.OneOf(names))


class ListSchema(Schema):
    """What the address of any list may hold. A list declares its filters, and `sort = sort_by(…)`.

    `order` turns the natural order of the column round; `after` is a sealed cursor.
    """

    order = fields.String(load_default=None, validate=validate.OneOf(["turned"]))
    after = fields.String(load_default=None, validate=validate.Length(max=600))

    @pre_load
    def without_blanks(self, data: Mapping[str, Any], **_rest: object) -> dict[str, Any]:
        """A blank filter is none: the form of the filters sends each of its fields."""
        return {name: value for name, value in data.items() if value != ""}
