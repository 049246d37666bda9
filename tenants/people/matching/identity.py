"""The facts by which a person is compared with another, prepared once."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from clais.numbers import phone_key
from clais.searching.names import compact, name_tokens
from clais.searching.sounds import sound_key
from clais.text import scripts_of


# Its repr shows no value: it holds personal data, and a repr ends up in logs.
@dataclass(frozen=True, repr=False)
class Identity:
    """The facts that identify a person, as typed or as stored.

    `birth_year` is for people whose birth date is unknown. `national_number` is compared for equality only: give the
    number, or better its lookup hash in hexadecimal, the same for both identities.
    """

    family_name: str
    given_names: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    phones: tuple[str, ...] = ()
    national_number: str | None = None
    email: str | None = None
    locality: str | None = None
    birth_name: str | None = None

    @cached_property
    def namings(self) -> "tuple[Identity, ...]":
        """The person under each family name: the one in use, and the one they were born with, if it is another."""
        if not self.birth_name or compact(self.birth_name) == compact(self.family_name):
            return (self,)
        return self, replace(self, family_name=self.birth_name, birth_name=None)

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year

    @cached_property
    def family(self) -> "NamePart":
        return NamePart(self.family_name)

    @cached_property
    def given(self) -> "NamePart":
        return NamePart(self.given_names)

    @cached_property
    def initials(self) -> str:
        return "".join(sorted(self.family.compact[:1] + self.given.compact[:1]))

    @cached_property
    def number_key(self) -> str:
        return "".join(character for character in self.national_number or "" if character.isalnum()).lower()

    @cached_property
    def email_key(self) -> str:
        return (self.email or "").strip().casefold()

    @cached_property
    def phone_keys(self) -> frozenset[str]:
        return frozenset(filter(None, map(phone_key, self.phones)))


class NamePart:
    """The family name or the given names, prepared once for many comparisons."""

    def __init__(self, text: str) -> None:
        self.compact = compact(text)
        self.tokens = frozenset(name_tokens(text, "")) if self.compact else frozenset()
        self.sounds = frozenset(map(sound_key, self.tokens))
        self.scripts = scripts_of(text)
