"""Texts, dates and numbers as they are typed in Belgium."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from clais.forms.fields import (
    Date,
    Email,
    Identifier,
    LocalDateTime,
    NationalNumber,
    Phone,
    PostalCode,
    Time,
    TrimmedString,
    WebAddress,
    WholeNumber,
)
from clais.forms.schemas import Schema


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
        (WebAddress(99), " https://example.be/a?b=c ", "https://example.be/a?b=c"),
        (TrimmedString(20), "  Zoe\u0308  ", "Zoë"),
        (TrimmedString(20, multiline=True), "a\r\nb", "a\nb"),
        (TrimmedString(9), "a\0b", "ab"),
        (TrimmedString(9), "a\nb", "a b"),
        (TrimmedString(9), "a\u202eb", "ab"),
        (TrimmedString(9), "\ud800", ""),
        (TrimmedString(9, multiline=True), "a\vb\fc", "a\nb\nc"),
        (WholeNumber(), "1\u202f200", 1200),
        (WholeNumber(), 12, 12),
        (Identifier(20), "\ufeffFAR-2026-00123\u200b", "FAR-2026-00123"),
        (Phone(), "\u202a+32 470 12 34 56\u202c", "+32470123456"),
        (Date(), "\u00a03/4/1988", dt.date(1988, 4, 3)),
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
        (Email(), "a@b.be?bcc=x@y.be"),
        (Email(), "a?bcc=x@y.be"),
        (Email(), "a&body=x@y.be"),
        (Email(), "a%0Abcc:x@y.be"),
        (Email(), "a#x@y.be"),
        (WebAddress(99), "https://"),
        (WebAddress(99), "example.be/document"),
        (WebAddress(99), "javascript:alert('https://example.be')"),
        (WebAddress(99), "https://[example"),
        (TrimmedString(9, required=True), "\u0301\u0300"),
        (TrimmedString(9, required=True), "\ufffc"),
        (TrimmedString(9, required=True), "\ue000"),
        (TrimmedString(3), "abcd"),
        (TrimmedString(9, required=True), "  "),
        (TrimmedString(9, required=True), "\u200b\u2800\u200d"),
        (WholeNumber(), "3,5"),
        (WholeNumber(), 3.5),
        (WholeNumber(), "1_0"),
        (WholeNumber(), "٣"),
    ],
)
def test_what_cannot_be_is_refused(field: fields.Field[Any], typed: str) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(typed)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_date_shown_in_a_form_comes_back_the_same(day: dt.date) -> None:
    assert Date().deserialize(Date.form_value(day)) == day


@given(st.text(st.characters(), max_size=40), st.booleans())
def test_any_text_is_taken_and_can_be_stored(text: str, multiline: bool) -> None:
    kept = TrimmedString(4000, multiline=multiline).deserialize(text)
    assert "\0" not in kept
    assert kept == kept.strip() == kept.encode().decode()


UNSEEN = st.text(
    st.sampled_from("\u200b\u200d\u200e\u200f\u202a\u202c\u2066\u2069\ufeff\u00ad\u061c\x07\x1b\ufe0f"), max_size=3
)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (Phone(), "+32470123456"),
        (Email(), "nadia@cpas.be"),
        (Date(), "3/4/1988"),
        (Time(), "14h30"),
        (PostalCode(), "6240"),
        (NationalNumber(), "85.07.30-033.28"),
        (WholeNumber(), "120"),
        (Identifier(40), "FAR-2026-00123"),
        (LocalDateTime(), "2026-07-01T10:30"),
    ],
)
@given(data=st.data())
def test_what_nobody_sees_changes_no_identifier(field: fields.Field[Any], typed: str, data: st.DataObject) -> None:
    pasted = "".join(data.draw(UNSEEN) + character for character in typed) + data.draw(UNSEEN)
    blank = data.draw(st.text(st.sampled_from(" \t\n\u00a0\u2007\u202f\u3000"), max_size=2))
    assert field.deserialize(f"{blank}{pasted}{blank}") == field.deserialize(typed)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1/1/1850", "too_old"),
        ("1/1/2850", "too_far"),
        ("31/02/1990", "no_such_day"),
        ("1/1/85", "year"),
        ("demain", "invalid"),
    ],
)
def test_a_date_says_what_is_wrong_with_it(typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Date().deserialize(typed)
    assert refusal.value.messages == [str(Date.default_error_messages[said])]


@given(st.integers(0, 300))
def test_a_text_says_how_many_characters_are_too_many(over: int) -> None:
    field = Schema.from_dict({"note": TrimmedString(20, multiline=True)})()
    if over == 0:
        assert field.load({"note": "x" * 20})
        return
    with pytest.raises(ValidationError) as refusal:
        field.load({"note": "  " + "x" * (20 + over) + "\n"})
    assert str(over) in refusal.value.messages["note"][0]  # type: ignore[call-overload]


def test_stored_values_are_shown_as_people_read_them() -> None:
    assert Phone.form_value("+3271206020") == "071 20 60 20"
    assert Phone.form_value("+33142685300").startswith("+33 ")
    assert NationalNumber.form_value("85073003328") == "85.07.30-033.28"
    assert LocalDateTime.form_value(dt.datetime(2026, 7, 1, 8, 30, tzinfo=dt.UTC)) == "2026-07-01T10:30"
