"""Whether somebody meets the conditions of a scheme, condition by condition. Needs neither database nor request.

One person and twenty thousand are judged by the same function, compiled once for a set of conditions: what a page says
of one is what a count says of all.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from clais.exchange.eligibility.rules.facts import FACTS, NOT_RECOGNISED, OTHER, Fact, Kind


class Verdict(StrEnum):
    """What is known of one condition."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    """The file does not say it: one asks, and nobody is refused meanwhile."""


class Outcome(StrEnum):
    """What follows for the scheme."""

    FITS = "fits"
    ASK = "ask"
    UNFIT = "unfit"


class Known(NamedTuple):
    """What a file says of a fact, where it says it (a code of the reader) and since which day, if that is known."""

    value: Any
    source: str = ""
    on: date | None = None


Facts = Mapping[str, Known]
"""Code of a fact → what is known; a fact that is not known is not there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition: `value` is a number, a code, codes, or None for a yes or a no, as its operator takes it.

    A hard one decides; another is a wish of the operator, which is shown and decides nothing. It holds from
    `valid_from` to `valid_until`, both included.
    """

    id: str
    field: str
    operator: str
    value: Any
    sentence: str
    hard: bool = True
    next_step: str = ""
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def fact(self) -> Fact:
        """The fact that it asks about."""
        return FACTS[self.field]

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return (self.valid_from or date.min) <= day <= (self.valid_until or date.max)

    @property
    def counts_time(self) -> bool:
        """Whether it counts how long ago something was: while in force, its answer may be another on another day."""
        return self.field in FACTS and self.fact.kind in {Kind.YEARS, Kind.MONTHS}

    @property
    def depends_on_day(self) -> bool:
        """Whether its answer may be another on another day: it counts time, or is not in force for ever."""
        return self.counts_time or self.valid_from is not None or self.valid_until is not None


class Answer(NamedTuple):
    """What is known of one condition for one person."""

    rule: Rule
    verdict: Verdict
    known: Known | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answers to the conditions in force, in their order."""

    answers: Sequence[Answer]

    @property
    def outcome(self) -> Outcome:
        """Unfit when a hard condition is known not to be met; to ask when one is not known; it fits otherwise."""
        return outcome_of(answer.verdict for answer in self.answers if answer.rule.hard)

    def of(self, verdict: Verdict, *, hard: bool | None = None) -> list[Answer]:
        """The answers with a verdict, of all conditions or of the hard or soft ones."""
        return [each for each in self.answers if each.verdict == verdict and hard in (None, each.rule.hard)]


UNCONDITIONAL = Judgement(())
"""What a scheme without conditions says of everybody."""

Test = Callable[[Any], Verdict]


def outcome_of(verdicts: Iterable[Verdict]) -> Outcome:
    """The outcome of the verdicts on hard conditions."""
    found = set(verdicts)
    if Verdict.UNMET in found:
        return Outcome.UNFIT
    return Outcome.ASK if Verdict.UNKNOWN in found else Outcome.FITS


def compiled(rules: Iterable[Rule], *, on: date) -> list[tuple[Rule, Test]]:
    """The conditions in force on a day, that on which a session begins, each with its test; ages are those of that day.

    A condition on a fact that this release does not know is not known to be met.
    """
    return [(rule, _test(rule, on) if rule.field in FACTS else _never_known) for rule in rules if rule.holds(on)]


def judged(tests: Sequence[tuple[Rule, Test]], facts: Facts) -> Judgement:
    """What the compiled conditions say of one person."""
    return Judgement([Answer(rule, *_applied(rule, test, facts)) for rule, test in tests])


def judge(rules: Iterable[Rule], facts: Facts, *, on: date) -> Judgement:
    """The same, for one person alone."""
    return judged(compiled(rules, on=on), facts)


def outcome(tests: Sequence[tuple[Rule, Test]], facts: Facts) -> tuple[Outcome, list[str]]:
    """The outcome alone, with the fields that are to be asked: for thousands of people at once."""
    missing: list[str] = []
    for rule, test in tests:
        if not rule.hard:
            continue
        known = facts.get(rule.field)
        verdict = Verdict.UNKNOWN if known is None else test(known.value)
        if verdict is Verdict.UNMET:
            return Outcome.UNFIT, []
        if verdict is Verdict.UNKNOWN and rule.field not in missing:
            missing.append(rule.field)
    return (Outcome.ASK if missing else Outcome.FITS), missing


def best_outcome(rules: Iterable[Rule], facts: Facts) -> Outcome:
    """What the conditions that no day changes say of one person: on no day is the outcome better."""
    fixed = [rule for rule in rules if not rule.depends_on_day]
    return outcome(compiled(fixed, on=date.max), facts)[0]


def _applied(rule: Rule, test: Test, facts: Facts) -> tuple[Verdict, Known | None]:
    known = facts.get(rule.field)
    return (Verdict.UNKNOWN, None) if known is None else (test(known.value), known)


def _never_known(_value: Any) -> Verdict:
    return Verdict.UNKNOWN


def _verdict(met: bool) -> Verdict:
    return Verdict.MET if met else Verdict.UNMET


def _test(rule: Rule, on: date) -> Test:
    return _MAKERS[rule.fact.kind](rule, on)


def _of_time(rule: Rule, on: date) -> Test:
    """The value is (the earliest day, the latest day): a year of birth alone leaves a year open."""
    elapsed = _years if rule.fact.kind is Kind.YEARS else _months
    least = rule.operator == "at_least"

    def test(value: tuple[date, date]) -> Verdict:
        longest, shortest = elapsed(value[0], on), elapsed(value[1], on)
        said = [length >= rule.value if least else length <= rule.value for length in (longest, shortest)]
        return _verdict(said[0]) if said[0] == said[1] else Verdict.UNKNOWN

    return test


def _of_choice(rule: Rule, _on: date) -> Test:
    wanted, inside = frozenset(rule.value), rule.operator == "one_of"

    def test(value: str) -> Verdict:
        # A card that says « other » may stand for what it does not say: it is asked, and nothing follows from it.
        return Verdict.UNKNOWN if value == OTHER else _verdict((value in wanted) == inside)

    return test


def _of_level(rule: Rule, _on: date) -> Test:
    scale = rule.fact.scale
    wanted, least = scale[rule.value], rule.operator == "at_least"

    def test(value: str) -> Verdict:
        place = scale.get(value)
        if place is None:
            # A certificate that is not recognised counts for none at the most, and is a question at the least.
            return Verdict.UNKNOWN if least or value != NOT_RECOGNISED else Verdict.MET
        return _verdict(place >= wanted if least else place <= wanted)

    return test


def _of_several(rule: Rule, _on: date) -> Test:
    wanted, inside = frozenset(rule.value), rule.operator == "one_of"
    return lambda value: _verdict((not wanted.isdisjoint(value)) == inside)


def _of_yes_no(rule: Rule, _on: date) -> Test:
    wanted = rule.operator == "yes"
    return lambda value: _verdict(value is wanted)


def _of_occupations(rule: Rule, _on: date) -> Test:
    beginnings, inside = tuple(rule.value), rule.operator == "one_of"
    return lambda value: _verdict(any(code.startswith(beginnings) for code in value) == inside)


_MAKERS: Mapping[Kind, Callable[[Rule, date], Test]] = {
    Kind.YEARS: _of_time,
    Kind.MONTHS: _of_time,
    Kind.CHOICE: _of_choice,
    Kind.LEVEL: _of_level,
    Kind.SEVERAL: _of_several,
    Kind.YES_NO: _of_yes_no,
    Kind.POSTAL_CODE: _of_choice,
    Kind.OCCUPATION: _of_occupations,
}


def _months(since: date, on: date) -> int:
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)


def _years(since: date, on: date) -> int:
    return _months(since, on) // 12
