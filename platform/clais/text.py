"""Clean, compare, shorten and join texts, and write a person's name."""

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

# Letters that Unicode does not decompose. Case folding has already made ß into ss.
PLAIN_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "n", "ŧ": "t"}
)
"""Letter → what stands for it when texts are compared."""
DECOMPOSED: Final = "NFKD"
"""The form of Unicode in which a letter and its accents stand apart."""
_VOWELS = frozenset("aeiou")
NO_GIVEN_NAME = "-"
"""The given name that agents type for someone who has none."""

# What Unicode calls "default ignorable": a reader sees nothing of it, but a search compares it.
_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_JOINERS = "\u200c\u200d"
"""They shape Arabic, Persian and Indian letters, and join emoji."""
# What shapes writing without misleading anyone: joiners, the variants of an emoji or of a Chinese character.
_SHAPING = f"{_JOINERS}\ufe00-\ufe0f\U000e0100-\U000e01ef"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_INVISIBLE_IN_WRITING = re.compile(f"(?![{_SHAPING}])[{_UNSEEN}]")
_LINE_END = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# After a blank or a Latin, Greek or Cyrillic letter they shape nothing: they only hide a word from a search.
_STRAY = re.compile(f"(^|[\\sA-Za-z\u00c0-\u058f\u1e00-\u1fff])[{_SHAPING}]+|(?<=[\x00-\u00ff{_JOINERS}])[{_JOINERS}]+")
_BLANK_OF_BRAILLE = "\u2800"
"""It looks like a space, and Unicode counts it among the signs."""
_EMPTY_SIGNS = "\ufffc\U0001d159"
"""Signs that show nothing: the place of an object that is not there, a note without a head."""
_SEEN = frozenset("LNPS")
"""The first letters of Unicode's categories of characters that show by themselves."""


EMAIL_ADDRESS: Final = re.compile(
    r"[\w.!$'*+/=^`{}|~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}\Z"
)
"""An e-mail address. Without signs that begin something else in a link (`?`, `&`, `%`, `#`, `:`), though one might have
them: a link to `a@b.be?bcc=…` writes to others too."""


def plain_identifier(text: str) -> str:
    """The text of an identifier or of a search, of visible characters and single plain spaces only.

    Phones, mails, numbers, codes, dates and searches are often copied from elsewhere, with marks of direction, soft
    hyphens, zero-width or hard spaces: nobody sees them, and no comparison finds them. Idempotent.
    """
    seen = "".join(c for c in _INVISIBLE.sub("", _spaced(text)) if not _is_control(c))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def western_digits(text: str) -> str:
    """The text with the figures of other scripts as 0 to 9, as keyboards in Arabic write them."""
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def plain_line(text: str) -> str:
    """One line of writing, such as a name or a place: as `plain_writing`, with plain spaces. Idempotent."""
    return _written(_spaced(text))


def plain_writing(text: str) -> str:
    """Prose as it is stored: every line end is a line feed, without control characters or marks that nobody sees.

    What writing needs stays: the joiners of Arabic, Persian and Indian letters and of emoji, tabs, hard spaces.
    Marks of direction are dropped, since one that is not closed turns the rest of a page round. Idempotent.
    """
    return _written(_LINE_END.sub("\n", text))


def _spaced(text: str) -> str:
    return "".join(" " if c.isspace() or c == _BLANK_OF_BRAILLE else c for c in text)


def _written(text: str) -> str:
    seen = "".join(c for c in _INVISIBLE_IN_WRITING.sub("", text) if c in "\n\t" or not _is_control(c))
    shaped = _STRAY.sub(r"\1", unicodedata.normalize("NFC", seen))
    return unicodedata.normalize("NFC", shaped).strip()


def _is_control(character: str) -> bool:
    # Lone surrogates cannot be encoded, and PostgreSQL cannot store NUL.
    return unicodedata.category(character) in {"Cc", "Cs"}


def has_visible(text: str) -> bool:
    """Whether a reader sees anything of the text: a letter, a digit or a sign; accents alone stand on nothing."""
    return any(unicodedata.category(c)[0] in _SEEN and c not in _EMPTY_SIGNS for c in plain_identifier(text))


def fold(text: str) -> str:
    """The text as it is compared: lower case, without accents, one space for every apostrophe, hyphen or other sign.

    "  Van den BROECK-D'Hénin " gives "van den broeck d henin". Letters of other scripts stay. Idempotent.
    Stored search and sort keys and what someone types are both folded, and only compared in this form.
    """
    folded = text
    # Twice, for the few characters whose lower case has an accent again (İ).
    for _ in range(2):
        decomposed = unicodedata.normalize(DECOMPOSED, folded)
        folded = "".join(c for c in decomposed if not unicodedata.category(c).startswith("M")).casefold()
    plain = unicodedata.normalize("NFKC", folded).translate(PLAIN_LETTERS)
    return " ".join("".join(c if _is_of_a_word(c) else " " for c in plain).split())


def _is_of_a_word(character: str) -> bool:
    # Modifier letters are used as apostrophes (ʼ, ʿ, ʾ).
    return character.isalnum() and unicodedata.category(character) != "Lm"


def scripts_of(text: str) -> frozenset[str]:
    """The scripts of the letters of a text, as Unicode names them: LATIN, ARABIC, CYRILLIC…"""
    return frozenset(unicodedata.name(letter, "?").partition(" ")[0] for letter in text if letter.isalpha())


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


def is_web_address(text: str) -> bool:
    """Whether a link to this text leads to a page of another site, and to nothing else: no script, no file."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
