"""What someone typed in a search box, told apart: names, numbers, dates, e-mail."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from babel import Locale

from clais.catalogues import LANGUAGES
from clais.clock import today
from clais.numbers import InvalidNationalNumber, InvalidPhone, clean_national_number, clean_phone
from clais.searching.names import readings
from clais.text import fold

_REFERENCE = re.compile(r"(?<![^\W_])([A-Za-z]{2,5})[-/]([A-Za-z]?)([0-9]{4})[-/]([0-9]{1,6})(?!\w)")
_EMAIL = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]*")
_WRITTEN_DAY = re.compile(r"(?<![^\W_])(\d{1,2})(?:er|e)?\s+([^\W\d_]{3,})\.?\s+(\d{4}|\d{2})(?!\w)", re.IGNORECASE)
_DAY_WITHOUT_YEAR = re.compile(r"(?<![^\W_])(?<!\d[\s./-])(\d{1,2})(?:er|e)?\s+([^\W\d_]{3,})\.?(?!\w)", re.IGNORECASE)
_NUMERIC = re.compile(r"(?<![^\W_])\+?\d(?:[\d\s./()\-\u2010-\u2015]*\d)?(?!\w)")
_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-](\d{1,2})[\s./-](\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_DIGITS_OF_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})")
_TWO_YEARS = re.compile(r"\d{4} \d{4}")
_START_OF_PHONE = re.compile(r"(?:0(?!0)|\+32|0032)\d{3,9}")
_EARLIEST_BIRTH_YEAR, _FIRST_POSTAL_CODE = 1900, 1000
_LONGEST_SEARCH, _MOST_WORDS = 200, 20

Fact = tuple[str, str | date | int]
"""A field of `SearchText` and its value."""


# Its repr shows no value: a search is personal data, and a repr ends up in logs.
@dataclass(frozen=True, slots=True, repr=False)
class SearchText:
    """The parsed text of the search box.

    `words` are starts of names, folded, see `readings`; `phone` is E.164 or its beginning; `national_number` has 11
    digits; `reference` is that of a file, `referral` and `participant` those of the centre's exchange; `email` is the
    start of an address; `unread` holds the numbers that are none of these, to show as not understood.
    """

    words: tuple[str, ...] = ()
    phone: str | None = None
    national_number: str | None = None
    reference: str | None = None
    referral: str | None = None
    participant: str | None = None
    email: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    postal_code: str | None = None
    unread: tuple[str, ...] = ()

    @property
    def readings(self) -> list[tuple[str, ...]]:
        """Each way to read the words as starts of names."""
        return readings(self.words)


@dataclass(slots=True)
class _Reading:
    """The text that is left to read, and the facts that were found in it."""

    text: str
    facts: dict[str, str | date | int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def take(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Fact | None]) -> None:
        """Take the first match that is a fact out of the text."""
        for match in pattern.finditer(self.text):
            if fact := read(match):
                self.facts[fact[0]] = fact[1]
                self.text = f"{self.text[: match.start()]} {self.text[match.end() :]}"
                return

    def set_aside(self, pattern: re.Pattern[str], is_one: Callable[[re.Match[str]], bool]) -> None:
        """Take out what is understood but finds nobody: it is said so, and its words are no starts of names."""
        for match in pattern.finditer(self.text):
            if is_one(match):
                self.unread.append(match[0])
                self.text = f"{self.text[: match.start()]} {self.text[match.end() :]}"
                return


def query_tokens(text: str) -> SearchText:
    """Parse the words and numbers of a search: "sofia van den b 12/03/1991", "0475 12 34 56", "far-2026-00123".

    Dates are day first, as digits or as a screen writes them (« 3 avril 1988 »); a year of two digits is the latest one
    past. Reads the first 200 characters and 20 words.
    """
    reading = _Reading(text[:_LONGEST_SEARCH])
    reading.take(_EMAIL, lambda match: ("email", match[0].strip(".").casefold()))
    reading.take(_REFERENCE, _reference)
    reading.take(_WRITTEN_DAY, _written_day)
    reading.set_aside(_DAY_WITHOUT_YEAR, lambda match: fold(match[2]) in _months())
    for run in (match.group() for match in _NUMERIC.finditer(reading.text)):
        # "1991 0475123456" is two facts, "0475 12 34 56" is one: first the whole, then each piece between spaces.
        whole = _fact(run)
        for piece, fact in [(run, whole)] if whole else [(piece, _fact(piece)) for piece in run.split()]:
            if fact and fact[0] not in reading.facts:
                reading.facts[fact[0]] = fact[1]
            else:
                reading.unread.append(piece)
    words = tuple(fold(_NUMERIC.sub(" ", reading.text)).split()[:_MOST_WORDS])
    # The keys of `facts` are the names of the fields, each with its own type.
    return SearchText(words=words, unread=tuple(reading.unread), **reading.facts)  # type: ignore[arg-type]


_NUMBERED: Mapping[str, str] = {"": "reference", "R": "referral", "P": "participant"}
"""The letter of a reference, and what it numbers."""


def _reference(match: re.Match[str]) -> Fact | None:
    kind = _NUMBERED.get(match[2].upper())
    return (kind, f"{match[1].upper()}-{match[2].upper()}{match[3]}-{int(match[4]):05d}") if kind else None


def _written_day(match: re.Match[str]) -> Fact | None:
    month = _months().get(fold(match[2]))
    born = _born(int(match[1]), month, match[3]) if month else None
    return ("birth_date", born) if born else None


@cache
def _months() -> Mapping[str, int]:
    """The names of the months and their abbreviations in the languages of the screens, folded."""
    return {
        fold(name): number
        for language in LANGUAGES
        for width in ("wide", "abbreviated")
        for number, name in Locale.parse(language).months["format"][width].items()
    }


def _fact(run: str) -> Fact | None:
    """The field and value of a run of digits and separators; None when it is none of the fields."""
    return next(_facts(run), None)


def _facts(run: str) -> Iterator[Fact]:
    with suppress(InvalidNationalNumber):
        yield "national_number", clean_national_number(run)
    if born := _birth_date(run):
        yield "birth_date", born
    if phone := _phone(run):
        yield "phone", phone
    if re.fullmatch(r"\d{4}", run):
        if _EARLIEST_BIRTH_YEAR <= int(run) <= today().year:
            yield "birth_year", int(run)
        elif int(run) >= _FIRST_POSTAL_CODE:
            yield "postal_code", run


def _phone(run: str) -> str | None:
    """The number as E.164, also without its first 0 or its +; of one that is still being typed, the beginning."""
    digits = re.sub(r"[^\d+]", "", run.replace("(0)", ""))
    country = ("+",) if digits.startswith("32") else ()
    if _TWO_YEARS.fullmatch(run):
        return None
    for missing in ("",) if run[0] in "0+" else ("0", *country):
        try:
            return clean_phone(missing + run)
        except InvalidPhone:
            continue
    if _START_OF_PHONE.fullmatch(digits):
        return "+32" + re.sub(r"^(?:0032|\+32|0)", "", digits)
    return None


def _birth_date(run: str) -> date | None:
    if day_first := _DAY_FIRST.fullmatch(run) or _DIGITS_OF_DAY.fullmatch(run):
        return _born(int(day_first[1]), int(day_first[2]), day_first[3])
    if year_first := _YEAR_FIRST.fullmatch(run):
        return _born(int(year_first[3]), int(year_first[2]), year_first[1])
    return None


def _born(day: int, month: int, written_year: str) -> date | None:
    year = int(written_year)
    if len(written_year) == 2:  # noqa: PLR2004
        year += 2000 if year <= today().year % 100 else 1900
    try:
        born = date(year, month, day)
    except ValueError:
        return None
    return born if year >= _EARLIEST_BIRTH_YEAR and born <= today() else None
