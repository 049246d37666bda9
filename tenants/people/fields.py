"""What the schemas of a person are made of: choices in words, and rules that a type alone does not hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.messages import Message
from clais.text import NO_GIVEN_NAME
from clais.translation import N_

EARLIEST_BIRTH = 1900


def a_name(text: str) -> None:
    """Refuse a name without any letter: nobody could find it again."""
    if not any(character.isalpha() for character in text):
        raise ValidationError(Message("Write a name with at least one letter."))


def a_given_name(text: str) -> None:
    """The same; a dash says that the person has no given name."""
    if text != NO_GIVEN_NAME and not any(character.isalpha() for character in text):
        raise ValidationError(Message("Write a given name, or a dash when the person has none."))


def not_to_come(day: date) -> None:
    """Refuse a day in the future, for what has already happened."""
    if day > today():
        raise ValidationError(Message("This day is still to come."))


def birth_day(day: date) -> None:
    """Refuse a birth that is to come, or of someone who would be far too old."""
    not_to_come(day)
    year_of_birth(day.year)


def year_of_birth(year: int) -> None:
    """Refuse a year in which nobody who comes in can be born."""
    if not EARLIEST_BIRTH <= year <= today().year:
        raise ValidationError(Message("Write the year of birth with its four digits."))


TOGETHER = frozenset({"birth_date", "birth_year", "status_since", "forem_registered_on"})
"""The facts that `contradictions` compares."""


def contradictions(card: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field → what is wrong with it, of facts that are possible one by one and not together."""
    found: dict[str, list[str]] = {}
    born, year = card.get("birth_date"), card.get("birth_year")
    if born and year and born.year != year:
        found["birth_year"] = [Message("This year is not that of the birth date.")]
    for name in ("status_since", "forem_registered_on"):
        if born and card.get(name) and card[name] < born:
            found[name] = [Message("This is before the birth date.")]
    return found


class Year(fields.Integer):
    """A year. JSON has numbers with a fraction too, and to cut it off would be to guess."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class YesNo(fields.Boolean):
    """Yes, no, or nobody knows: a box to tick could not say the last."""

    def __init__(self, **options: Any) -> None:
        metadata = {**options.pop("metadata", {}), "widget": "select", "choices": choices_of(ANSWERS)}
        super().__init__(metadata=metadata, **options)

    @staticmethod
    def form_value(value: object) -> str:
        """The code of the option."""
        return str(value).lower()


ANSWERS = {"true": N_("Yes"), "false": N_("No")}
