"""What in a text looks like somebody: a national number, a phone number, a mail address. Names are not recognised."""

import re
from collections.abc import Iterator

from clais.numbers import phones_in

_NATIONAL_NUMBER = re.compile(r"(?<!\d)\d{2}[ ./-]?\d{2}[ ./-]?\d{2}[ ./-]?\d{3}[ ./-]?\d{2}(?!\d)")
_MAIL = re.compile(r"[^\s@<>(),;]+@[^\s@<>(),;]+\.[^\s@<>(),;.]+")


def traces_in(text: str) -> list[str]:
    """The parts of a text that look like somebody, as they stand in it, in order; each once."""
    return list(dict.fromkeys(found for _start, found in sorted(_found(text))))


def _found(text: str) -> Iterator[tuple[int, str]]:
    taken: list[range] = []
    for pattern in (_MAIL, _NATIONAL_NUMBER):
        for match in pattern.finditer(text):
            taken.append(range(match.start(), match.end()))
            yield match.start(), match.group()
    for start, phone in phones_in(text):
        if not any(start in part for part in taken):
            yield start, phone
