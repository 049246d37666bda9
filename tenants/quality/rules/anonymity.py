"""What in a summary tells whose file it is: names, numbers, days, addresses of the file, and the members' names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from clais.text import fold
from clais.workflow import Refused
from tenants.quality.rules.figures import birth_in, codes_in, numbers_in
from tenants.quality.rules.names import PARTICLES, WAYS, names_in, phrase_stands, place_in, telling, words_in


class Named(Refused):
    """A text that leaves the platform tells whose file it is, by the words `found`."""

    def __init__(self, found: Iterable[str]) -> None:
        super().__init__("named")
        self.found = tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Marks:
    """What must not stand in a summary: `names` are the person's, `members` those of whoever worked here."""

    names: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    birth_date: date | None = None
    street: str = ""
    postal_code: str = ""
    locality: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    """The reference of the file and the number at the employment service."""


def found_in(text: str, marks: Marks) -> list[str]:
    """The words of a text that tell whose file it is, as they are written there, each once.

    Words are compared without accents, in lower case, and without the signs that cut them. Every number of eleven
    digits counts as a national number, whosever it is: so none needs to be opened here.
    """
    return list(dict.fromkeys(_found(text, marks)))


def _found(text: str, marks: Marks) -> Iterator[str]:
    yield from names_in(text, marks.names, marks.members)
    yield from words_in(text, telling(marks.street, PARTICLES | WAYS) | set(fold(marks.postal_code).split()))
    yield from place_in(text, marks.locality)
    yield from numbers_in(text, marks.phones)
    yield from codes_in(text, marks.codes)
    if marks.birth_date is not None:
        yield from birth_in(text, marks.birth_date)
    plain = text.casefold()
    yield from (email for email in marks.emails if email and email.casefold() in plain)
    if phrase_stands(text, marks.street):
        yield marks.street
