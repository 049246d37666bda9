"""Forms from marshmallow schemas: the same schema validates a page, an API call and an import.

    form = Form.from_request(PersonSchema(), request.form)
    if form.validate():
        register(session, **form.data)
    else:
        return render("people/new.html", "people/_new.html", status=422, form=form)

Per field, `metadata` may hold: label, ask (what to do when the answer is missing), hint, widget (text, textarea,
select, multiselect, radio, checkbox, checkboxes, date, time, datetime, tel, email, password, number, combobox, hidden,
rows, fieldset), choices, autocomplete, group, placeholder, inputmode, rows (height of a textarea), extra_rows (blank
rows offered), source and display (combobox).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, cast

import marshmallow
from marshmallow import ValidationError, fields
from werkzeug.datastructures import MultiDict

from clais.forms.bound import BoundField
from clais.forms.choices import choice_values
from clais.forms.formdata import ReopenedForm, read_form
from clais.forms.messages import NamingField, translated
from clais.forms.schemas import shared

FORM_ERRORS_KEY = "_schema"
REOPENED = "_reopened"
"""The key, without messages, that makes a reopened form one that is not valid."""
IDS = re.compile(r' id="([^"]+)"')
MOST_CHOICES = 30
"""Choices of a field that is drawn once: what is longer would fill the memory."""
DATE_TIME_FIELDS = (fields.Date, fields.Time, fields.DateTime)


class Form:
    """A schema with stored values or with submitted ones, and their errors."""

    def __init__(
        self,
        schema: marshmallow.Schema | type[marshmallow.Schema],
        values: Mapping[str, Any] | None = None,
        errors: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> None:
        """Show `values` (dates, enums, numbers…); `errors` is a marshmallow tree of messages.

        Of a class, all forms have the same schema.
        """
        self.schema = schema if isinstance(schema, marshmallow.Schema) else shared(schema)
        self.values: Mapping[str, Any] = values or {}
        self.errors: dict[str, Any] = dict(translated(dict(errors or {})))
        self.prefix = prefix
        self.typed: dict[str, Any] | None = None
        self.submission: str | None = None
        self.version: str | None = None
        self.reopened = False
        self._loaded: dict[str, Any] | None = None

    @classmethod
    def from_request(
        cls,
        schema: marshmallow.Schema | type[marshmallow.Schema],
        formdata: MultiDict[str, str],
        prefix: str = "",
        allow: Collection[str] = (),
    ) -> Form:
        """Read what was submitted. Raises UnknownFields (400) for a field that the schema does not declare.

        `allow` names fields that the view reads itself, such as the button that was clicked.
        """
        form = cls(schema, prefix=prefix)
        form.typed = read_form(form.schema, formdata, prefix, allow)
        form.submission = formdata.get("_submission")
        form.version = formdata.get("_version")
        form.reopened = isinstance(formdata, ReopenedForm)
        return form

    def validate(self) -> bool:
        """Load the submitted values. True when `data` can be used; otherwise `errors` says what to correct.

        A reopened form is not valid, and no answer is wrong: it is shown again, to be sent by its author.
        """
        if self.reopened:
            self.errors = {REOPENED: []}
            return False
        try:
            self._loaded = cast("dict[str, Any]", self.schema.load(self.typed or {}))
        except ValidationError as error:
            self.errors = dict(translated(error.normalized_messages()))  # type: ignore[no-untyped-call]
            self._loaded = None
        return self._loaded is not None

    @property
    def data(self) -> dict[str, Any]:
        """The loaded answers. Raises RuntimeError when the form was not validated or is not valid."""
        if self._loaded is None:
            message = "The form holds no valid data: call validate() and look at its answer first."
            raise RuntimeError(message)
        return self._loaded

    def valid_answers(self) -> Mapping[str, Any]:
        """The valid answers so far, of a form that is unfinished or has errors."""
        try:
            return cast("Mapping[str, Any]", self.schema.load(self.typed or {}, partial=True))
        except ValidationError as error:
            return error.valid_data if isinstance(error.valid_data, Mapping) else {}

    def add_error(self, name: str | None, message: object) -> None:
        """Add an error that only the action can detect; `name` None is for the whole form."""
        self.errors.setdefault(name or FORM_ERRORS_KEY, []).append(translated(message))
        self._loaded = None

    def __getitem__(self, name: str) -> BoundField[Form]:
        return BoundField(self, name, self._fields[name])

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[BoundField[Form]]:
        return (BoundField(self, name, field) for name, field in self._fields.items())

    @cached_property
    def _fields(self) -> dict[str, fields.Field[Any]]:
        return {field.data_key or name: field for name, field in self.schema.load_fields.items()}

    @property
    def hidden(self) -> list[BoundField[Form]]:
        """The hidden fields."""
        return [field for field in self if field.widget == "hidden"]

    @property
    def groups(self) -> list[tuple[Any, list[BoundField[Form]]]]:
        """The visible fields by group heading, in the order of the schema."""
        groups: list[tuple[Any, list[BoundField[Form]]]] = []
        for field in self:
            if field.widget == "hidden":
                continue
            if groups and groups[-1][0] == field.group:
                groups[-1][1].append(field)
            else:
                groups.append((field.group, [field]))
        return groups

    @property
    def form_errors(self) -> list[str]:
        """The errors of the whole form."""
        return [str(message) for message in self.errors.get(FORM_ERRORS_KEY, [])]

    @property
    def error_list(self) -> list[tuple[str | None, str, str]]:
        """(id of the input or None, label, message) for the summary at the top, nested groups included.

        The label is empty where the message names the field itself.
        """
        if not self.errors:
            return []
        found: list[tuple[str | None, str, str]] = [(None, "", message) for message in self.form_errors]
        for field in self:
            if not field.invalid:
                continue
            found += [
                (field.id, "" if isinstance(message, NamingField) else str(field.label), message)
                for message in field.errors
            ]
            if field.widget == "fieldset":
                found += field.nested.error_list
            elif field.widget == "rows":
                for row in field.rows:
                    found += row.error_list
        return found

    def errors_on(self, page: str) -> list[tuple[str | None, str, str]]:
        """The same in the order in which `page`, the HTML of the form, has the fields."""
        found = self.error_list
        order = {name: place for place, name in enumerate(IDS.findall(page), 1)} if found else {}
        return sorted(found, key=lambda error: order.get(error[0], len(page)) if error[0] else 0)

    def drawn(self, name: str, draw: Callable[[BoundField[Form]], str]) -> str:
        """What `draw`, a macro, makes of a field.

        It is kept for all forms of this schema, unless something of it is asked anew with each page, it is long, or
        someone typed the answer: none, and those that are declared, look the same whoever gives them.
        """
        field = self._fields[name]
        if any(map(callable, field.metadata.values())):
            return draw(self[name])
        several, choices = isinstance(field, fields.List), choice_values(field.metadata.get("choices"))
        answers = tuple(self.input_values(name, field) if several else filter(None, (self.input_value(name, field),)))
        if len(choices) > MOST_CHOICES or not set(choices).issuperset(answers):
            return draw(self[name])
        return _drawn(draw, self.schema, self.prefix, name, answers, tuple(self[name].errors))

    def raw(self, key: str, field: fields.Field[Any]) -> Any:
        """The submitted value of a submitted form; otherwise the stored value, or the default of the field."""
        if self.typed is not None:
            return self.typed.get(key)
        if key in self.values:
            return self.values[key]
        name = field.attribute or field.name or key
        if name in self.values:
            return self.values[name]
        default = field.load_default
        return None if default is marshmallow.missing else default() if callable(default) else default

    def input_value(self, key: str, field: fields.Field[Any]) -> str:
        """The text of the input."""
        value = self.raw(key, field)
        if value is None or self.typed is not None:
            return "" if value is None else str(value)
        return _as_input_text(field, value)

    def input_values(self, key: str, field: fields.Field[Any]) -> list[str]:
        """The selected values of a field with several answers."""
        value = self.raw(key, field) or []
        if self.typed is not None or not isinstance(field, fields.List):
            return [str(item) for item in value]
        return [_as_input_text(field.inner, item) for item in value]

    def inner(self, key: str, field: fields.Nested) -> Form:
        """The form of a single nested group."""
        return self._child(field.schema, self.raw(key, field) or {}, self.errors.get(key), f"{self.prefix}{key}-")

    def row_forms(self, key: str, field: fields.List[Any], *, blank: int) -> list[Form]:
        """The forms of repeated rows, then `blank` empty ones."""
        schema = cast("fields.Nested", field.inner).schema
        rows = self.raw(key, field) or []
        errors = self.errors.get(key)
        forms = [
            self._child(
                schema, row, errors.get(index) if isinstance(errors, dict) else None, f"{self.prefix}{key}-{index}-"
            )
            for index, row in enumerate(rows)
        ]
        return forms + [Form(schema, prefix=f"{self.prefix}{key}-{len(rows) + extra}-") for extra in range(blank)]

    def row_template(self, key: str, field: fields.List[Any]) -> Form:
        """An empty row; a script replaces `__index__` by its number."""
        return Form(cast("fields.Nested", field.inner).schema, prefix=f"{self.prefix}{key}-__index__-")

    def _child(self, schema: marshmallow.Schema, values: Any, errors: Any, prefix: str) -> Form:
        child = Form(schema, values, errors if isinstance(errors, dict) else None, prefix)
        child.typed = dict(values) if self.typed is not None else None
        if not isinstance(values, Mapping):
            child.values = {name: getattr(values, name, None) for name in schema.load_fields}
        return child


@lru_cache(maxsize=2000)  # Of some kilobytes each.
def _drawn(
    draw: Callable[[BoundField[Form]], str],
    schema: marshmallow.Schema,
    prefix: str,
    name: str,
    answers: tuple[str, ...],
    errors: tuple[str, ...],
) -> str:
    """A field with these answers alone, drawn of nothing else."""
    form = Form(schema, errors={name: list(errors)} if errors else None, prefix=prefix)
    several = isinstance(form[name].field, fields.List)
    form.typed = {name: list(answers) if several else next(iter(answers), None)}
    return draw(form[name])


def _as_input_text(field: fields.Field[Any], value: Any) -> str:
    """A stored value as it is shown in an input."""
    writer = getattr(field, "form_value", None)
    # A date or time that is a string, from a link for instance, is already formatted.
    if callable(writer) and not (isinstance(value, str) and isinstance(field, DATE_TIME_FIELDS)):
        return str(writer(value))
    if isinstance(value, str):
        return value
    serialized = field._serialize(value, field.name or "", None)  # noqa: SLF001 - the public method needs a whole object
    return "" if serialized is None else str(serialized)
