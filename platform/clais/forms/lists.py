"""The arguments of the addresses of lists. Nobody types them, and nothing in them names anybody."""

from collections.abc import Collection, Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate
from werkzeug.datastructures import MultiDict

from clais.forms.schemas import Schema


def one_of(codes: Collection[str]) -> fields.String:
    """A filter by one of some codes; blank is no filter."""
    return fields.String(load_default=None, validate=validate.OneOf(["", *codes]))


def sort_by(*names: str) -> fields.String:
    """The column by which a list is sorted; the first one unless the address says otherwise."""
    return fields.String(load_default=names[0], validate=validate.OneOf(names))


class RowId(fields.UUID):
    """A filter by the id of a row; blank is no filter."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        return super()._deserialize(value, attr, data, **rest) if value else None


class RowIds(fields.UUID):
    """The ids of rows that were picked, each once in the address; at least one, at most `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(required=True)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> Any:
        sent = data.getlist(attr) if isinstance(data, MultiDict) else [value]
        if len(sent) > self.most:
            raise ValidationError(self.error_messages["invalid_uuid"])
        return list(dict.fromkeys(super(RowIds, self)._deserialize(text, attr, data, **rest) for text in sent))


def one_row() -> RowId:
    """A filter by the id of a row."""
    return RowId(load_default=None)


COLUMNS = "columns"
"""The argument of an address that names the columns to show."""


class Names(fields.Field[str | None]):
    """Some of the names that a list knows: each given once, or several with dots between them; none is no choice."""

    def __init__(self, known: Collection[str]) -> None:
        super().__init__(load_default=None)
        self.known = tuple(known)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_rest: Any) -> str | None:
        # The form of the columns sends each one that is ticked.
        sent = data.getlist(attr) if isinstance(data, MultiDict) else [value]
        given = [name for text in sent for name in str(text).split(".")]
        if not set(given) <= {*self.known, ""}:
            raise self.make_error("validator_failed")
        return ".".join(name for name in self.known if name in given) or None


class ListSchema(Schema):
    """What the address of any list may hold. A list declares its filters, and `sort = sort_by(…)`.

    `order` turns the natural order of the column round; `after` is a sealed cursor.
    """

    order = fields.String(load_default="", validate=validate.OneOf(["", "turned"]))
    after = fields.String(load_default=None, validate=validate.Length(max=600))

    @post_load
    def without_blanks(self, data: dict[str, Any], **_rest: object) -> dict[str, Any]:
        """A blank filter is none: the form of the filters sends each of its fields."""
        return {name: value or None for name, value in data.items()}


class PickedSchema(Schema):
    """The rows of a list of people that were picked."""

    people = RowIds(most=100)
