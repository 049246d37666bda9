"""What single cells say: yes or no, some of our codes, a text that is not too long."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from clais.instruments.rules.definition import Latitude, Latitudes, Texts
from clais.instruments.xlsform.columns import OWN, Columns
from clais.instruments.xlsform.problems import Told, nearest

_YES = frozenset({"yes", "true", "true()", "1", "oui", "vrai"})
_NO = frozenset({"", "no", "false", "false()", "0", "non", "faux"})
_BETWEEN = re.compile(r"[\s,;]+")
_ANSWER = re.compile(r"\$\{\s*([^}\s]+)\s*\}")
"""An answer that XLSForm would put into a text; here it stays as it is written."""
_Code = TypeVar("_Code", bound=StrEnum)


def truth(text: str) -> bool | None:
    """Yes or no, as spreadsheets say it; None for anything else."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def words(text: str) -> list[str]:
    """The words of a cell that lists some."""
    return [word for word in _BETWEEN.split(text) if word]


class Cells:
    """The cells of one row."""

    def __init__(self, columns: Columns, row: int, told: Told) -> None:
        self._columns, self.row, self._told = columns, row, told

    def __call__(self, name: str) -> str:
        return self._columns.text(self.row, name)

    def heading(self, name: str) -> str:
        """A column as it is headed."""
        return self._columns.heading(name)

    def short(self, name: str, longest: int) -> str:
        """A text of one line."""
        text = self(name)
        self._measure(text, longest, self.heading(name))
        return text

    def texts(self, name: str, longest: int) -> Texts:
        """A text in the languages that it has."""
        found = self._columns.texts(self.row, name)
        for language, text in found.items():
            self._measure(text, longest, self._columns.heading(name, language))
            for item in _ANSWER.findall(text[:longest]):
                self._told.lost("answer_in_text", self.row, self._columns.heading(name, language), item)
        return found

    def _measure(self, text: str, longest: int, heading: str) -> None:
        if len(text) > longest:
            self._told.wrong("text_too_long", self.row, heading, str(len(text)), str(longest))

    def code(self, name: str, codes: type[_Code]) -> _Code | None:
        """One of our codes; what is none is told."""
        found = self._codes(name, codes, lambda text: [text] if text else [])
        return found[0] if found else None

    def latitudes(self) -> Latitudes:
        """What a platform may do with the part of this row."""
        return frozenset(self._codes(OWN + "allows", Latitude, words))

    def flag(self, name: str) -> bool:
        """Yes or no; what is neither is told."""
        found = truth(self(name))
        if found is None:
            self._told.wrong(
                "unknown_value", self.row, self.heading(name), self(name), *nearest(self(name), ("yes", "no"))
            )
        return bool(found)

    def _codes(self, name: str, codes: type[_Code], split: Callable[[str], list[str]]) -> list[_Code]:
        found = []
        for word in split(self(name)):
            if word.lower() in {*codes}:
                found.append(codes(word.lower()))
            else:
                self._told.wrong("unknown_value", self.row, self.heading(name), word, *nearest(word, codes))
        return found
