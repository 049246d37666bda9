"""The base of every input schema: unknown fields refused, messages translated, string lengths bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow
from marshmallow import RAISE, ValidationError, validate
from marshmallow import fields as stock

from clais.forms.messages import SCHEMA_MESSAGES, translate_field, translated

BOUNDED_KINDS = (stock.UUID, stock.Date, stock.DateTime, stock.Time, stock.Enum)


class Schema(marshmallow.Schema):
    """One definition of an input, used by the page, the API and the import alike.

    Per field, `metadata` may declare: label, hint, widget, choices, autocomplete, group, placeholder, inputmode (see
    `clais.forms.form`). Anything not declared is refused, which is what stops mass assignment.
    """

    class Meta:
        unknown = RAISE

    error_messages = dict(SCHEMA_MESSAGES)

    def on_bind_field(self, field_name: str, field_obj: stock.Field[Any]) -> None:
        """Say marshmallow's messages in our words."""
        super().on_bind_field(field_name, field_obj)
        translate_field(field_obj)
        if isinstance(field_obj, stock.List):
            translate_field(field_obj.inner)

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Translate what is still an id, such as the refusal of an unknown field."""
        super().handle_error(error, data, many=many, **kwargs)
        error.messages = translated(error.messages)


def unbounded_fields(schema: marshmallow.Schema | type[marshmallow.Schema]) -> list[str]:
    """Dotted names of the string fields of a schema, nested ones included, that accept a text of any length."""
    instance = schema if isinstance(schema, marshmallow.Schema) else schema()
    return sorted(_unbounded(instance.load_fields.items(), ""))


def _unbounded(pairs: Any, before: str) -> Iterator[str]:
    for name, field in pairs:
        dotted = f"{before}{name}"
        if isinstance(field, stock.List):
            yield from _unbounded([(name, field.inner)], before)
        elif isinstance(field, stock.Nested):
            yield from _unbounded(field.schema.load_fields.items(), f"{dotted}.")
        elif isinstance(field, stock.Dict):
            yield from _unbounded(
                [(name, field.value_field)] if field.value_field else [(name, stock.String())], before
            )
        elif isinstance(field, stock.String) and not _is_bounded(field):
            yield dotted


def _is_bounded(field: stock.Field[Any]) -> bool:
    if isinstance(field, BOUNDED_KINDS) or getattr(field, "bounded", False):
        return True
    return any(
        (isinstance(validator, validate.Length) and (validator.max is not None or validator.equal is not None))
        or isinstance(validator, (validate.OneOf, validate.Equal))
        for validator in field.validators
    )
