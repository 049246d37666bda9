"""Conditions of instruments: what they mean, that each has an answer whatever was answered, and what is refused."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clais.instruments.rules.expressions import FUNCTIONS, compiled, condition
from clais.instruments.rules.syntax import DEEPEST, LONGEST, MOST_SIGNS, ExpressionError, items_of, parse
from clais.instruments.rules.values import Kind, Situation, Type, Value

DAY = date(2026, 11, 30)
TYPES = {
    "age": Type(Kind.NUMBER),
    "children": Type(Kind.NUMBER),
    "note": Type(Kind.TEXT),
    "born": Type(Kind.DAY),
    "permit": Type(Kind.CODE, frozenset({"b", "none"})),
    "childcare": Type(Kind.LEVEL, frozenset({"0", "1", "2", "3"})),
    "languages": Type(Kind.CODES, frozenset({"fr", "ar", "tr"})),
}
ANSWERS: Mapping[str, Value] = {
    "age": Decimal(31),
    "children": Decimal(2),
    "born": date(1995, 3, 12),
    "permit": "b",
    "childcare": Decimal(1),
    "languages": frozenset({"fr", "ar"}),
}


def value(text: str, answers: Mapping[str, Value] = ANSWERS, own: Value = None) -> Value:
    return compiled(text, TYPES, Type(Kind.NUMBER)).value(Situation(answers, DAY, own))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${children} >= 1", True),
        ("${age} > 18 and ${age} < 26", False),
        ("${age} > 18 or ${note} = 'x'", True),
        ("${permit} = 'b'", True),
        ("${permit} != 'none'", True),
        ("selected(${languages}, 'ar')", True),
        ("not(selected(${languages}, 'tr'))", True),
        ("selected(${childcare}, '1')", True),
        ("${childcare} <= 2", True),
        ("count-selected(${languages}) = 2", True),
        ("${born} < date('2000-01-01')", True),
        ("${born} <= today()", True),
        ("${age} - ${children} * 10", Decimal(11)),
        ("(${age} - ${children}) * 10", Decimal(290)),
        ("-${age} + 1", Decimal(-30)),
        ("7 div 2", Decimal("3.5")),
        ("7 mod 2", Decimal(1)),
        ("if(${age} >= 25, 'adult', 'young')", "adult"),
        ("coalesce(${note}, ${permit})", "b"),
        ("string-length('abcd')", Decimal(4)),
        ("1 + 2 * 3 = 7 and true()", True),
        ("true() or false() and false()", True),
        ('${permit} = "b"', True),
        (".5 + 1", Decimal("1.5")),
    ],
)
def test_an_expression_says_what_it_says_in_a_spreadsheet(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${note} = ''", True),
        ("${note} != ''", False),
        ("${permit} = ''", False),
        ("${note} = 'x'", False),
        ("${note} != 'x'", True),
        ("string-length(${note})", Decimal(0)),
        ("1 div 0", None),
        ("1 mod 0 > 2", False),
        ("99999999999999 * 99999999999999 * 99999999999999 mod 3", None),
    ],
)
def test_what_is_missing_equals_only_what_is_missing(text: str, expected: Value) -> None:
    assert value(text) == expected


def test_what_is_missing_is_neither_less_nor_more_and_what_is_computed_with_it_is_missing() -> None:
    assert [value(f"${{age}} {sign} 3", {}) for sign in ("<", "<=", ">", ">=")] == [False] * 4
    assert value("${age} + 3", {}) is None
    assert value("selected(${languages}, 'fr')", {}) is False
    assert value("not(selected(${languages}, 'fr'))", {}) is True
    assert value("count-selected(${languages})", {}) == 0


def test_a_constraint_is_about_its_own_answer() -> None:
    within = condition(". >= 0 and . <= 120", {}, Type(Kind.NUMBER))
    assert within.holds(Situation({}, DAY, Decimal(31)))
    assert not within.holds(Situation({}, DAY, Decimal(200)))


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "cut_short", 0),
        ("${age} >", "cut_short", 8),
        ("${age} > 3)", "unexpected", 10),
        ("${age} > 3 4", "unexpected", 11),
        ("and ${age} > 3", "unexpected", 0),
        ("${nobody} = 1", "unknown_item", 0),
        ("${age} = 'x'", "types_differ", 7),
        ("${permit} = 'c'", "unknown_code", 12),
        ("selected(${languages}, 'nl')", "unknown_code", 23),
        ("selected(${age}, '3')", "not_a_choice", 9),
        ("selected(${languages}, ${permit})", "code_expected", 23),
        ("${note} > 'a'", "not_in_order", 8),
        ("${age} and true()", "expected_truth", 0),
        ("${note} + 1", "expected_number", 0),
        ("regex(${note}, 'a')", "unknown_function", 0),
        ("today(1)", "arguments", 0),
        ("date('30/11/2026')", "day_expected", 5),
        ("1 < 2 < 3", "two_comparisons", 6),
        ("${age} # 3", "unknown_sign", 7),
        ("'abc", "unknown_sign", 0),
        ("1234567890123456", "long_number", 0),
        ("if(true(), 1, 'a')", "types_differ", 0),
        ("if(true(), ${age}, ${permit})", "types_differ", 0),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_place(text: str, code: str, at: int) -> None:
    with pytest.raises(ExpressionError) as refused:
        compiled(text, TYPES)
    assert (refused.value.code, refused.value.at) == (code, at)


def test_a_dot_needs_an_answer_that_it_is_about_and_a_condition_is_true_or_false() -> None:
    with pytest.raises(ExpressionError, match="no_own_answer"):
        compiled(". > 3", TYPES)
    with pytest.raises(ExpressionError, match="not_a_condition"):
        condition("${age} + 1", TYPES)


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1),
        "not(" * (DEEPEST + 1) + "true()" + ")" * (DEEPEST + 1),
        "+".join("1" * (MOST_SIGNS + 2)),
        " " * LONGEST + "1",
    ],
    ids=["parentheses", "calls", "signs", "characters"],
)
def test_what_is_too_large_is_refused_before_it_is_followed(text: str) -> None:
    with pytest.raises(ExpressionError, match="too_"):
        compiled(text, TYPES)


def test_the_largest_that_is_accepted_is_compiled_and_answered() -> None:
    assert value("+".join("1" * (MOST_SIGNS + 1))) == MOST_SIGNS + 1
    assert value("(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1)) == 1


PIECES = [
    "${age}",
    "${note}",
    "${languages}",
    "${permit}",
    "${childcare}",
    "${born}",
    ".",
    "'b'",
    "''",
    "'fr'",
    "3",
    "0",
]
PIECES += [
    "and",
    "or",
    "=",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "div",
    "mod",
    "(",
    ")",
    ",",
    *(f"{name}(" for name in FUNCTIONS),
]


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_any_text_is_an_expression_or_an_error_and_nothing_else(text: str) -> None:
    try:
        found = compiled(text, TYPES, Type(Kind.NUMBER))
    except ExpressionError:
        return
    assert found.items == items_of(parse(text))
    assert found.items <= TYPES.keys()


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=3)
OF_KIND: dict[Kind, st.SearchStrategy[Value]] = {
    Kind.NUMBER: NUMBERS,
    Kind.LEVEL: st.integers(0, 3).map(Decimal),
    Kind.TEXT: st.text(min_size=1),
    Kind.DAY: st.dates(),
    Kind.CODE: st.sampled_from(["b", "none"]),
    Kind.CODES: st.frozensets(st.sampled_from(["fr", "ar", "tr"])),
}
SOME_ANSWERS = st.fixed_dictionaries({}, optional={item: OF_KIND[type_.kind] for item, type_ in TYPES.items()})


def numbers(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sums = st.tuples(inner, st.sampled_from(["+", "-", "*", "div", "mod"]), inner).map(
        lambda parts: f"({' '.join(parts)})"
    )
    return sums | inner.map(lambda part: f"coalesce({part}, 1)")


SUMS = st.recursive(
    st.sampled_from(["${age}", "${children}", "${childcare}", "0", "2.5", "count-selected(${languages})"]),
    numbers,
    max_leaves=6,
)
TESTS = st.one_of(
    st.tuples(SUMS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), SUMS).map(" ".join),
    st.sampled_from(["${note} = ''", "${permit} = 'b'", "selected(${languages}, 'fr')", "${born} < today()"]),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})")
        | inner.map(lambda part: f"not({part})")
    ),
    max_leaves=6,
)


@settings(max_examples=150)
@given(CONDITIONS, SOME_ANSWERS)
def test_a_condition_holds_or_not_whatever_was_answered(text: str, answers: dict[str, Value]) -> None:
    found = condition(text, TYPES)
    assert found.value(Situation(answers, DAY)) in (True, False)
    negated = condition(f"not({text})", TYPES)
    assert negated.holds(Situation(answers, DAY)) is not found.holds(Situation(answers, DAY))


@settings(max_examples=200)
@given(SUMS, SOME_ANSWERS)
def test_a_sum_is_a_number_or_missing_whatever_was_answered(text: str, answers: dict[str, Value]) -> None:
    found = compiled(text, TYPES).value(Situation(answers, DAY))
    assert found is None or isinstance(found, Decimal)


@settings(max_examples=200)
@given(CONDITIONS, SOME_ANSWERS, SOME_ANSWERS)
def test_only_the_items_that_it_names_change_what_it_says(
    text: str, answers: dict[str, Value], others: dict[str, Value]
) -> None:
    found = condition(text, TYPES)
    unread = {item: answer for item, answer in others.items() if item not in found.items}
    kept = {item: answer for item, answer in answers.items() if item in found.items}
    assert found.value(Situation(answers, DAY)) == found.value(Situation({**unread, **kept}, DAY))
