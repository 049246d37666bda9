"""Filling in an instrument: the schema of its answers, made from its definition, for page, API and import alike."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, TypeVar, cast

from marshmallow import fields

from clais.forms.fields import Date, DecimalNumber, OneChoice, SeveralChoices, TrimmedString
from clais.forms.form import Form
from clais.forms.schemas import Schema
from clais.instruments.rules.conditions import Conditions, conditions_of
from clais.instruments.rules.definition import MAIN_LANGUAGE, YES_NO, Definition, Item, ItemKind, said
from clais.instruments.rules.values import Situation, Value
from clais.instruments.schemas import from_text, text_of, to_json
from clais.instruments.screen_words import words_of
from clais.oldest import drop_oldest
from clais.translation import gettext as _

SHORT, LONG = 200, 4000
MOST_RADIOS = 8
"""Choices of an item beyond which a list is easier to read than as many circles."""
Made = TypeVar("Made")
Sources = Mapping[ItemKind, Callable[[], str]]
"""What gives the address where choices of a kind are searched: asked with each page, as addresses name their tenant."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Answers, and which items they show. `errors` has messages by item; `missing` are required and not answered."""

    answers: Mapping[str, Any]
    shown: tuple[str, ...]
    errors: Mapping[str, list[str]]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether nothing is wrong and nothing required is missing."""
        return not self.errors and not self.missing


class Questionnaire:
    """A definition ready to be filled in: its conditions are compiled once, its schema is made once a language."""

    def __init__(self, definition: Definition) -> None:
        """Take a definition without blocking problems: a condition that cannot be understood counts as none."""
        self.definition = definition
        self.conditions: Conditions = conditions_of(definition)
        self._schemas: dict[tuple[str, bool, tuple[str, ...]], Schema] = {}
        self._made: dict[tuple[Callable[..., Any], tuple[Hashable, ...]], Any] = {}

    def once(self, make: Callable[..., Made], *about: Hashable) -> Made:
        """What a function makes of this questionnaire and the rest, made once: it goes with the questionnaire."""
        key = (make, about)
        if key not in self._made:
            # Of two threads that make it at once, both get the same.
            self._made.setdefault(key, make(self, *about))
        return cast("Made", self._made[key])

    def schema(self, *languages: str, sources: Sources | None = None) -> Schema:
        """The schema of the answers, its texts in the first of these languages that each has.

        No field is required by it: whether an answer is missing depends on what is shown.
        """
        return self._schema(self.definition.items.values(), "", languages, sources)

    def load(self, stored: Mapping[str, Any]) -> dict[str, Any]:
        """Answers that the schema dumped, as it loads them. Raises ValidationError for those to another definition."""
        return cast("dict[str, Any]", self.schema(MAIN_LANGUAGE).load(stored))

    def dump(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Loaded answers as they are stored."""
        return cast("dict[str, Any]", self.schema(MAIN_LANGUAGE).dump(answers))

    def question(self, item: Item, *languages: str, sources: Sources | None = None) -> Schema:
        """The schema of the answer to one question alone."""
        return self._schema((item,), item.id, languages, sources)

    def _schema(self, items: Iterable[Item], alone: str, languages: tuple[str, ...], sources: Sources | None) -> Schema:
        """One object for all forms, which goes with the questionnaire."""
        key = (alone, sources is not None, languages)
        if key not in self._schemas:
            made = {item.id: self.field(item, languages, sources or {}) for item in items}
            self._schemas[key] = cast("Schema", Schema.from_dict(made, name="Answers")())
        return self._schemas[key]

    def shown(self, answers: Mapping[str, Any], day: date) -> list[Item]:
        """The items that answers, as the schema loads them, show."""
        return self.conditions.shown(self.definition, self.values(answers), day)

    def check(self, answers: Mapping[str, Any], day: date, *languages: str) -> Filled:
        """Answers, as the schema loads them, without those to hidden items; what is wrong, and what is missing."""
        shown = self.shown(answers, day)
        kept = {item.id: answers[item.id] for item in shown if is_answer(answers.get(item.id))}
        told = ((item.id, self.wrong(item, kept, day, *languages)) for item in shown if self.is_bound(item))
        errors = {name: messages for name, messages in told if messages}
        missing = tuple(item.id for item in shown if item.required and item.id not in kept)
        return Filled(kept, tuple(item.id for item in shown), errors, missing)

    def is_bound(self, item: Item) -> bool:
        """Whether the answer to an item must fulfil something."""
        return item.id in self.conditions.constraints

    def wrong(self, item: Item, answers: Mapping[str, Any], day: date, *languages: str) -> list[str]:
        """Why the answer to an item is not possible beside the others; nothing when it is, or when there is none."""
        values = self.values(answers)
        if item.id not in values or self.conditions.constraints[item.id].holds(Situation(values, day, values[item.id])):
            return []
        return [said(item.constraint_message, *languages) or _("This answer is not possible.")]

    def values(self, answers: Mapping[str, Any]) -> dict[str, Value]:
        """Answers as expressions read them; those to unknown items are left out."""
        items = self.definition.items
        return {
            name: _value(items[name], answer) for name, answer in answers.items() if name in items and is_answer(answer)
        }

    def field(self, item: Item, languages: tuple[str, ...], sources: Sources) -> fields.Field[Any]:
        """The field of one item, its texts in the first of these languages that each has."""
        words = words_of(languages[0])
        about: dict[str, Any] = {"label": said(item.label, *languages), "hint": said(item.hint, *languages) or None}
        about |= {name: words[name] for name in ("optional", "calendar")}
        options = {"load_default": None, "allow_none": True, "metadata": about}
        if item.kind in {ItemKind.ONE_OF, ItemKind.SCALE, ItemKind.MANY_OF}:
            return self._listed(item, languages, options)
        if item.kind is ItemKind.YES_NO:
            about["widget"] = "radio"
            return OneChoice([(code, words[code]) for code in YES_NO], **options)
        if item.kind in sources:
            about |= {"widget": "combobox", "source": sources[item.kind], "free": True}
        if item.kind is ItemKind.NUMBER:
            about["inputmode"] = "decimal"
        if item.kind is ItemKind.DATE:
            about["placeholder"] = words["date_format"]
        return _PLAIN.get(item.kind, partial(TrimmedString, SHORT))(**options)

    def _listed(self, item: Item, languages: tuple[str, ...], options: dict[str, Any]) -> fields.Field[Any]:
        choices = [(choice.code, said(choice.label, *languages)) for choice in self.definition.choices(item)]
        if item.kind is ItemKind.MANY_OF:
            return SeveralChoices(choices, **{**options, "load_default": list})
        if len(choices) <= MOST_RADIOS:
            options["metadata"]["widget"] = "radio"
        else:
            options["metadata"]["placeholder"] = words_of(languages[0])["choose"]
        return OneChoice(choices, **options)


_PLAIN: Mapping[ItemKind, Callable[..., fields.Field[Any]]] = {
    ItemKind.LONG_TEXT: partial(TrimmedString, LONG, multiline=True),
    ItemKind.NUMBER: DecimalNumber,
    ItemKind.DATE: Date,
}


def is_answer(answer: object) -> bool:
    """Whether something was answered: none, an empty text and an empty list are no answers."""
    return answer is not None and answer not in ("", [])


def _value(item: Item, answer: Any) -> Value:
    if item.kind is ItemKind.SCALE:
        return Decimal(answer)
    return frozenset(answer) if isinstance(answer, list) else answer


def tell(form: Form, filled: Filled) -> bool:
    """Put on a form what is wrong or missing in the answers that it sent; whether that is nothing."""
    for name, messages in filled.errors.items():
        for message in messages:
            form.add_error(name, message)
    for name in filled.missing:
        form.add_error(name, _("Answer this question."))
    return filled.complete


def questionnaire_of(definition: Definition) -> Questionnaire:
    """A definition, ready to be filled in; the same object for what was filled in of late."""
    return _ready(text_of(to_json(definition)))


Key = TypeVar("Key")
MOST_KEPT = 24
"""Questionnaires of a kind that a process keeps: a thousand questions take megabytes."""


def keep(kept: dict[Key, Questionnaire], key: Key, found: Questionnaire) -> Questionnaire:
    """Keep a questionnaire that never changes, in place of those that have been kept longest."""
    drop_oldest(kept, MOST_KEPT - 1)
    kept[key] = found
    return found


@lru_cache(maxsize=8)
def _ready(text: str) -> Questionnaire:
    return Questionnaire(from_text(text))
