"""Fields with declared answers: the list of (value, label) is the validator and the widget's choices at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from marshmallow import fields

from clais.forms.messages import Message
from clais.translation import gettext as _

Choice = Sequence[Any]
"""(value, label), (value, label, hint), or (group label, [(value, label)…])."""
ChoiceSource = Iterable[Choice] | Callable[[], Iterable[Choice]]


class OneChoice(fields.String):
    """One value of a declared list of (value, label); the list is the validator and the widget's choices at once."""

    bounded = True
    default_error_messages = {"choice": Message("Choose one of the proposed answers.")}

    def __init__(self, choices: ChoiceSource, **kwargs: Any) -> None:
        metadata = {"widget": "select", **kwargs.pop("metadata", {}), "choices": choices}
        super().__init__(metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in choice_values(self.metadata["choices"]):
            raise self.make_error("choice")
        return text


class SeveralChoices(fields.List[Any]):
    """Several values of a declared list of (value, label), each at most once, in the order of the list."""

    def __init__(self, choices: ChoiceSource, *, widget: str = "checkboxes", **kwargs: Any) -> None:
        metadata = {"widget": widget, **kwargs.pop("metadata", {}), "choices": choices}
        super().__init__(OneChoice(choices), metadata=metadata, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        chosen = set(super()._deserialize(value, attr, data, **kwargs))
        if self.required and not chosen:
            raise self.make_error("required")
        return [known for known in choice_values(self.metadata["choices"]) if known in chosen]


def choices_of(table: Mapping[Any, str]) -> Callable[[], list[tuple[str, str]]]:
    """The codes of `table` (code → gettext id) with their words, in the language of whoever looks at the form."""
    return lambda: [(str(code), _(label)) for code, label in table.items()]


def hinted_choices_of(table: Mapping[str, tuple[str, str]]) -> Callable[[], list[tuple[str, str, str]]]:
    """The same for a table that says what each answer means: code → (gettext id, gettext id of the hint)."""
    return lambda: [(code, _(label), _(hint)) for code, (label, hint) in table.items()]


def choice_pairs(source: ChoiceSource | None) -> list[Choice]:
    """The (value, label) pairs of a declaration, groups (label, [pairs]) kept as they are."""
    if source is None:
        return []
    return list(source() if callable(source) else source)


def choice_values(source: ChoiceSource | None) -> list[str]:
    """The values of a declaration as strings, groups opened."""
    values: list[str] = []
    for value, label, *_hint in choice_pairs(source):
        if isinstance(label, (list, tuple)):
            values += choice_values(cast("Iterable[Choice]", label))
        else:
            values.append(str(value))
    return values
