"""Replaces marshmallow's error messages by understandable ones, which are translated when they are raised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from marshmallow import fields, validate

from clais.translation import N_, gettext, ngettext

CHOSEN_WIDGETS = frozenset({"select", "multiselect", "radio", "checkboxes", "combobox"})
"""The widgets whose answer is chosen, not written."""


class Message(str):
    """A gettext id that marshmallow can use as a plain string.

    marshmallow calls `.format(**details)` when it raises, and that call translates. Placeholders are written
    `%(name)s`; the details are those of marshmallow (min, max, input, choices…).
    """

    __slots__ = ()

    def format(self, *_args: object, **details: object) -> str:
        """The translated sentence, with its placeholders filled."""
        return gettext(str(self), **details) if details else gettext(str(self))


class NamingField(str):
    """An error message that names its field, so that a summary does not name it once more."""

    __slots__ = ()


class Whole(Message):
    """A message that says which field it is about: a summary shows it alone."""

    __slots__ = ()

    def format(self, *_args: object, **details: object) -> str:
        """The translated sentence."""
        return NamingField(super().format(**details))


class Missing(Message):
    """What to do about a field without an answer: its own phrase (`metadata["ask"]`), or one made of its label."""

    def __new__(cls, metadata: Mapping[str, Any]) -> Self:
        """The message about a field with this metadata."""
        message = super().__new__(cls, N_("This answer is missing."))
        message.metadata = metadata
        return message

    metadata: Mapping[str, Any]

    def format(self, *_args: object, **_details: object) -> str:
        """The translated phrase: « Indiquez le prénom », or « Indiquez : Prénom »."""
        ask, label = self.metadata.get("ask"), self.metadata.get("label")
        if ask:
            return NamingField(ask)
        if not label:
            return gettext(str(self))
        if self.metadata.get("widget") in CHOSEN_WIDGETS:
            return NamingField(gettext("Choose: %(label)s", label=str(label)))
        return NamingField(gettext("Fill in: %(label)s", label=str(label)))


class Unfitting(Message):
    """How many characters too many a text has, or how many it needs."""

    __slots__ = ()

    def format(self, *_args: object, **details: object) -> str:
        """The translated sentence; `details` are those of `validate.Length`."""
        typed, least, most = str(details["input"]), details.get("min"), details.get("max")
        over = len(typed) - int(str(most)) if most is not None else 0
        if over <= 0:
            return ngettext("Write at least %(num)s character.", "Write at least %(num)s characters.", int(str(least)))
        return ngettext(
            "This text has %(num)s character too many: at most %(max)s fit.",
            "This text has %(num)s characters too many: at most %(max)s fit.",
            over,
            max=most,
        )


FIELD_MESSAGES: Mapping[str, Message] = {
    "validator_failed": Message("This answer is not accepted."),
    "type": Message("This answer does not have the expected form."),
    "unknown": Message("Choose one of the proposed answers."),
    "too_large": Message("This number is too large."),
    "special": Message("Write a number."),
}

# The most specific class comes first, so that a date has the message about dates.
TYPE_MESSAGES: tuple[tuple[type, Message], ...] = (
    (fields.UUID, Message("This reference is not known.")),
    (fields.Email, Message("Write an e-mail address such as nom@exemple.be.")),
    (fields.Integer, Message("Write a whole number, without letters.")),
    (fields.Number, Message("Write a number.")),
    (fields.Boolean, Message("Answer yes or no.")),
    (fields.Date, Message("Write a date as day/month/year, such as 23/11/2026.")),
    (fields.Time, Message("Write a time such as 14:30.")),
    (fields.DateTime, Message("Write a date and a time.")),
    (fields.List, Message("This answer does not have the expected form.")),
    (fields.String, Message("Write a text.")),
)

SCHEMA_MESSAGES: Mapping[str, Message] = {
    "type": Message("This answer does not have the expected form."),
    "unknown": Message("This field is not expected here."),
}

UNFITTING = Unfitting("This text does not fit.")
LENGTH_MESSAGES: Mapping[str, Message] = {
    "message_min": UNFITTING,
    "message_max": UNFITTING,
    "message_all": UNFITTING,
    "message_equal": Message("Write exactly %(equal)s characters."),
}
COUNT_MESSAGES: Mapping[str, Message] = {
    "message_min": Message("Give at least %(min)s answers."),
    "message_max": Message("Give at most %(max)s answers."),
    "message_all": Message("Give between %(min)s and %(max)s answers."),
    "message_equal": Message("Give exactly %(equal)s answers."),
}
RANGE_MESSAGES: Mapping[str, Message] = {
    "message_min": Message("Must be %(min)s or more."),
    "message_max": Message("Must be %(max)s or less."),
    "message_all": Message("Must be between %(min)s and %(max)s."),
}
VALIDATOR_ERRORS: tuple[tuple[type, Message], ...] = (
    (validate.ContainsOnly, Message("Choose among the proposed answers.")),
    (validate.OneOf, Message("Choose one of the proposed answers.")),
    (validate.Email, Message("Write an e-mail address such as nom@exemple.be.")),
    (validate.URL, Message("Write a complete address, starting with https://.")),
    (validate.Equal, Message("This answer is not accepted.")),
    (validate.Regexp, Message("This answer does not have the expected form.")),
    (validate.NoneOf, Message("This answer is not accepted.")),
)


def translate_field(field: fields.Field[Any]) -> None:
    """Replace the standard messages of a bound field; messages of its author stay. marshmallow is not patched."""
    standard = _standard_messages(type(field))
    missing = Missing(field.metadata)
    ours = {**FIELD_MESSAGES, "required": missing, "null": missing}
    for kind, message in TYPE_MESSAGES:
        if isinstance(field, kind):
            ours |= {"invalid": message, "invalid_utf8": message, "invalid_uuid": message, "format": message}
            break
    for key, text in list(field.error_messages.items()):
        if isinstance(text, Message):
            continue
        if not isinstance(text, str):
            # A lazy gettext string: marshmallow wraps only `str` in a list, so wrap it here.
            field.error_messages[key] = [text]
        elif key in ours and text == standard.get(key):
            field.error_messages[key] = ours[key]
    counted = isinstance(field, fields.List)
    for validator in field.validators:
        _translate_validator(validator, counted=counted)


def _standard_messages(kind: type) -> dict[str, str]:
    messages: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("marshmallow"):
            messages |= getattr(base, "default_error_messages", {})
    return messages


def _translate_validator(validator: object, *, counted: bool) -> None:
    if isinstance(validator, validate.And):
        for inner in validator.validators:
            _translate_validator(inner, counted=counted)
    elif isinstance(validator, validate.Length):
        vars(validator).update(COUNT_MESSAGES if counted else LENGTH_MESSAGES)
    elif isinstance(validator, validate.Equal) and validator.comparable is True:
        if validator.error == validate.Equal.default_message:
            validator.error = Message("Tick this box to continue.")
    elif isinstance(validator, validate.Range):
        vars(validator).update(RANGE_MESSAGES)
    else:
        for kind, message in VALIDATOR_ERRORS:
            standard = getattr(kind, "default_message", None)
            if isinstance(validator, kind) and getattr(validator, "error", None) in {standard, *_standard_texts(kind)}:
                validator.error = message  # type: ignore[attr-defined]
                break


def _standard_texts(kind: type) -> set[str]:
    texts = (getattr(base, "default_message", None) for base in kind.__mro__)
    return {text for text in texts if isinstance(text, str)}


def translated(messages: object) -> Any:
    """The tree of error messages with every message as a plain, translated string."""
    if isinstance(messages, dict):
        return {key: translated(value) for key, value in messages.items()}
    if isinstance(messages, (list, tuple)):
        flat: list[Any] = []
        for item in messages:
            done = translated(item)
            flat.extend(done if isinstance(item, (list, tuple)) else [done])
        return flat
    if isinstance(messages, Message):
        return messages.format()
    return messages if isinstance(messages, NamingField) else str(messages)
