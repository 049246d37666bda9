"""Whether somebody meets conditions: each kind of fact, what is not known, one person and many alike."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.exchange.eligibility.rules.contradictions import contradictions, impossible
from clais.exchange.eligibility.rules.facts import FACTS, OPERATORS, Fact, Kind
from clais.exchange.eligibility.rules.judging import (
    Known,
    Outcome,
    Rule,
    Verdict,
    compiled,
    judge,
    judged,
    outcome,
)
from clais.exchange.eligibility.schemas import is_known, rules_of, stored
from tests.support.eligibility import a_rule

DAY = date(2026, 11, 30)


def verdict(rule: Rule, value: Any, on: date = DAY) -> Verdict:
    facts = {} if value is None else {rule.field: Known(value)}
    return judge([rule], facts, on=on).answers[0].verdict


def born(day: date) -> tuple[date, date]:
    return (day, day)


@pytest.mark.parametrize(
    ("rule", "value", "said"),
    [
        (a_rule("age", "at_least", 18), born(date(2008, 11, 30)), Verdict.MET),
        (a_rule("age", "at_least", 18), born(date(2008, 12, 1)), Verdict.UNMET),
        (a_rule("age", "at_most", 25), born(date(2000, 12, 1)), Verdict.MET),
        (a_rule("age", "at_most", 25), born(date(2000, 11, 30)), Verdict.UNMET),
        # A year of birth alone leaves a year open, and only then.
        (a_rule("age", "at_least", 18), (date(2008, 1, 1), date(2008, 12, 31)), Verdict.UNKNOWN),
        (a_rule("age", "at_least", 18), (date(2007, 1, 1), date(2007, 12, 31)), Verdict.MET),
        (a_rule("age", "at_least", 18), (date(2009, 1, 1), date(2009, 12, 31)), Verdict.UNMET),
        (a_rule("job_seeker_since", "at_least", 12), born(date(2025, 11, 30)), Verdict.MET),
        (a_rule("job_seeker_since", "at_least", 12), born(date(2025, 12, 1)), Verdict.UNMET),
        (a_rule("status", "one_of", ["integration_income"]), "integration_income", Verdict.MET),
        (a_rule("status", "one_of", ["integration_income"]), "worker", Verdict.UNMET),
        (a_rule("status", "none_of", ["student"]), "worker", Verdict.MET),
        # « Other » stands for what a card does not say: it is asked where it matters, and decides nothing by itself.
        (a_rule("status", "one_of", ["worker", "other"]), "other", Verdict.UNKNOWN),
        (a_rule("status", "none_of", ["other"]), "other", Verdict.UNKNOWN),
        (a_rule("status", "one_of", ["worker"]), "other", Verdict.UNKNOWN),
        (a_rule("schooling", "at_most", "cess"), "cesi", Verdict.MET),
        (a_rule("schooling", "at_most", "cess"), "bachelor", Verdict.UNMET),
        (a_rule("schooling", "at_least", "ceb"), "foreign", Verdict.UNKNOWN),
        (a_rule("schooling", "at_most", "cesi"), "foreign", Verdict.MET),
        (a_rule("language.fr.spoken", "at_least", "A2"), "A1", Verdict.UNMET),
        (a_rule("language.fr.spoken", "at_least", "A2"), "native", Verdict.MET),
        (a_rule("licences", "one_of", ["B", "C"]), ("AM", "B"), Verdict.MET),
        (a_rule("licences", "none_of", ["B"]), ("AM", "B"), Verdict.UNMET),
        (a_rule("vehicle", "yes"), False, Verdict.UNMET),
        (a_rule("alternating_before", "no"), False, Verdict.MET),
        (a_rule("residence", "one_of", ["6240"]), "6240", Verdict.MET),
        (a_rule("occupations", "one_of", ["K13"]), ("N1103", "K1304"), Verdict.MET),
        (a_rule("occupations", "one_of", ["K13"]), ("N1103",), Verdict.UNMET),
    ],
)
def test_each_kind_of_fact_is_compared_as_it_is_meant(rule: Rule, value: Any, said: Verdict) -> None:
    assert verdict(rule, value) is said


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.code)
def test_what_a_file_does_not_say_is_to_be_asked_and_never_refused(fact: Fact) -> None:
    for operator in OPERATORS[fact.kind]:
        rule = a_rule(fact.code, operator, VALUES[fact.kind](fact))
        assert is_known(rule)
        judgement = judge([rule], {}, on=DAY)
        assert (judgement.outcome, verdict(rule, None)) == (Outcome.ASK, Verdict.UNKNOWN)


VALUES: dict[Kind, Any] = {
    Kind.YEARS: lambda _fact: 18,
    Kind.MONTHS: lambda _fact: 6,
    Kind.CHOICE: lambda fact: [next(iter(fact.values))],
    Kind.SEVERAL: lambda fact: [next(iter(fact.values))],
    Kind.LEVEL: lambda fact: next(iter(fact.values)),
    Kind.YES_NO: lambda _fact: None,
    Kind.POSTAL_CODE: lambda _fact: ["6240"],
    Kind.OCCUPATION: lambda _fact: ["K13"],
}


def test_age_is_that_of_the_first_day_of_the_session() -> None:
    rule, birthday = a_rule("age", "at_least", 18), date(2009, 1, 15)
    assert verdict(rule, born(birthday), on=DAY) is Verdict.UNMET
    assert verdict(rule, born(birthday), on=date(2027, 1, 15)) is Verdict.MET


def test_a_wish_decides_nothing_and_a_condition_that_is_over_is_not_asked() -> None:
    wish = a_rule("vehicle", "yes", hard=False)
    over = a_rule("age", "at_least", 30, valid_until=DAY - timedelta(days=1))
    to_come = a_rule("age", "at_least", 40, valid_from=DAY + timedelta(days=1))
    facts = {"vehicle": Known(False), "age": Known(born(date(2005, 1, 1)))}
    judgement = judge([wish, over, to_come], facts, on=DAY)
    assert [answer.rule for answer in judgement.answers] == [wish]
    assert judgement.outcome is Outcome.FITS


def test_a_fact_that_this_release_does_not_know_is_never_known_to_be_met() -> None:
    rule = Rule("1", "shoe_size", "at_least", 40, "40 au moins")
    judgement = judge([rule], {"shoe_size": Known(44)}, on=DAY)
    assert (judgement.answers[0].verdict, is_known(rule)) == (Verdict.UNKNOWN, False)


def some_value(fact: Fact) -> st.SearchStrategy[Any]:
    days = st.dates(date(1940, 1, 1), date(2026, 1, 1))
    spans = st.tuples(days, st.integers(0, 400)).map(lambda pair: (pair[0], pair[0] + timedelta(days=pair[1])))
    codes = st.sampled_from(sorted(fact.values) or ["6240", "6250"])
    occupations = st.lists(st.sampled_from(["K1304", "N1103", "A1203"]), max_size=3).map(tuple)
    made = {
        Kind.YEARS: spans,
        Kind.MONTHS: spans,
        Kind.CHOICE: codes,
        Kind.LEVEL: codes,
        Kind.SEVERAL: st.lists(codes, max_size=3).map(tuple),
        Kind.YES_NO: st.booleans(),
        Kind.POSTAL_CODE: st.sampled_from(["6240", "6250", "1000"]),
        Kind.OCCUPATION: occupations,
    }
    return made[fact.kind]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    fact = draw(st.sampled_from(list(FACTS.values())))
    several = st.lists(st.sampled_from(sorted(fact.values) or ["6240", "6250"]), min_size=1, max_size=3, unique=True)
    value = {
        Kind.YEARS: st.integers(0, 70),
        Kind.MONTHS: st.integers(0, 200),
        Kind.LEVEL: st.sampled_from(sorted(fact.values) or ["?"]),
        Kind.CHOICE: several,
        Kind.SEVERAL: several,
        Kind.POSTAL_CODE: several,
        Kind.OCCUPATION: st.lists(st.sampled_from(["K", "K13", "N1103"]), min_size=1, max_size=2, unique=True),
        Kind.YES_NO: st.none(),
    }[fact.kind]
    bound = st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31))
    return Rule(
        draw(st.uuids()).hex,
        fact.code,
        draw(st.sampled_from(list(OPERATORS[fact.kind]))),
        draw(value),
        "Une phrase",
        hard=draw(st.booleans()),
        valid_from=draw(bound),
        valid_until=draw(bound),
    )


@st.composite
def files(draw: st.DrawFn) -> dict[str, Known]:
    known = draw(st.lists(st.sampled_from(list(FACTS)), max_size=12, unique=True))
    return {code: Known(draw(some_value(FACTS[code]))) for code in known}


@given(st.lists(rules(), max_size=8), st.lists(files(), max_size=6))
def test_one_person_and_many_are_judged_alike(some: list[Rule], people: list[dict[str, Known]]) -> None:
    tests = compiled(some, on=DAY)
    for facts in people:
        alone, among = judge(some, facts, on=DAY), judged(tests, facts)
        assert alone == among
        found, missing = outcome(tests, facts)
        assert found is alone.outcome
        if found is Outcome.ASK:
            assert set(missing) == {answer.rule.field for answer in alone.of(Verdict.UNKNOWN, hard=True)}


@given(st.lists(rules(), max_size=6), files())
def test_what_excludes_each_other_nobody_meets(some: list[Rule], facts: dict[str, Known]) -> None:
    for one, other in contradictions(some):
        day = max(one.valid_from or date.min, other.valid_from or date.min, date(2026, 1, 1))
        said = [answer.verdict for answer in judge([one, other], facts, on=day).answers]
        assert said != [Verdict.MET, Verdict.MET]


@given(st.lists(rules(), max_size=8))
def test_conditions_as_data_say_the_same(some: list[Rule]) -> None:
    assert rules_of(stored(some)) == some


def test_contradictions_are_found() -> None:
    young, old = a_rule("age", "at_most", 25), a_rule("age", "at_least", 30)
    assert contradictions([young, old]) == [(young, old)]
    assert contradictions([a_rule("vehicle", "yes"), a_rule("vehicle", "no")])
    assert contradictions([a_rule("status", "one_of", ["worker"]), a_rule("status", "none_of", ["worker"])])
    assert contradictions([a_rule("residence", "one_of", ["6240"]), a_rule("residence", "one_of", ["6250"])])
    assert contradictions([a_rule("occupations", "one_of", ["K1304"]), a_rule("occupations", "none_of", ["K13"])])
    over = a_rule("age", "at_most", 25, valid_until=date(2026, 1, 1))
    from_then = a_rule("age", "at_least", 30, valid_from=date(2026, 1, 2))
    assert not contradictions([over, from_then])
    assert not contradictions([young, a_rule("age", "at_least", 30, hard=False)])


def test_codes_alone_are_compared_by_their_beginning_only_where_they_are_occupations() -> None:
    assert not contradictions([a_rule("licences", "one_of", ["AM"]), a_rule("licences", "none_of", ["A"])])
    assert contradictions([a_rule("licences", "one_of", ["A"]), a_rule("licences", "none_of", ["A", "B"])])
    nobody = a_rule("childcare", "none_of", list(FACTS["childcare"].values))
    assert impossible([nobody, a_rule("childcare", "none_of", ["sought"])]) == [nobody]
