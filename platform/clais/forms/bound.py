"""A field of a form together with what is in it: everything that the templates need to draw it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar, cast

from marshmallow import fields as stock
from marshmallow import validate

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


@dataclass(frozen=True, slots=True)
class Option:
    """One proposed answer. `options` is filled instead of `value` when it is a group of answers."""

    value: str
    label: Any
    selected: bool = False
    hint: Any = None
    options: tuple[Option, ...] = ()


class Holder(Protocol):
    """The form around a field, as far as the field needs it: its prefix, its errors, what stands in it."""

    prefix: str
    errors: dict[str, Any]

    def raw(self, key: str, field: stock.Field[Any]) -> Any: ...
    def shown(self, key: str, field: stock.Field[Any]) -> str: ...
    def shown_list(self, key: str, field: stock.Field[Any]) -> list[str]: ...
    def inner(self, key: str, field: stock.Nested) -> Self: ...
    def row_forms(self, key: str, field: stock.List[Any], *, blank: int) -> list[Self]: ...
    def row_template(self, key: str, field: stock.List[Any]) -> Self: ...


Form = TypeVar("Form", bound=Holder)


@dataclass(frozen=True)
class BoundField(Generic[Form]):
    """A schema's field, its name in the page, what it holds and what is wrong with it."""

    form: Form
    key: str
    field: stock.Field[Any]

    @property
    def name(self) -> str:
        """The name that is submitted, prefix included."""
        return f"{self.form.prefix}{self.key}"

    @property
    def id(self) -> str:
        """The id of the input, or of the group for radios, checkboxes and rows."""
        return f"field-{self.name}"

    @property
    def widget(self) -> str:
        """Which macro draws it."""
        return widget_of(self.field)

    @property
    def is_group(self) -> bool:
        """Several inputs under one legend."""
        return self.widget in GROUP_WIDGETS

    @property
    def meta(self) -> Mapping[str, Any]:
        """The declaration of the field, for the rare template that needs more than what is here."""
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
        """The heading under which the field stands, or None."""
        return self.meta.get("group")

    @property
    def required(self) -> bool:
        """An answer is asked for. A box to tick is only required when its schema insists on True."""
        if isinstance(self.field, stock.Boolean) and self.widget == "checkbox":
            return any(
                isinstance(check, validate.Equal) and check.comparable is True for check in self.field.validators
            )
        return bool(self.field.required)

    @property
    def optional(self) -> bool:
        """Shown as « facultatif »."""
        return not self.required and self.widget not in {"checkbox", "hidden", "fieldset"}

    @property
    def errors(self) -> list[str]:
        """What is wrong with the answer, in sentences."""
        found = self.form.errors.get(self.key, [])
        return [str(message) for message in found] if isinstance(found, list) else _own_messages(found)

    @property
    def invalid(self) -> bool:
        """There is something to correct here."""
        return bool(self.form.errors.get(self.key))

    @property
    def described_by(self) -> str | None:
        """Ids of the hint and error beside the field, for `aria-describedby`."""
        ids = [f"{self.id}-hint"] if self.hint else []
        ids += [f"{self.id}-error"] if self.errors else []
        return " ".join(ids) or None

    @property
    def value(self) -> str:
        """What stands in the input: what was typed, otherwise the stored value in the way people write it."""
        return self.form.shown(self.key, self.field)

    @property
    def values(self) -> list[str]:
        """What is ticked or chosen, for the widgets that allow several answers."""
        return self.form.shown_list(self.key, self.field)

    @property
    def checked(self) -> bool:
        """The box is ticked."""
        return self.form.raw(self.key, self.field) in {True, "true", "on", "1", "y"}

    @property
    def options(self) -> list[Option]:
        """The proposed answers, those that hold marked; a blank one first where no answer is possible."""
        chosen = set(self.values if self.widget in MULTIPLE_WIDGETS else [self.value])
        options = [_option(pair, chosen) for pair in self._declared_choices()]
        if self.widget == "select" and "" not in {option.value for option in options}:
            options.insert(0, Option("", self.meta.get("placeholder", ""), selected=chosen <= {""}))
        return options

    def _declared_choices(self) -> Sequence[Sequence[Any]]:
        declared = choice_pairs(self.meta.get("choices"))
        if declared or not isinstance(self.field, stock.Enum):
            return declared
        return [(member.value if self.field.by_value else member.name, member.name) for member in self.field.enum]

    @property
    def attributes(self) -> dict[str, str]:
        """HTML attributes that follow from the schema: type, lengths, required, described by…"""
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
        if self.widget not in {"select", "multiselect", "date", "checkbox"}:
            found |= _length_attributes(self.field)
        return found

    @property
    def maximum(self) -> int | None:
        """The longest text accepted, or None."""
        text = _length_attributes(self.field).get("maxlength")
        return int(text) if text else None

    @property
    def source(self) -> str | None:
        """For a combobox: the address that proposes answers, itself or what a callable gives."""
        declared = self.meta.get("source")
        return str(declared() if callable(declared) else declared) if declared else None

    @property
    def display(self) -> str:
        """For a combobox: the words that stand for the value, found by the declared `display(value)`."""
        words = self.meta.get("display")
        return str(words(self.value) or self.value) if callable(words) and self.value else self.value

    @property
    def nested(self) -> Form:
        """For a single nested group: the form inside it."""
        return self.form.inner(self.key, cast("stock.Nested", self.field))

    @property
    def rows(self) -> list[Form]:
        """For repeated rows: one form per row that is filled, then the blank ones that are offered."""
        return self.form.row_forms(
            self.key, cast("stock.List[Any]", self.field), blank=int(self.meta.get("extra_rows", 1))
        )

    @property
    def row_template(self) -> Form:
        """For repeated rows: the row that « Ajouter » copies; its number is written `__index__`."""
        return self.form.row_template(self.key, cast("stock.List[Any]", self.field))


def _own_messages(found: Any) -> list[str]:
    """The messages of a nested group about itself; those about its rows stand beside their fields."""
    own = found.get("_schema", []) if isinstance(found, dict) else []
    return [str(message) for message in own]


def _option(pair: Sequence[Any], chosen: set[str]) -> Option:
    value, label, *rest = pair
    if isinstance(label, (list, tuple)):
        return Option("", value, options=tuple(_option(inner, chosen) for inner in label))
    return Option(str(value), label, str(value) in chosen, rest[0] if rest else None)


def _length_attributes(field: stock.Field[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if isinstance(field, stock.List):
        return found
    for check in field.validators:
        if isinstance(check, validate.Length):
            maximum = check.equal if check.equal is not None else check.max
            minimum = check.equal if check.equal is not None else check.min
            found |= {"maxlength": str(maximum)} if maximum is not None else {}
            found |= {"minlength": str(minimum)} if minimum else {}
    return found
