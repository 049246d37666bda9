"""The base of every input schema: it refuses unknown fields and translates messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import marshmallow
from marshmallow import RAISE, ValidationError, fields, validate

from clais.forms.messages import SCHEMA_MESSAGES, translate_field, translated

BOUNDED_KINDS = (fields.UUID, fields.Date, fields.DateTime, fields.Time, fields.Enum)


class Schema(marshmallow.Schema):
    """One definition of an input, used by the page, the API and the import.

    Per field, `metadata` may declare: label, hint, widget, choices, autocomplete, group, placeholder, inputmode (see
    `clais.forms.form`). Undeclared fields are refused, which prevents mass assignment.
    """

    class Meta:
        unknown = RAISE

    error_messages = dict(SCHEMA_MESSAGES)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Replace the messages of marshmallow by ours."""
        super().on_bind_field(field_name, field_obj)
        translate_field(field_obj)
        if isinstance(field_obj, fields.List):
            translate_field(field_obj.inner)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Translate the remaining ids, such as the message about unknown fields."""
        super().handle_error(error, data, many=many, **kwargs)
        error.messages = translated(error.messages)


@cache
def shared(schema: type[marshmallow.Schema]) -> marshmallow.Schema:
    """The one schema of its class: a new one copies its fields, which takes longer than to load a few answers."""
    return schema()


def unbounded_fields(schema: marshmallow.Schema | type[marshmallow.Schema]) -> list[str]:
    """The dotted names of the string fields, nested ones included, that have no maximum length."""
    instance = schema if isinstance(schema, marshmallow.Schema) else schema()
    return sorted(_unbounded(instance.load_fields.items(), ""))


def _unbounded(pairs: Any, before: str) -> Iterator[str]:
    for name, field in pairs:
        dotted = f"{before}{name}"
        if isinstance(field, fields.List):
            yield from _unbounded([(name, field.inner)], before)
        elif isinstance(field, fields.Nested):
            yield from _unbounded(field.schema.load_fields.items(), f"{dotted}.")
        elif isinstance(field, fields.Dict):
            yield from _unbounded(
                [(name, field.value_field)] if field.value_field else [(name, fields.String())], before
            )
        elif isinstance(field, fields.String) and not _is_bounded(field):
            yield dotted


def _is_bounded(field: fields.Field[Any]) -> bool:
    if isinstance(field, BOUNDED_KINDS) or getattr(field, "bounded", False):
        return True
    return any(
        (isinstance(validator, validate.Length) and (validator.max is not None or validator.equal is not None))
        or isinstance(validator, (validate.OneOf, validate.Equal))
        for validator in field.validators
    )
