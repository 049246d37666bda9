"""Compare, shorten and join texts, and write a person's name."""

import unicodedata

# Letters that Unicode does not decompose. Case folding has already made ß into ss.
_PLAIN_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
)
_VOWELS = frozenset("aeiou")
NO_GIVEN_NAME = "-"
"""The given name that agents type for someone who has none."""


def fold(text: str) -> str:
    """The text as it is compared: lower case, without accents, one space for every apostrophe, hyphen or other sign.

    "  Van den BROECK-D'Hénin " gives "van den broeck d henin". Letters of other scripts stay. Idempotent.
    Stored search and sort keys and what someone types are both folded, and only compared in this form.
    """
    folded = text
    # Twice, for the few characters whose lower case has an accent again (İ).
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M")).casefold()
    plain = unicodedata.normalize("NFKC", folded).translate(_PLAIN_LETTERS)
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in plain).split())


def _is_of_a_word(character: str) -> bool:
    # Modifier letters are used as apostrophes (ʼ, ʿ, ʾ).
    return character.isalnum() and unicodedata.category(character) != "Lm"


def full_name(family_name: str, given_names: str) -> str:
    """The name of a person, given names first, as people say it: "Sofia Marchetti".

    Repeated spaces are removed. A dash as given name means none, and is left out.
    """
    return " ".join(f"{_without_placeholder(given_names)} {family_name}".split())


def spoken_name(family_name: str, given_names: str) -> str:
    """The name for a person who is present: "Sofia", or the family name when there is no given name."""
    return _without_placeholder(given_names) or " ".join(family_name.split())


def _without_placeholder(given_names: str) -> str:
    tidy = " ".join(given_names.split())
    return "" if tidy == NO_GIVEN_NAME else tidy


def lower_first(text: str) -> str:
    """A label in the middle of a sentence: its first letter small, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def excerpt(text: str, length: int) -> str:
    """The beginning of a text, `length` characters at most, cut between two words."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def elides(name: str) -> bool:
    """Whether French drops a vowel before this name: « d'Anderlues ». Of names with h only some do: not counted."""
    return fold(name)[:1] in _VOWELS
