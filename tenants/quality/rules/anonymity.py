"""What in a summary tells whose file it is: names, numbers, addresses of the file, and the names of the members."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clais.text import fold

SHORTEST = 3
"""Shorter words of a name are not looked for: « de », « le » stand in every text."""
PARTICLES = frozenset({"van", "von", "den", "der", "ter", "ten", "des", "les", "del", "della", "dos", "ben", "ould"})
"""Words of names and streets that tell of nobody where another word beside them does."""
WAYS = frozenset({
    "rue", "avenue", "boulevard", "chaussee", "route", "chemin", "place", "quai", "impasse", "allee", "square", "clos",
    "cite", "sentier", "ruelle", "dreve", "cour", "cours", "parc", "residence", "grand", "grande", "petit",
    "petite", "vieux", "vieille", "sur", "sous", "aux",
})  # fmt: skip
"""Words of streets that are words of every text."""
_NUMBER = re.compile(r"\d(?:[\s./()+–-]{0,3}\d)*")
NATIONAL_NUMBER_DIGITS = 11
PHONE_DIGITS = 8
"""The last digits of a phone number, alike with and without the prefix of the country."""
_AROUND = " \t\n.,;:!?…()[]{}«»\"'’“”/-–—"


@dataclass(frozen=True, slots=True)
class Marks:
    """What must not stand in a summary."""

    names: tuple[str, ...] = ()
    street: str = ""
    postal_code: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    reference: str = ""


def found_in(text: str, marks: Marks) -> list[str]:
    """The words of a text that tell whose file it is, as they are written there, each once.

    Words are compared whole, without accents, in lower case. Every number of eleven digits counts as a national
    number, whosever it is: so none needs to be opened here.
    """
    return list(dict.fromkeys((*_words(text, _forbidden(marks)), *_numbers(text, marks), *_others(text, marks))))


def _forbidden(marks: Marks) -> frozenset[str]:
    words = {word for name in marks.names for word in _telling(name, PARTICLES)}
    words |= _telling(marks.street, PARTICLES | WAYS)
    return frozenset(words | set(fold(marks.postal_code).split()))


def _telling(name: str, plain: Iterable[str]) -> set[str]:
    """The words of a name that are looked for: the plain ones too where there are no others."""
    words = {word for word in fold(name).split() if len(word) >= SHORTEST and not word.isdigit()}
    return words - set(plain) or (words - WAYS)


def _words(text: str, forbidden: frozenset[str]) -> Iterator[str]:
    for piece in text.split():
        if not forbidden.isdisjoint(fold(piece).split()):
            yield piece.strip(_AROUND) or piece


def _numbers(text: str, marks: Marks) -> Iterator[str]:
    ends = tuple(_digits(phone)[-PHONE_DIGITS:] for phone in marks.phones if len(_digits(phone)) >= PHONE_DIGITS)
    for match in _NUMBER.finditer(text):
        digits = _digits(match.group())
        if len(digits) == NATIONAL_NUMBER_DIGITS or any(end in digits for end in ends):
            yield match.group()


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdecimal())


def _others(text: str, marks: Marks) -> Iterator[str]:
    plain = text.casefold()
    yield from (email for email in marks.emails if email and email.casefold() in plain)
    whole = f" {fold(text)} "
    for phrase in (marks.street, marks.reference):
        if fold(phrase) and f" {fold(phrase)} " in whole:
            yield phrase
