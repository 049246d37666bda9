"""Where the numbers and the day of birth of a person stand in a text, however they are grouped."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from clais.text import fold, western_digits

NATIONAL_NUMBER_DIGITS = 11
PHONE_DIGITS = 8
"""The last digits of a phone number, alike with and without the prefix of the country."""
CODE_LENGTH = 4
"""A shorter code says nothing: its figures stand in every text."""
_NUMBER = re.compile(r"\d(?:[\W_]{0,4}\d)*")
_GROUP = re.compile(r"\d+")
_WORD = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"(\d{1,2})(?:er|e|eme|de|st|nd|rd|th)?")
_MONTHS = (
    "janvier january januari", "fevrier february februari", "mars march maart mrt", "avril april", "mai may mei",
    "juin june juni", "juillet july juli jul", "aout august augustus", "septembre september",
    "octobre october oktober", "novembre november", "decembre december",
)  # fmt: skip
"""The months in French, English and Dutch."""
_SHORTEST_MONTH = 3


def numbers_in(text: str, phones: Iterable[str]) -> Iterator[str]:
    """The numbers with eleven digits or more, each of which may be or hold a national number, and the `phones`."""
    ends = tuple(digits[-PHONE_DIGITS:] for phone in phones if len(digits := _digits(phone)) >= PHONE_DIGITS)
    for match in _NUMBER.finditer(_plain(text)):
        digits = _digits(match.group())
        if len(digits) >= NATIONAL_NUMBER_DIGITS or any(end in digits for end in ends):
            yield text[match.start() : match.end()]


def codes_in(text: str, codes: Iterable[str]) -> Iterator[str]:
    """The codes of a person in a text, such as a reference, whatever stands between their characters."""
    for code in codes:
        characters = [character for character in _plain(code) if character.isalnum()]
        if len(characters) >= CODE_LENGTH:
            spelled = r"[\W_]{0,3}".join(map(re.escape, characters))
            for match in re.finditer(rf"(?<![^\W_]){spelled}(?![^\W_])", _plain(text), re.IGNORECASE):
                yield text[match.start() : match.end()]


def birth_in(text: str, day: date) -> Iterator[str]:
    """A day of birth: in figures in any order of a calendar, together or apart, or with the name of its month."""
    plain = _plain(text)
    years = {day.year, day.year % 100}
    orders = {order for year in years for order in ((day.day, day.month, year), (year, day.month, day.day))}
    orders.add((day.month, day.day, day.year))
    joined = {day.strftime(how) for how in ("%d%m%Y", "%Y%m%d", "%d%m%y", "%y%m%d")}
    for number in _NUMBER.finditer(plain):
        groups = [(found.start(), found.end()) for found in _GROUP.finditer(plain, number.start(), number.end())]
        for start, end in groups:
            if plain[start:end] in joined:
                yield text[start:end]
        for (start, a), (b, c), (d, end) in zip(groups, groups[1:], groups[2:], strict=False):
            if (int(plain[start:a]), int(plain[b:c]), int(plain[d:end])) in orders:
                yield text[start:end]
    yield from _with_month(text, plain, day)


def _with_month(text: str, plain: str, day: date) -> Iterator[str]:
    found = list(_WORD.finditer(plain))
    words = [fold(match.group()) for match in found]
    names = _MONTHS[day.month - 1].split()
    for place, word in enumerate(words):
        if len(word) < _SHORTEST_MONTH or not any(name.startswith(word) for name in names):
            continue
        around = range(max(0, place - 1), min(len(words), place + 2))
        told = [near for near in around if near != place and _tells(words[near], day)]
        if told:
            first, last = min(place, *told), max(place, *told)
            yield text[found[first].start() : found[last].end()]


def _tells(word: str, day: date) -> bool:
    """Whether a word beside the month is the day, or the year in full."""
    ordinal = _ORDINAL.fullmatch(word)
    return word == str(day.year) or (ordinal is not None and int(ordinal[1]) == day.day)


def _plain(text: str) -> str:
    """The text, of the same length, with figures of all kinds as 0 to 9."""
    return western_digits("".join(_alone(character) for character in text))


def _alone(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 and plain.isdecimal() else character


def _digits(text: str) -> str:
    return "".join(character for character in _plain(text) if character.isdecimal())
