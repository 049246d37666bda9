"""Texts, dates and numbers as they are typed in Belgium."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from clais.forms.fields import Date, Email, LocalDateTime, NationalNumber, Phone, PostalCode, Time, TrimmedString


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (Date(), "23/11/2026", dt.date(2026, 11, 23)),
        (Date(), "3-1-2026", dt.date(2026, 1, 3)),
        (Date(), "23.11.2026", dt.date(2026, 11, 23)),
        (Date(), "23 11 2026", dt.date(2026, 11, 23)),
        (Date(), "23112026", dt.date(2026, 11, 23)),
        (Date(), "2026-11-23", dt.date(2026, 11, 23)),
        (Date(), "29/02/2024", dt.date(2024, 2, 29)),
        (Time(), "9h", dt.time(9)),
        (Time(), "14h30", dt.time(14, 30)),
        (Time(), "14:30", dt.time(14, 30)),
        (Time(), "1430", dt.time(14, 30)),
        (LocalDateTime(), "2026-07-01T10:30", dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)),
        (LocalDateTime(), "2026-12-01T10:30", dt.datetime(2026, 12, 1, 9, 30, tzinfo=dt.UTC)),
        (Phone(), "071 20 60 20", "+3271206020"),
        (Phone(), "0470/12.34.56", "+32470123456"),
        (Phone(), "+33 1 42 68 53 00", "+33142685300"),
        (PostalCode(), "6240", "6240"),
        (PostalCode(), "B-6240", "6240"),
        (NationalNumber(), "85.07.30-033.28", "85073003328"),
        (NationalNumber(), "98472899765", "98472899765"),
        (Email(), " Nadia@CPAS.Farciennes.BE ", "Nadia@cpas.farciennes.be"),
        (TrimmedString(20), "  Zoe\u0308  ", "Zoë"),
        (TrimmedString(20, multiline=True), "a\r\nb", "a\nb"),
    ],
)
def test_an_answer_is_kept_in_one_form(field: fields.Field[Any], typed: str, kept: object) -> None:
    assert field.deserialize(typed) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (Date(), "31/02/2026"),
        (Date(), "23/11/85"),
        (Date(), "11/23/2026"),
        (Date(), "demain"),
        (Date(), "01/01/0001"),
        (Date(), "٢٣/١١/٢٠٢٦"),
        (Time(), "25:00"),
        (Time(), "midi"),
        (LocalDateTime(), "hier"),
        (LocalDateTime(), "0001-01-01T00:00"),
        (Phone(), "123"),
        (Phone(), "071 20 60 20 ext. 5"),
        (Phone(), "abc"),
        (Phone(), "0475 12 34 56 (mère)"),
        (PostalCode(), "0999"),
        (PostalCode(), "624"),
        (PostalCode(), "75001"),
        (NationalNumber(), "85.07.30-033.29"),
        (NationalNumber(), "123"),
        (NationalNumber(), "85073099932"),
        (Email(), "nadia@"),
        (Email(), "a b@c.be"),
        (Email(), "a@b@c.be"),
        (TrimmedString(3), "abcd"),
        (TrimmedString(9), "a\0b"),
        (TrimmedString(9), "a\nb"),
        (TrimmedString(9), "a\u202eb"),
        (TrimmedString(9), "\ud800"),
        (TrimmedString(9, required=True), "  "),
    ],
)
def test_what_cannot_be_is_refused(field: fields.Field[Any], typed: str) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(typed)


@given(st.dates(dt.date(1880, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_shown_in_a_form_comes_back_the_same(day: dt.date) -> None:
    assert Date().deserialize(Date.form_value(day)) == day


@given(st.text(max_size=40))
def test_any_text_is_refused_or_can_be_stored(text: str) -> None:
    try:
        kept = TrimmedString(40, multiline=True).deserialize(text)
    except ValidationError:
        return
    assert "\0" not in kept
    assert kept == kept.strip() == kept.encode().decode()


def test_stored_values_are_shown_as_people_read_them() -> None:
    assert Phone.form_value("+3271206020") == "071 20 60 20"
    assert Phone.form_value("+33142685300").startswith("+33 ")
    assert NationalNumber.form_value("85073003328") == "85.07.30-033.28"
    assert LocalDateTime.form_value(dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)) == "2026-07-01T10:30"
