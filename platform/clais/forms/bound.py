"""A field of a form with its value and errors: everything that templates need to render it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, NamedTuple, Protocol, Self, TypeVar, cast

from marshmallow import fields, missing, validate

from clais.forms.choices import choice_pairs
from clais.forms.formdata import widget_of

INPUT_TYPES: Mapping[str, str] = {
    "tel": "tel",
    "email": "email",
    "password": "password",
    "datetime": "datetime-local",
    "hidden": "hidden",
    "number": "text",
    "date": "text",
    "time": "text",
    "text": "text",
    "combobox": "text",
}
INPUT_MODES: Mapping[str, str] = {"number": "numeric", "date": "numeric", "tel": "tel", "email": "email"}
MULTIPLE_WIDGETS = frozenset({"checkboxes", "multiselect"})
GROUP_WIDGETS = frozenset({"radio", "checkboxes", "rows", "fieldset"})


class Option(NamedTuple):
    """One option of a field. A group of options has `options` instead of `value`."""

    value: str
    label: Any
    selected: bool = False
    hint: Any = None
    options: tuple[Option, ...] = ()


class FormLike(Protocol):
    """What a field needs of its form: prefix, errors and values."""

    prefix: str
    errors: dict[str, Any]

    def raw(self, key: str, field: fields.Field[Any]) -> Any: ...
    def input_value(self, key: str, field: fields.Field[Any]) -> str: ...
    def input_values(self, key: str, field: fields.Field[Any]) -> list[str]: ...
    def inner(self, key: str, field: fields.Nested) -> Self: ...
    def row_forms(self, key: str, field: fields.List[Any], *, blank: int) -> list[Self]: ...
    def row_template(self, key: str, field: fields.List[Any]) -> Self: ...


Form = TypeVar("Form", bound=FormLike)


@dataclass(frozen=True)
class BoundField(Generic[Form]):
    """A field of a schema in a form: name, value, errors and HTML attributes."""

    form: Form
    key: str
    field: fields.Field[Any]

    @property
    def name(self) -> str:
        """The name that is submitted, prefix included."""
        return f"{self.form.prefix}{self.key}"

    @property
    def id(self) -> str:
        """The id of the input, or of the group for radios, checkboxes and rows."""
        return f"field-{self.name}"

    @cached_property
    def widget(self) -> str:
        """The macro that renders the field."""
        return widget_of(self.field)

    @property
    def is_group(self) -> bool:
        """Whether the field has several inputs under one legend."""
        return self.widget in GROUP_WIDGETS

    @property
    def meta(self) -> Mapping[str, Any]:
        """The metadata of the field."""
        return self.field.metadata

    @property
    def label(self) -> Any:
        """The question."""
        return self.meta.get("label") or self.key.replace("_", " ").capitalize()

    @property
    def hint(self) -> Any:
        """One sentence that helps to answer, or None."""
        return self.meta.get("hint")

    @property
    def group(self) -> Any:
        """The heading of the group of the field, or None."""
        return self.meta.get("group")

    @property
    def required(self) -> bool:
        """Whether an answer is required. A checkbox is required only when its schema accepts only True."""
        if isinstance(self.field, fields.Boolean) and self.widget == "checkbox":
            return any(
                isinstance(check, validate.Equal) and check.comparable is True for check in self.field.validators
            )
        return bool(self.field.required)

    @property
    def optional(self) -> bool:
        """Whether the field is marked « facultatif »."""
        return not self.required and self.widget not in {"checkbox", "hidden", "fieldset"} and not self.always_answered

    @property
    def always_answered(self) -> bool:
        """Whether one of a few answers is always chosen: the field begins with one, or a radio that cannot be left has
        one.
        """
        if self.widget == "radio" and self.value:
            return "" not in {str(pair[0]) for pair in self._declared_choices()}
        return self.widget in {"radio", "select"} and self.field.load_default not in (missing, None, "")

    @property
    def errors(self) -> list[str]:
        """The error messages of the field."""
        found = self.form.errors.get(self.key, [])
        return list(found) if isinstance(found, list) else _own_messages(found)

    @property
    def invalid(self) -> bool:
        """Whether the field or its nested fields have errors."""
        return bool(self.form.errors.get(self.key))

    @property
    def described_by(self) -> str | None:
        """Ids of the hint and error beside the field, for `aria-describedby`."""
        ids = [f"{self.id}-hint"] if self.hint else []
        ids += [f"{self.id}-error"] if self.errors else []
        return " ".join(ids) or None

    @property
    def value(self) -> str:
        """The text of the input: the submitted one, otherwise the formatted stored value."""
        return self.form.input_value(self.key, self.field)

    @property
    def values(self) -> list[str]:
        """The selected values, for widgets that allow several answers."""
        return self.form.input_values(self.key, self.field)

    @property
    def checked(self) -> bool:
        """Whether the checkbox is ticked."""
        return self.form.raw(self.key, self.field) in {True, "true", "on", "1", "y"}

    @property
    def options(self) -> list[Option]:
        """The options, with the selected ones marked; a select starts with an empty one, unless it has an answer."""
        chosen = set(self.values if self.widget in MULTIPLE_WIDGETS else [self.value])
        options = [_option(pair, chosen) for pair in self._declared_choices()]
        is_left_open = not (self.always_answered and self.value)
        # A group has no value of its own.
        has_empty = any(option.value == "" and not option.options for option in options)
        if self.widget == "select" and is_left_open and not has_empty:
            options.insert(0, Option("", self.meta.get("placeholder", ""), selected=chosen <= {""}))
        return options

    def _declared_choices(self) -> Sequence[Sequence[Any]]:
        declared = choice_pairs(self.meta.get("choices"))
        if declared or not isinstance(self.field, fields.Enum):
            return declared
        return [(member.value if self.field.by_value else member.name, member.name) for member in self.field.enum]

    @property
    def attributes(self) -> dict[str, str]:
        """The HTML attributes that the schema implies: type, required, aria-describedby…

        Never `maxlength`: a browser cuts what is pasted without a word. `data-limit` makes a counter, and the schema
        says how many characters are too many.
        """
        found: dict[str, str] = {"name": self.name, "id": self.id}
        if self.widget in INPUT_TYPES:
            found["type"] = INPUT_TYPES[self.widget]
        for key, value in (
            ("inputmode", self.meta.get("inputmode") or INPUT_MODES.get(self.widget)),
            ("autocomplete", self.meta.get("autocomplete", "off" if self.widget != "password" else None)),
            ("placeholder", self.meta.get("placeholder") if self.widget != "select" else None),
            ("aria-describedby", self.described_by),
            ("aria-invalid", "true" if self.invalid else None),
        ):
            if value:
                found[key] = str(value)
        if self.required:
            found["required"] = ""
        if self.limit:
            found["data-limit"] = str(self.limit)
        return found

    @property
    def limit(self) -> int | None:
        """The longest text that is accepted, where someone writes freely; None elsewhere."""
        counts = getattr(self.field, "counted", False) and self.widget in {"text", "textarea"}
        return int(self.field.max_length) if counts else None  # type: ignore[attr-defined]

    @property
    def source(self) -> str | None:
        """For a combobox: the URL that returns options; the metadata holds it or a callable."""
        declared = self.meta.get("source")
        return str(declared() if callable(declared) else declared) if declared else None

    @property
    def display(self) -> str:
        """For a combobox: the label of the value, from the declared `display(value)`."""
        display = self.meta.get("display")
        return str(display(self.value) or self.value) if callable(display) and self.value else self.value

    @property
    def nested(self) -> Form:
        """For a single nested group: the form inside it."""
        return self.form.inner(self.key, cast("fields.Nested", self.field))

    @property
    def rows(self) -> list[Form]:
        """For repeated rows: one form per filled row, then the blank ones."""
        return self.form.row_forms(
            self.key, cast("fields.List[Any]", self.field), blank=int(self.meta.get("extra_rows", 1))
        )

    @property
    def row_template(self) -> Form:
        """For repeated rows: the row that « Ajouter » copies, with `__index__` as its number."""
        return self.form.row_template(self.key, cast("fields.List[Any]", self.field))


def _own_messages(found: Any) -> list[str]:
    """The messages about a nested group itself; those about its rows are shown at their fields."""
    own = found.get("_schema", []) if isinstance(found, dict) else []
    return [str(message) for message in own]


def _option(pair: Sequence[Any], chosen: set[str]) -> Option:
    value, label, *rest = pair
    if isinstance(label, (list, tuple)):
        return Option("", value, options=tuple(_option(inner, chosen) for inner in label))
    return Option(str(value), label, str(value) in chosen, rest[0] if rest else None)
