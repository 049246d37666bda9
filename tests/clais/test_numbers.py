from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import bis, ssn

from clais.numbers import (
    MASKED_NATIONAL_NUMBER,
    InvalidNationalNumber,
    InvalidPhone,
    age_band,
    age_on,
    clean_national_number,
    clean_phone,
    disagreements,
    format_national_number,
    format_phone,
    make_national_number,
)

BIRTH_DATES = st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 12, 31))


@pytest.mark.parametrize(
    "typed",
    [
        "85073003328",
        "85.07.30-033.28",
        "85.07.30/033/28",
        " 85 07 30 033 28 ",
        "850730-033-28",
        "85.07.30–033.28",
        "85\u00a007\u202f30\u00a0033 28",
        "85_07_30,033.28",
    ],
)
def test_however_a_national_number_is_typed_it_is_one_number(typed: str) -> None:
    assert clean_national_number(typed) == "85073003328"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("8507300332", "length"),
        ("850730033281", "length"),
        ("85073003329", "checksum"),
        ("85173003301", "date"),
        ("00000000097", "sequence"),
        ("85073099932", "sequence"),
        ("85O73003328", "characters"),
        ("٨٥٠٧٣٠٠٣٣٢٨", "characters"),
        ("85\uff1073003328", "characters"),
        ("8507300332²", "characters"),
    ],
)
def test_a_wrong_national_number_is_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(InvalidNationalNumber) as refusal:
        clean_national_number(typed)
    assert refusal.value.code == code


def _refusal(clean: Callable[[str], str], typed: str) -> InvalidNationalNumber | InvalidPhone | None:
    try:
        clean(typed)
    except (InvalidNationalNumber, InvalidPhone) as refusal:
        return refusal
    return None


@given(st.text() | st.from_regex(r"[0-9]{9,12}", fullmatch=True))
def test_a_refusal_never_repeats_what_was_typed(typed: str) -> None:
    refusal = _refusal(clean_national_number, typed)
    if refusal is None:
        assert len(clean_national_number(typed)) == 11
    else:
        assert str(refusal) in {"empty", "characters", "length", "checksum", "date", "sequence"}
        assert (refusal.__cause__, refusal.__context__) == (None, None)


def test_a_number_of_someone_not_born_yet_is_refused() -> None:
    today = date.today()  # noqa: DTZ011
    if (today.month, today.day) == (12, 31):
        pytest.skip("tomorrow is next year, whose numbers read as the former century's")
    with pytest.raises(InvalidNationalNumber, match="date"):
        clean_national_number(make_national_number(date(today.year, 12, 31), "f", 3))


@given(BIRTH_DATES, st.sampled_from("mf"), st.integers(1, 499))
def test_invented_numbers_are_valid_and_say_the_birth_date_and_sex(born: date, sex: str, sequence: int) -> None:
    number = make_national_number(born, sex, sequence)
    assert clean_national_number(format_national_number(number)) == number
    assert ssn.get_birth_date(number) == born
    assert disagreements(number, born, sex) == []


def test_two_people_of_a_day_have_two_numbers() -> None:
    numbers = {make_national_number(date(1991, 3, 12), sex, n) for sex in "mf" for n in range(1, 500)}
    assert len(numbers) == 998


@pytest.mark.parametrize(("sex", "sequence"), [("x", 1), ("m", 0), ("f", 500)])
def test_no_number_is_invented_for_what_it_cannot_hold(sex: str, sequence: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        make_national_number(date(1991, 3, 12), sex, sequence)


def test_the_mask_hides_every_digit() -> None:
    assert len(MASKED_NATIONAL_NUMBER) == len(format_national_number("85073003328"))
    assert not any(character.isdigit() for character in MASKED_NATIONAL_NUMBER)
    assert format_national_number("85073003328") == "85.07.30-033.28"


def test_a_number_that_says_otherwise_is_pointed_out() -> None:
    assert disagreements("85073003328", date(1985, 7, 30), "m") == []
    assert disagreements("85073003328", date(1985, 7, 31), "F") == ["birth_date", "sex"]
    assert disagreements("85073003328", None, None) == []
    assert disagreements("85073003328", None, "x", birth_year=1984) == ["birth_date"]
    assert disagreements("85073003328", None, "x", birth_year=1985) == []


def _with_checksum(nine_digits: str) -> str:
    number = f"{nine_digits}{97 - int(nine_digits) % 97:02d}"
    assert ssn.is_valid(number)
    return number


def test_a_bis_number_without_sex_or_a_partial_date_accuses_nobody() -> None:
    sex_unknown = _with_checksum("852730033")
    assert bis.is_valid(sex_unknown)
    assert disagreements(sex_unknown, date(1985, 7, 30), "f") == []
    assert disagreements(sex_unknown, date(1985, 7, 29), "f") == ["birth_date"]
    sex_known = _with_checksum("854730033")
    assert disagreements(sex_known, date(1985, 7, 30), "f") == ["sex"]
    only_year = _with_checksum("850000033")
    assert disagreements(only_year, date(1985, 2, 1), "m") == []
    assert disagreements(only_year, date(1986, 2, 1), "m") == ["birth_date"]
    year_and_month = _with_checksum("850700033")
    assert disagreements(year_and_month, date(1985, 7, 3), "m") == []
    assert disagreements(year_and_month, date(1985, 8, 3), "m") == ["birth_date"]
    nothing_known = _with_checksum("000001033")
    assert disagreements(nothing_known, date(1985, 8, 3), "m") == []


@pytest.mark.parametrize(
    ("typed", "stored", "shown"),
    [
        ("071/20.60.20", "+3271206020", "071 20 60 20"),
        ("071 20 60 20", "+3271206020", "071 20 60 20"),
        ("0475-12-34-56", "+32475123456", "0475 12 34 56"),
        ("+32 (0)475 12 34 56", "+32475123456", "0475 12 34 56"),
        ("0032475123456", "+32475123456", "0475 12 34 56"),
        ("04 75 12\u00a034 56", "+32475123456", "0475 12 34 56"),
        ("+33 6 12 34 56 78", "+33612345678", "+33 6 12 34 56 78"),
        ("+212 612-345678", "+212612345678", "+212 6 12 34 56 78"),
    ],
)
def test_a_phone_is_stored_one_way_and_shown_the_way_people_dial(typed: str, stored: str, shown: str) -> None:
    assert clean_phone(typed) == stored
    assert format_phone(stored) == shown
    assert clean_phone(shown) == stored


def test_a_phone_is_read_as_dialled_in_the_region() -> None:
    assert clean_phone("06 12 34 56 78", region="FR") == "+33612345678"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("\u2003", "empty"),
        ("0475 12", "too_short"),
        ("0475 12 34 56 78 90 12 34", "too_long"),
        ("0000000000", "unknown"),
        ("+999 12345678", "unknown"),
        ("0475 ab 34 56", "characters"),
        ("071206020 ext 4", "characters"),
        ("٠٤٧٥١٢٣٤٥٦", "characters"),
        ("0475 12 34 56 / +32", "characters"),
    ],
)
def test_a_wrong_phone_is_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(InvalidPhone) as refusal:
        clean_phone(typed)
    assert refusal.value.code == code


@given(st.text() | st.from_regex(r"\+?[0-9 ./()\-]{6,18}", fullmatch=True))
def test_any_text_is_a_phone_or_a_clear_refusal(typed: str) -> None:
    refusal = _refusal(clean_phone, typed)
    if refusal is None:
        number = clean_phone(typed)
        assert number.startswith("+")
        assert clean_phone(number) == number
    else:
        assert str(refusal) in {"empty", "characters", "too_short", "too_long", "unknown"}


def test_a_stored_phone_that_cannot_be_read_is_shown_as_it_is() -> None:
    assert format_phone("voir avec sa sœur") == "voir avec sa sœur"


def test_age_counts_completed_years() -> None:
    assert age_on(date(1991, 3, 12), date(2026, 3, 11)) == 34
    assert age_on(date(1991, 3, 12), date(2026, 3, 12)) == 35
    assert age_on(date(2004, 2, 29), date(2026, 2, 28)) == 21
    assert age_on(date(2004, 2, 29), date(2026, 3, 1)) == 22
    with pytest.raises(ValueError, match="before the birth"):
        age_on(date(2004, 2, 29), date(2004, 2, 28))


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "under_18"), (17, "under_18"), (18, "18_24"), (24, "18_24"), (25, "25_29"), (29, "25_29"), (30, "30_34"),
     (59, "55_59"), (60, "60_plus"), (104, "60_plus")],
)  # fmt: skip
def test_an_age_falls_in_one_band(age: int, band: str) -> None:
    assert age_band(date(2026 - age, 6, 1), date(2026, 6, 1)) == band
