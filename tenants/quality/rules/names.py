"""Where names and places stand in a text, however they are joined, cut or spelled."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations

from clais.text import fold, scripts_of

SHORTEST = 3
"""Shorter words of a name are not looked for where it has a longer one: « de », « le » stand in every text."""
INSIDE = 5
"""A word of a name of so many letters is found inside a longer word too."""
PARTICLES = frozenset({"van", "von", "den", "der", "ter", "ten", "des", "les", "del", "della", "dos", "ben", "ould"})
"""Words of names and streets that tell of nobody where another word beside them does."""
WAYS = frozenset({
    "rue", "avenue", "boulevard", "chaussee", "route", "chemin", "place", "quai", "impasse", "allee", "square", "clos",
    "cite", "sentier", "ruelle", "dreve", "cour", "cours", "parc", "residence", "grand", "grande", "petit",
    "petite", "vieux", "vieille", "sur", "sous", "aux",
})  # fmt: skip
"""Words of streets that are words of every text."""
BEGINNINGS = frozenset({
    "au", "ca", "ce", "de", "du", "en", "et", "il", "je", "la", "le", "ma", "mi", "ne", "ni", "on", "or", "ou", "sa",
    "se", "si", "ta", "te", "tu", "un", "va", "a", "y",
})  # fmt: skip
"""Short words that begin sentences: there, such a name is not told from them."""
_UNCUT = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR"})
"""Scripts that put no space between words."""
_AROUND = " \t\n.,;:!?…()[]{}«»\"'’“”/-–—"
_ALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјкмнорстухӏԁһԛԝвΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικμορτυχν",
    "ABESIJKMHOPCTYXaesijkmhopctyxldhqwbABEZHIKMNOPTYXabeikmoptuxv",
)
"""Cyrillic and Greek letters → the Latin ones that they look like."""
_PIECE = re.compile(r"\b\w(?:[ \xa0]\w\b){3,}|\S+")
"""What stands between two spaces, or letters that are spaced out."""
_ELISION = re.compile(r"\A\W*(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’ʼ]", re.IGNORECASE)
_PART = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
_ENDS = ".!?…:«“\n"


def names_in(text: str, own: Iterable[str], others: Iterable[str]) -> Iterator[str]:
    """The pieces of a text with a name in it: `own` of the person, inside a longer word too, or of `others`.

    Who is met in every file is not looked for inside words: « clairement » does not tell of Claire.
    """
    own = tuple(own)
    names = (*own, *others)
    words = frozenset(word for name in names for word in (*telling(name), *_together(name)))
    inside = tuple(word for name in own for word in telling(name) if len(word) >= INSIDE)
    short = frozenset(word for name in names if not telling(name) for word in _short(name))
    uncut = tuple(fold(name) for name in names if scripts_of(name) & _UNCUT)
    for match in _PIECE.finditer(text):
        piece = match.group()
        joined = _joined(_ELISION.sub("", piece, count=1))
        if (
            not words.isdisjoint((*_words(piece), joined))
            or any(word in joined for word in inside)
            or any(name in fold(piece) for name in uncut)
            or _has_short(piece, short, text[: match.start()])
        ):
            yield piece.strip(_AROUND) or piece


def telling(name: str, plain: Collection[str] = PARTICLES) -> set[str]:
    """The words of a name that are looked for: the plain ones too where there are no others."""
    words = {word for word in fold(name.translate(_ALIKE)).split() if len(word) >= SHORTEST and not word.isdigit()}
    return words - set(plain) or (words - WAYS)


def words_in(text: str, forbidden: Collection[str]) -> Iterator[str]:
    """The pieces of a text with a whole word among `forbidden` ones, which are folded."""
    for piece in text.split():
        if not set(forbidden).isdisjoint(_words(piece)):
            yield piece.strip(_AROUND) or piece


def place_in(text: str, place: str) -> Iterator[str]:
    """A place: its only word in any case; of several words, all together, or a long one with a capital.

    « celles » and « heure » are words of every text, « Ham-sur-Heure » is not.
    """
    words = telling(place, PARTICLES | WAYS)
    several = len(fold(place).split()) > 1
    for match in _PIECE.finditer(text):
        piece = match.group()
        if several and not any(letter.isupper() for letter in piece):
            continue
        if any(word in words and (not several or len(word) >= INSIDE) for word in (*_words(piece), _joined(piece))):
            yield piece.strip(_AROUND) or piece
    if several and (_joined(place) in {_joined(piece) for piece in text.split()} or phrase_stands(text, place)):
        yield place


def phrase_stands(text: str, phrase: str) -> bool:
    """Whether words stand in a text together, in their order."""
    folded = fold(phrase.translate(_ALIKE))
    return bool(folded) and f" {folded} " in f" {fold(text.translate(_ALIKE))} "


def _words(piece: str) -> list[str]:
    """The words of a piece: whole, and cut at figures, signs and capitals: `LambertNadia1`."""
    plain = piece.translate(_ALIKE)
    parts = (fold(part) for run in _PART.findall(plain) for part in _HUMP.split(run))
    return [*fold(plain).split(), *parts]


def _joined(piece: str) -> str:
    """The letters of a piece alone."""
    return "".join(letter for letter in fold(piece.translate(_ALIKE)) if letter.isalpha())


def _together(name: str) -> Iterator[str]:
    """Words of a name that follow each other, written as one: `vandenbroeck`, `jeanpierre`."""
    words = [_joined(word) for word in fold(name).split()]
    for first, last in combinations(range(len(words) + 1), 2):
        word = "".join(words[first:last])
        if last > first + 1 and len(word) > SHORTEST:
            yield word


def _short(name: str) -> set[str]:
    words = set(_PART.findall(name.translate(_ALIKE)))
    return words | {word.upper() for word in words}


def _has_short(piece: str, short: Collection[str], before: str) -> bool:
    begins = before.rstrip(" \t\xa0\"'(-–—")[-1:] in _ENDS
    return any(
        word in short and not (begins and word.casefold() in BEGINNINGS)
        for word in _PART.findall(piece.translate(_ALIKE))
    )
