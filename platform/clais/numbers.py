"""Numbers that people type: the Belgian national number, phone numbers, ages."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

import phonenumbers
from stdnum.be import ssn, vat
from stdnum.exceptions import InvalidChecksum, ValidationError

from clais.clock import today
from clais.text import plain_identifier

# Both sexes share a day's counter from 001 to 998: odd for men, even for women.
MOST_BIRTHS_PER_DAY_AND_SEX = 499

MASKED_NATIONAL_NUMBER = "••.••.••-•••.••"
"""Shown in place of a stored national number where its display is not recorded."""

_NATIONAL_NUMBER_LENGTH = 11
_NO_COUNTERS = frozenset({"000", "999"})
# People type or paste many kinds of dashes and spaces.
_SEPARATORS = frozenset(" .-/_,\t\r\n")
_ASCII_DIGITS = frozenset("0123456789")
_SHORTEST_PHONE, _LONGEST_PHONE = 8, 17
_ADULT, _FIRST_FIVE_YEAR_BAND, _SENIOR = 18, 25, 60


class InvalidNationalNumber(ValueError):  # noqa: N818 - it reads as what is said of the number.
    """What was typed is no Belgian national number. `code` says why.

    empty, characters, length, checksum, date (impossible or to come) or sequence (the counter is 001 to 998).
    Neither the message nor the exception holds the value, so that it may be logged.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class InvalidPhone(ValueError):  # noqa: N818 - the same.
    """What was typed is no phone number. `code`: empty, characters, too_short, too_long or unknown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _plain_separators(text: str) -> str:
    """The text with every kind of dash as `-` and plain spaces, without invisible characters; digits are unchanged."""
    return "".join(
        "-" if unicodedata.category(character) == "Pd" else character for character in plain_identifier(text)
    )


def clean_national_number(text: str) -> str:
    """The 11 digits of a national or bis number, typed with or without dots, dashes, slashes and spaces.

    Raises InvalidNationalNumber. Two punctuations of one number give one result. Digits of other scripts are refused
    (`characters`), because what looks like a 9 need not be one. A birth date in the future is refused (`date`).
    Rule of the number: python-stdnum, `stdnum.be.ssn` (national register instruction IT000).
    """
    digits = "".join(character for character in _plain_separators(text) if character not in _SEPARATORS)
    if not digits:
        raise InvalidNationalNumber("empty")
    if not _ASCII_DIGITS.issuperset(digits):
        raise InvalidNationalNumber("characters")
    if len(digits) != _NATIONAL_NUMBER_LENGTH:
        raise InvalidNationalNumber("length")
    code = ""
    try:
        ssn.validate(digits)
    except InvalidChecksum:
        code = "checksum"
    except ValidationError:
        code = "date"
    # Raised outside the handler: a chained exception would contain the number.
    if code:
        raise InvalidNationalNumber(code)
    if digits[6:9] in _NO_COUNTERS:
        raise InvalidNationalNumber("sequence")
    born = ssn.get_birth_date(digits)
    if born is not None and born > today():
        raise InvalidNationalNumber("date")
    return digits


def format_national_number(number: str) -> str:
    """`85073003328` as `85.07.30-033.28`; only for a screen whose display is recorded."""
    return f"{number[0:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:11]}"


def disagreements(number: str, birth_date: date | None, sex: str | None, *, birth_year: int | None = None) -> list[str]:
    """The facts in which the number differs from the file: `birth_date` and/or `sex`. A warning, never a block.

    `number` is clean; `sex` as declared, where only `m` and `f` (any case) are compared; `birth_year` when no more is
    known. Bis numbers may not know the sex, and either kind may hold only a year, a year and month, or nothing.
    """
    found = []
    if _says_another_birth(number, birth_date, birth_year):
        found.append("birth_date")
    sex_of_number = ssn.get_gender(number)
    if sex_of_number and sex and sex.lower() in {"m", "f"} and sex.lower() != sex_of_number.lower():
        found.append("sex")
    return found


def facts_of_number(number: str) -> tuple[date | None, str | None]:
    """The birth date and the sex (`m` or `f`) that a clean number holds, each None where it holds none."""
    return ssn.get_birth_date(number), (ssn.get_gender(number) or "").lower() or None


def _says_another_birth(number: str, birth_date: date | None, birth_year: int | None) -> bool:
    # A number without a month ran out of counters or its date was unknown; the library then answers None.
    year, month, day = ssn.get_birth_year(number), ssn.get_birth_month(number), ssn.get_birth_date(number)
    if birth_date is None:
        return None not in (year, birth_year) and year != birth_year
    if day is not None:
        return day != birth_date
    return (year is not None and year != birth_date.year) or (month is not None and month != birth_date.month)


def make_national_number(birth_date: date, sex: str, sequence: int) -> str:
    """A well-formed number for invented people (demo data, tests): the `sequence`-th (1 to 499) `m` or `f` of a day.

    Raises ValueError for another sex or sequence.
    """
    if sex not in {"m", "f"}:
        raise ValueError("sex must be m or f: the number holds no other")
    if not 1 <= sequence <= MOST_BIRTHS_PER_DAY_AND_SEX:
        raise ValueError(f"sequence must be 1 to {MOST_BIRTHS_PER_DAY_AND_SEX}")
    counter = sequence * 2 - (1 if sex == "m" else 0)
    nine_digits = f"{birth_date:%y%m%d}{counter:03d}"
    # Since 2000 a leading 2 enters the checksum, which tells the centuries apart.
    century = "2" if birth_date.year >= 2000 else ""  # noqa: PLR2004
    return f"{nine_digits}{97 - int(century + nine_digits) % 97:02d}"


class InvalidEnterpriseNumber(ValueError):  # noqa: N818 - the same.
    """What was typed is no Belgian enterprise number: ten digits of which the last two check the others."""


def clean_enterprise_number(text: str) -> str:
    """The ten digits of an enterprise number, typed with or without BE, dots and spaces.

    Raises InvalidEnterpriseNumber. Rule of the number: python-stdnum, `stdnum.be.vat`.
    """
    try:
        return str(vat.validate(_plain_separators(text)))
    except ValidationError:
        pass
    raise InvalidEnterpriseNumber


def format_enterprise_number(number: str) -> str:
    """`0417497106` as `0417.497.106`."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def clean_phone(text: str, region: str = "BE") -> str:
    """A phone number as E.164 (`+3271206020`), read as dialled in `region` unless it begins with + or 00.

    Raises InvalidPhone. Digits of other scripts are refused, as are letters and extensions.
    """
    plain = _plain_separators(text)
    if not plain:
        raise InvalidPhone("empty")
    if not re.fullmatch(r"\+?[0-9 ./()\-]+", plain):
        raise InvalidPhone("characters")
    digits = sum(character in _ASCII_DIGITS for character in plain)
    if digits < _SHORTEST_PHONE:
        raise InvalidPhone("too_short")
    if digits > _LONGEST_PHONE:
        raise InvalidPhone("too_long")
    try:
        parsed = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        raise InvalidPhone("unknown")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone_key(text: str) -> str:
    """The number by which two phones are compared: E.164, or the bare digits of what is no phone number."""
    try:
        return clean_phone(text)
    except InvalidPhone:
        return "".join(character for character in text if character.isdecimal())


def format_phone(number: str) -> str:
    """`+3271206020` as `071 20 60 20`, a foreign number with its country code; what cannot be read stays as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    belgian = parsed.country_code == phonenumbers.country_code_for_region("BE")
    style = phonenumbers.PhoneNumberFormat.NATIONAL if belgian else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def age_on(birth_date: date, day: date) -> int:
    """Completed years on `day`; someone born on 29 February has their birthday on 1 March of other years.

    Raises ValueError when `day` is before the birth.
    """
    if day < birth_date:
        raise ValueError("the day is before the birth")
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def ages_of_year(birth_year: int, day: date) -> tuple[int, int]:
    """The least and the greatest completed years on `day` of someone born in `birth_year`: one, or two in a row."""
    last, first = date(birth_year, 12, 31), date(birth_year, 1, 1)
    return age_on(min(last, day), day), age_on(first, day)


def age_band(birth_date: date, day: date) -> str:
    """The code of an age class: `under_18`, `18_24`, then five years (`25_29` … `55_59`), `60_plus`.

    18 to 24 is one class: people under 25 are a target group, and a class of two years would give small cells.
    """
    return _band(age_on(birth_date, day))


def age_band_of_year(birth_year: int, day: date) -> str:
    """The age class of someone of whom only the year of birth is known; between two classes, both ages: `17_18`."""
    least, greatest = ages_of_year(birth_year, day)
    return _band(least) if _band(least) == _band(greatest) else f"{least}_{greatest}"


def _band(age: int) -> str:
    if age < _ADULT:
        return "under_18"
    if age < _FIRST_FIVE_YEAR_BAND:
        return "18_24"
    if age >= _SENIOR:
        return "60_plus"
    first = age - age % 5
    return f"{first}_{first + 4}"


def phones_in(text: str) -> Iterator[tuple[int, str]]:
    """What could be a Belgian or an international phone number in prose: where it begins, and how it is written."""
    for found in phonenumbers.PhoneNumberMatcher(text, "BE", leniency=phonenumbers.Leniency.POSSIBLE):
        if sum(character in _ASCII_DIGITS for character in found.raw_string) >= _SHORTEST_PHONE:
            yield found.start, found.raw_string
