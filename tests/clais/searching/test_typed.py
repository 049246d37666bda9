from datetime import date, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from clais.catalogues import LANGUAGES
from clais.clock import today
from clais.dates import written_day
from clais.numbers import format_phone
from clais.searching.typed import SearchText, query_tokens

TODAY = date.today()  # noqa: DTZ011


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", SearchText()),
        ("Sofia  Marchetti", SearchText(words=("sofia", "marchetti"))),
        ("sofia van den b 12/03/1991", SearchText(words=("sofia", "van", "den", "b"), birth_date=date(1991, 3, 12))),
        ("12-3-91", SearchText(birth_date=date(1991, 3, 12))),
        ("12 03 1991", SearchText(birth_date=date(1991, 3, 12))),
        ("01.03.05 dupont", SearchText(words=("dupont",), birth_date=date(2005, 3, 1))),
        ("1991-03-12", SearchText(birth_date=date(1991, 3, 12))),
        ("dupont 1985", SearchText(words=("dupont",), birth_year=1985)),
        ("0475 12 34 56", SearchText(phone="+32475123456")),
        ("071/20.60.20", SearchText(phone="+3271206020")),
        ("071 20 10 20", SearchText(phone="+3271201020")),
        ("+32 (0)475 12 34 56 sofia", SearchText(words=("sofia",), phone="+32475123456")),
        ("85.07.30-033.28", SearchText(national_number="85073003328")),
        ("85073003328", SearchText(national_number="85073003328")),
        ("FAR-2026-00123", SearchText(reference="FAR-2026-00123")),
        ("far/2026/123 d'ang", SearchText(words=("d", "ang"), reference="FAR-2026-00123")),
        ("marie 1991 0475123456", SearchText(words=("marie",), phone="+32475123456", birth_year=1991)),
        ("470987654", SearchText(phone="+32470987654")),
        ("+32 470 98 76 54", SearchText(phone="+32470987654")),
        ("0032470987654", SearchText(phone="+32470987654")),
        ("32470987654", SearchText(phone="+32470987654")),
        ("0470.98.76.54", SearchText(phone="+32470987654")),
        ("71206020", SearchText(phone="+3271206020")),
        ("0470 98", SearchText(phone="+3247098")),
        ("3 avril 1988", SearchText(birth_date=date(1988, 4, 3))),
        ("1er août 1988 dupont", SearchText(words=("dupont",), birth_date=date(1988, 8, 1))),
        ("marchetti 3 avr. 88", SearchText(words=("marchetti",), birth_date=date(1988, 4, 3))),
        ("12 mars", SearchText(unread=("12 mars",))),
        ("marchetti 1er août", SearchText(words=("marchetti",), unread=("1er août",))),
        ("0475 12 34 26 mai", SearchText(words=("mai",), phone="+32475123426")),
        ("April 3 1988", SearchText(words=("april",), unread=("3",), birth_year=1988)),
        ("03041988", SearchText(birth_date=date(1988, 4, 3))),
        ("Sofia.M@Example.be", SearchText(email="sofia.m@example.be")),
        ("marchetti sofia@", SearchText(words=("marchetti",), email="sofia@")),
        ("FAR-R2026-1", SearchText(referral="FAR-R2026-00001")),
        ("cap/p2026/12", SearchText(participant="CAP-P2026-00012")),
        ("FAR-X2026-1", SearchText(words=("far", "x2026"), unread=("1",))),
        ("31/02/1991", SearchText(unread=("31/02/1991",))),
        ("85073003329", SearchText(unread=("85073003329",))),
        ("dupont 6000", SearchText(words=("dupont",), postal_code="6000")),
        ("1985 1986", SearchText(birth_year=1985, unread=("1986",))),
        (f"1/1/{TODAY.year + 1}", SearchText(unread=(f"1/1/{TODAY.year + 1}",))),
    ],
)
def test_a_search_is_told_apart(typed: str, read: SearchText) -> None:
    assert query_tokens(typed) == read


@given(st.text() | st.from_regex(r"[A-Za-z0-9 ./+()-]{0,60}", fullmatch=True))
def test_any_text_can_be_searched(text: str) -> None:
    found = query_tokens(text)
    assert all(found.words)
    assert "'" not in "".join(found.words)


def test_a_very_long_search_is_read_up_to_a_limit() -> None:
    assert query_tokens("1 " * 100_000) == SearchText(unread=("1",) * 100)


def test_what_is_searched_does_not_end_in_a_log() -> None:
    assert "marchetti" not in repr(query_tokens("marchetti 85.07.30-033.28"))


@given(st.dates(date(1900, 1, 1), today() - timedelta(days=1)), st.sampled_from(sorted(LANGUAGES)))
def test_a_day_is_read_as_a_screen_prints_it(day: date, language: str) -> None:
    if language == "fr":
        assert query_tokens(written_day(day, "long", Locale.parse(language))).birth_date == day
    assert query_tokens(f"{day.day}/{day.month}/{day.year}").birth_date == day


@pytest.mark.parametrize("number", ["+32470987654", "+3271206020", "+3224567890"])
def test_a_phone_is_read_as_a_screen_prints_it_and_without_its_first_zero(number: str) -> None:
    printed = format_phone(number)
    for typed in (
        printed,
        printed.replace(" ", ""),
        printed.replace(" ", "."),
        printed[1:],
        printed.replace(" ", "")[1:],
    ):
        assert query_tokens(typed).phone == number
