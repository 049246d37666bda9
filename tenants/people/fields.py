"""The fields and validators of the schemas of a person."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields

from clais.clock import today
from clais.forms.choices import choices_of
from clais.forms.fields import FIRST_YEAR, Identifier, OneChoice, TrimmedString
from clais.forms.messages import Message, Whole
from clais.forms.schemas import Schema
from clais.text import NO_GIVEN_NAME
from clais.translation import N_
from clais.translation import lazy_gettext as _l
from tenants.people.choices import LANGUAGES, LEVELS


def check_name(text: str) -> None:
    """Refuse a name without any letter: no search could find it."""
    if not any(character.isalpha() for character in text):
        raise ValidationError(Message("Write a name with at least one letter."))


def check_given_name(text: str) -> None:
    """Refuse a given name without any letter; a dash means that the person has none."""
    if text != NO_GIVEN_NAME and not any(character.isalpha() for character in text):
        raise ValidationError(Message("Write a given name, or a dash when the person has none."))


def digits_in_names(names: Mapping[str, Any]) -> dict[str, list[str]]:
    """Name → the question about its digits: probably a slip, but some people have such a name."""
    asked = {
        "given_names": Whole(N_("The given name contains digits. Is that right?")),
        "family_name": Whole(N_("The family name contains digits. Is that right?")),
    }
    return {name: [question] for name, question in asked.items() if any(c.isdigit() for c in names.get(name) or "")}


def check_not_future(day: date) -> None:
    """Refuse a day in the future."""
    if day > today():
        raise ValidationError(Message("This date is in the future: check the year."))


def check_birth_year(year: int) -> None:
    """Refuse a year of birth in the future, before FIRST_YEAR, or that is no year of four digits."""
    if year < FIRST_YEAR // 10:
        raise ValidationError(Message("Write the year of birth with its four digits."))
    if year < FIRST_YEAR:
        raise ValidationError(Message("This year is too old: check it."))
    if year > today().year:
        raise ValidationError(Message("This year is in the future: check it."))


TOGETHER = frozenset({"birth_date", "birth_year", "status_since", "forem_registered_on"})
"""The facts that `contradictions` compares."""


def contradictions(card: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field → error messages, for facts that are valid one by one but contradict each other."""
    found: dict[str, list[str]] = {}
    born, year = card.get("birth_date"), card.get("birth_year")
    if born and year and born.year != year:
        found["birth_year"] = [Message("This year is not that of the birth date.")]
    for name in ("status_since", "forem_registered_on"):
        if card.get(name) and (card[name] < born if born else year and card[name].year < year):
            found[name] = [Message("This is before the birth date.")]
    return found


def before_birth(card: Any, day: date | None) -> Message | None:
    """What is wrong with a day of someone's life that comes before their birth; None when nothing is."""
    early = day and (day < card.birth_date if card.birth_date else card.birth_year and day.year < card.birth_year)
    return Message("This is before the birth date.") if early else None


def contradictions_after(card: object, changes: Mapping[str, Any]) -> dict[str, list[str]]:
    """Field → error messages, for changes that contradict each other or the facts that stay on a card."""
    if not TOGETHER & set(changes):
        return {}
    stays = {name: getattr(card, name) for name in TOGETHER}
    if changes.get("birth_date"):
        del stays["birth_year"]  # The date takes its place.
    return contradictions(stays | dict(changes))


class YesNo(fields.Boolean):
    """Yes, no or unknown; a checkbox has no « unknown »."""

    def __init__(self, **options: Any) -> None:
        metadata = {**options.pop("metadata", {}), "widget": "select", "choices": choices_of(ANSWERS)}
        super().__init__(metadata=metadata, **options)

    @staticmethod
    def form_value(value: object) -> str:
        """The code of the option."""
        return str(value).lower()


ANSWERS = {"true": N_("Yes"), "false": N_("No")}


def text_field(label: Any, maximum: int, **metadata: Any) -> TrimmedString:
    """A line of text that may be left out."""
    return TrimmedString(maximum, allow_none=True, load_default=None, metadata={"label": label, **metadata})


def code_field(label: Any, maximum: int) -> Identifier:
    """A number or a code that may be left out."""
    return Identifier(maximum, allow_none=True, load_default=None, metadata={"label": label})


class LanguageSchema(Schema):
    """A language and how well it is spoken, written and understood."""

    language = OneChoice(
        choices_of(LANGUAGES), required=True, metadata={"label": _l("Language"), "ask": _l("Choose the language.")}
    )
    spoken = OneChoice(choices_of(LEVELS), allow_none=True, load_default=None, metadata={"label": _l("Spoken")})
    written = OneChoice(choices_of(LEVELS), allow_none=True, load_default=None, metadata={"label": _l("Written")})
    understood = OneChoice(choices_of(LEVELS), allow_none=True, load_default=None, metadata={"label": _l("Understood")})
