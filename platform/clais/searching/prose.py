"""Words in a text of several sentences, found without its accents and signs."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

from clais.text import DECOMPOSED, PLAIN_LETTERS, fold


def has_words(column: Any, typed: str) -> Iterator[ColumnElement[bool]]:
    """The conditions that a text of the database contains each typed word, compared as `clais.text.fold` does.

    « l\u2019ecole » finds « L'École »: an apostrophe ends a word, whichever it is.
    """
    plain = _without_accents(column)
    # Signs alone are looked for as they stand.
    return (func.strpos(plain, word) > 0 for word in fold(typed).split() or typed.split())


def _without_accents(column: Any) -> ColumnElement[str]:
    text = func.normalize(func.lower(column), literal_column(DECOMPOSED))
    text = func.regexp_replace(text, "[\u0300-\u036f]", "", "g")
    for letter, plain in PLAIN_LETTERS.items():
        text = func.replace(text, chr(letter), plain)
    return text
