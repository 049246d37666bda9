"""Conditions as they are stored, and what is asked of one on screen."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from marshmallow import ValidationError, fields, validate, validates_schema

from clais.exchange.eligibility.rules.facts import FACTS, OPERATORS, Fact, Kind
from clais.exchange.eligibility.rules.judging import Rule
from clais.forms.choices import choices_of
from clais.forms.fields import Date, OneChoice, SeveralChoices, TrimmedString, WholeNumber
from clais.forms.messages import Message
from clais.forms.schemas import Schema
from clais.translation import N_
from clais.translation import lazy_gettext as _l

MOST_RULES = 40
"""More than the facts that a condition may ask about."""
MOST_YEARS, MOST_MONTHS = 120, 600


class StoredRule(Schema):
    """A condition as data: what stands in a draft, in a published version and in a trial."""

    id = fields.String(required=True, validate=validate.Length(max=32))
    field = fields.String(required=True, validate=validate.Length(max=40))
    operator = fields.String(required=True, validate=validate.Length(max=12))
    value = fields.Raw(load_default=None, allow_none=True)
    sentence = fields.String(required=True, validate=validate.Length(max=160))
    hard = fields.Boolean(load_default=True)
    next_step = fields.String(load_default="", validate=validate.Length(max=300))
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


_STORED = StoredRule(many=True)


def rules_of(stored: Iterable[Mapping[str, Any]]) -> list[Rule]:
    """The conditions of a draft or a version. Raises ValidationError for what is none."""
    return [Rule(**facts) for facts in _STORED.load(list(stored))]


def stored(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """Conditions as data."""
    return [dict(row) for row in _STORED.dump(list(rules))]


class RuleSchema(Schema):
    """What is asked of a condition: see `schema_of`, which adds its fields in the order of the screen."""

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, data: Mapping[str, Any], **_rest: object) -> None:
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            raise ValidationError({"valid_until": [Message("The last day comes after the first.")]})


def _asked_of_each() -> dict[str, fields.Field[Any]]:
    """The fields of every condition, whatever its fact."""
    return {
        "hard": OneChoice(
            [("yes", _l("Required")), ("no", _l("Wished for: it is shown, and decides nothing"))],
            required=True,
            metadata={"label": _l("How strict?"), "ask": _l("Say whether it is required."), "widget": "radio"},
        ),
        "sentence": TrimmedString(
            160,
            required=True,
            metadata={
                "label": _l("As the agent reads it"),
                "ask": _l("Write the condition as a sentence."),
                "hint": _l("Short and plain: “18 years or more”, “Spoken French, A2 at least”."),
            },
        ),
        "next_step": TrimmedString(
            300,
            load_default=None,
            allow_none=True,
            multiline=True,
            metadata={
                "label": _l("When it is not met, what then?"),
                "rows": 2,
                "hint": _l("The course to follow before, whom to ask for an exception…"),
            },
        ),
        "valid_from": Date(load_default=None, allow_none=True, metadata={"label": _l("In force from")}),
        "valid_until": Date(load_default=None, allow_none=True, metadata={"label": _l("Until, that day included")}),
    }


class CodesInARow(TrimmedString):
    """Codes as they are typed: « 6240, 6250 6220 ». Each is one of `pattern`, or `refusal` is said (a gettext id)."""

    def __init__(self, length: int, pattern: str, refusal: str, **options: Any) -> None:
        super().__init__(length, **options)
        self.pattern, self.refusal = re.compile(pattern), refusal

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> Any:
        text = super()._deserialize(value, attr, data, **rest)
        codes = list(dict.fromkeys(filter(None, re.split(r"[\s,;]+", (text or "").upper()))))
        if not all(map(self.pattern.fullmatch, codes)):
            raise ValidationError(Message(self.refusal))
        return codes


def _number(label: Any, most: int) -> fields.Field[Any]:
    return WholeNumber(
        required=True, validate=validate.Range(0, most), metadata={"label": label, "ask": _l("Say which value.")}
    )


def _several(fact: Fact) -> fields.Field[Any]:
    return SeveralChoices(
        choices_of(fact.values),
        required=True,
        validate=validate.Length(min=1),
        metadata={"label": _l("Value"), "ask": _l("Choose one at least.")},
    )


_VALUES: Mapping[Kind, Callable[[Fact], fields.Field[Any]]] = {
    Kind.YEARS: lambda _fact: _number(_l("Years"), MOST_YEARS),
    Kind.MONTHS: lambda _fact: _number(_l("Months"), MOST_MONTHS),
    Kind.LEVEL: lambda fact: OneChoice(
        choices_of(fact.values), required=True, metadata={"label": _l("Level"), "ask": _l("Choose the level.")}
    ),
    Kind.CHOICE: _several,
    Kind.SEVERAL: _several,
    Kind.POSTAL_CODE: lambda _fact: CodesInARow(
        400,
        r"[1-9]\d{3}",
        N_("Postal codes have four digits: 6240, 6250."),
        required=True,
        metadata={
            "label": _l("Postal codes"),
            "hint": _l("Several in a row: 6240, 6250."),
            "ask": _l("Say which value."),
        },
    ),
    Kind.OCCUPATION: lambda _fact: CodesInARow(
        200,
        r"[A-Z](\d{1,4})?",
        N_("A ROME code begins with a letter, then digits: K13, N1103."),
        required=True,
        metadata={
            "label": _l("ROME codes"),
            "hint": _l("The beginning is enough: K13 for all that begins so."),
            "ask": _l("Say which value."),
        },
    ),
}
"""Kind → the field of its value; a yes or a no has none."""
IN_A_ROW = frozenset({Kind.POSTAL_CODE, Kind.OCCUPATION})
"""Kinds whose codes are typed in a row."""


def schema_of(fact: Fact) -> RuleSchema:
    """The form of a condition on one fact: its operators and its kind of value."""
    asked: dict[str, fields.Field[Any]] = {
        "operator": OneChoice(
            choices_of(OPERATORS[fact.kind]),
            required=True,
            metadata={"label": _l("Comparison"), "widget": "radio", "inline": True},
        )
    }
    if fact.kind in _VALUES:
        asked["value"] = _VALUES[fact.kind](fact)
    return cast("RuleSchema", type("RuleOfFactSchema", (RuleSchema,), asked | _asked_of_each())())


def rule_from(fact: Fact, key: str, data: Mapping[str, Any]) -> Rule:
    """The condition that a form says. `data` is what `schema_of` loaded."""
    return Rule(
        id=key,
        field=fact.code,
        operator=data["operator"],
        value=data.get("value"),
        sentence=data["sentence"],
        hard=data["hard"] == "yes",
        next_step=data["next_step"] or "",
        valid_from=data["valid_from"],
        valid_until=data["valid_until"],
    )


def first_values(fact: Fact) -> dict[str, Any]:
    """What the form of a new condition proposes."""
    return {"operator": next(iter(OPERATORS[fact.kind])), "hard": "yes"}


def form_values(rule: Rule) -> dict[str, Any]:
    """A condition as its form shows it."""
    return {
        "operator": rule.operator,
        "value": ", ".join(rule.value) if rule.fact.kind in IN_A_ROW else rule.value,
        "sentence": rule.sentence,
        "hard": "yes" if rule.hard else "no",
        "next_step": rule.next_step,
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
    }


def is_known(rule: Rule) -> bool:
    """Whether this release can judge a condition: its fact and operator exist and its value is of the right kind."""
    fact = FACTS.get(rule.field)
    if fact is None or rule.operator not in OPERATORS[fact.kind]:
        return False
    match fact.kind:
        case Kind.YEARS | Kind.MONTHS:
            return isinstance(rule.value, int)
        case Kind.LEVEL:
            return rule.value in fact.values
        case Kind.YES_NO:
            return rule.value is None
        case Kind.CHOICE | Kind.SEVERAL:
            return bool(rule.value) and isinstance(rule.value, list) and set(rule.value) <= set(fact.values)
        case Kind.POSTAL_CODE | Kind.OCCUPATION:
            return bool(rule.value) and isinstance(rule.value, list)
