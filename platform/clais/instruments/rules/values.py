"""The types of answers, and what an expression is asked about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext
from enum import StrEnum

Value = Decimal | str | date | bool | frozenset[str] | None
"""An answer: a number, a text or the code of a choice, a day, yes or no, the codes of several choices, none."""


class Kind(StrEnum):
    """What a value is."""

    NUMBER = "number"
    TEXT = "text"
    DAY = "day"
    CODE = "code"
    LEVEL = "level"
    """The code of a choice that is a whole number: compared as a number, and chosen like a code."""
    CODES = "codes"
    TRUTH = "truth"


@dataclass(frozen=True, slots=True)
class Type:
    """The kind of a value, and for choices the codes that there are."""

    kind: Kind
    codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Situation:
    """What an expression is asked about: answers by item, the answer that a constraint is about, the day."""

    answers: Mapping[str, Value]
    day: date
    own: Value = None


Reading = Callable[[Situation], Value]


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: its text, the items that it reads, the type of its value."""

    text: str
    items: frozenset[str]
    type: Type
    _read: Reading = field(repr=False, compare=False)

    def value(self, situation: Situation) -> Value:
        """What it gives; None when it is missing."""
        with localcontext(_ARITHMETIC):
            return self._read(situation)

    def holds(self, situation: Situation) -> bool:
        """Whether a condition holds."""
        return self.value(situation) is True


_ARITHMETIC = Context(prec=28)
