"""Texts: how they are compared, cut and set into a sentence, and how a person's name is written."""

import unicodedata

# Letters that no decomposition turns into plain ones. Case folding has made ß into ss before.
_PLAIN_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
)
NO_GIVEN_NAME = "-"
"""What is typed as the given name of someone who has none."""


def fold(text: str) -> str:
    """The text as it is compared: lower case, without accents, one space for every apostrophe, hyphen or other sign.

    "  Van den BROECK-D'Hénin " gives "van den broeck d henin". Letters of other scripts stay. Idempotent.
    What is stored for a search or an order and what someone types are both folded: nothing else compares them.
    """
    folded = text
    # Twice, for the few characters whose lower case is again a letter with a mark (İ).
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M")).casefold()
    plain = unicodedata.normalize("NFKC", folded).translate(_PLAIN_LETTERS)
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in plain).split())


def _is_of_a_word(character: str) -> bool:
    # Modifier letters are apostrophes in disguise (ʼ, ʿ, ʾ).
    return character.isalnum() and unicodedata.category(character) != "Lm"


def full_name(family_name: str, given_names: str) -> str:
    """The name of a person, given names first, as people say it: "Sofia Marchetti".

    Spaces are tidied; a dash for the given names says that the person has none, and is left out.
    """
    return " ".join(f"{_said(given_names)} {family_name}".split())


def spoken_name(family_name: str, given_names: str) -> str:
    """How one speaks of a person in their presence: "Sofia", or the family name of who has no given name."""
    return _said(given_names) or " ".join(family_name.split())


def _said(given_names: str) -> str:
    tidy = " ".join(given_names.split())
    return "" if tidy == NO_GIVEN_NAME else tidy


def lower_first(text: str) -> str:
    """A label in the middle of a sentence: its first letter small, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def excerpt(text: str, length: int) -> str:
    """The first words of a text, `length` letters at most, cut between two words."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"
