"""Conditions that nobody can meet together: they are refused before they are published."""

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any

from clais.exchange.eligibility.rules.facts import FACTS, Kind
from clais.exchange.eligibility.rules.judging import Rule

_LESS, _MORE = "at_most", "at_least"


def contradictions(rules: Iterable[Rule]) -> list[tuple[Rule, Rule]]:
    """The pairs of hard conditions on one fact, in force on one day at least, that exclude each other."""
    hard = [rule for rule in rules if rule.hard and rule.field in FACTS]
    return [
        (one, other)
        for one, other in combinations(hard, 2)
        if one.field == other.field and _meet_in_time(one, other) and _exclude(one, other)
    ]


def _meet_in_time(one: Rule, other: Rule) -> bool:
    first = max(one.valid_from or date.min, other.valid_from or date.min)
    return first <= min(one.valid_until or date.max, other.valid_until or date.max)


def _exclude(one: Rule, other: Rule) -> bool:
    match one.fact.kind:
        case Kind.YEARS | Kind.MONTHS:
            return _bounds_cross(one, other, one.value, other.value)
        case Kind.LEVEL:
            scale = one.fact.scale
            return _bounds_cross(one, other, scale[one.value], scale[other.value])
        case Kind.YES_NO:
            return one.operator != other.operator
        case Kind.CHOICE | Kind.POSTAL_CODE:
            return not _allowed(one, other, one.fact.values or {*one.value, *other.value, None})
        case Kind.OCCUPATION | Kind.SEVERAL:
            return _wanted_and_unwanted(one, other)


def _bounds_cross(one: Rule, other: Rule, first: Any, second: Any) -> bool:
    if one.operator == other.operator:
        return False
    least, most = (first, second) if one.operator == _MORE else (second, first)
    return bool(least > most)


def _allowed(one: Rule, other: Rule, universe: Iterable[Any]) -> set[Any]:
    return {
        value
        for value in universe
        if all((value in rule.value) == (rule.operator == "one_of") for rule in (one, other))
    }


def _wanted_and_unwanted(one: Rule, other: Rule) -> bool:
    """Someone may have several: only what is wanted and all of it unwanted excludes."""
    if one.operator == other.operator:
        return False
    wanted, unwanted = (one.value, other.value) if one.operator == "one_of" else (other.value, one.value)
    if one.fact.kind is Kind.OCCUPATION:
        return all(any(code.startswith(beginning) for beginning in unwanted) for code in wanted)
    return set(wanted) <= set(unwanted)


def impossible(rules: Iterable[Rule]) -> list[Rule]:
    """The hard conditions that nobody can meet, whatever the others say: none of all that there is."""
    return [
        rule
        for rule in rules
        if rule.hard
        and rule.field in FACTS
        and rule.fact.kind is Kind.CHOICE
        and not _allowed(rule, rule, rule.fact.values)
    ]
