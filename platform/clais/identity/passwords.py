import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from clais.text import fold
from clais.translation import N_

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
MINIMUM_DISTINCT_CHARACTERS = 5
MINIMUM_UNPREDICTABLE_LENGTH = 4
MINIMUM_PERSONAL_WORD_LENGTH = 4
LONGEST_ESTIMATED = 40
"""The estimate takes longer with the square of the length."""
CONTEXT_WORDS = (
    "clais",
    "mirec",
    "charleroi",
    "cpas",
    "insertion",
    "plateforme",
    "centredappui",
    "motdepasse",
    "bienvenue",
    "agent",
    "accueil",
    "belgique",
    "wallonie",
    "bruxelles",
    "hainaut",
    *("janvier", "fevrier", "février", "mars", "avril", "juin", "juillet", "aout", "août"),
    *("septembre", "octobre", "novembre", "decembre", "décembre"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    *("printemps", "automne", "hiver"),
    *("administrateur", "administratrice", "coordinateur", "coordinatrice", "conseiller", "formateur", "formatrice"),
    *("assistant", "social", "directeur", "directrice", "direction", "superviseur", "relais", "emploi", "formation"),
    *("standard", "sporting", "football", "loulou", "doudou", "chouchou", "coucou", "bonjour", "soleil", "chocolat"),
    *("princesse", "nounours", "licorne", "jetaime", "famille", "secret"),
)
"""The words that an attacker who knows the house, or French, tries first, with a year or « je suis un »."""
LINKING_WORDS = (
    "nous",
    "suis",
    "elle",
    "pour",
    "mon",
    "une",
    "les",
    "des",
    "mes",
    "est",
    "ici",
    "je",
    "un",
    "le",
    "la",
)
SIGNS = str.maketrans("@$!|", "4511")
"""Signs and figures that are written for the same letter."""
READ = str.maketrans("0345781l", "oeastbii")
"""Figures that are written for the letter that they look like; what looks like an i may be an l."""
KEYBOARD_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LEAST_GUESSES = 8.0
"""Log10 of the guesses that zxcvbn estimates: below, a password is a sequence, a date or a repetition."""

TOO_SHORT = N_("Choose at least 12 characters. A short sentence is easy to remember.")
TOO_LONG = N_("Choose at most 128 characters.")
TOO_COMMON = N_("This password is among the first that an attacker tries. Choose another one.")
OF_THE_HOUSE = N_(
    "Names, places, months and words of our work are tried first. Add words that have nothing to do with them."
)
A_ROW = N_("A row of letters, figures or keys is guessed at once. Choose a short sentence instead.")

_hasher = PasswordHasher()
_DUMMY_HASH = "$argon2id$v=19$m=65536,t=3,p=4$0STVHPYRbyD7yk+lqRY3+Q$ok5LwFg58ykl+DtoyW0m1bwVSQRZWN7d6iTZYkztEYM"
"""A sign-in to an unknown account verifies this hash, so that it takes as long as for a known one. It is written down
because each process that starts would spend a tenth of its imports on making it.
"""


def password_problem(password: str, *personal: str) -> str | None:
    """Why `password` is refused (a gettext id), or None. `personal` are texts about the user: name, e-mail address, and
    the names of places.

    NIST SP 800-63B and OWASP ASVS 5.0 section 6.2: a length and a list of common passwords, no composition rules.
    """
    if len(password) < MINIMUM_LENGTH:
        return TOO_SHORT
    if len(password) > MAXIMUM_LENGTH:
        return TOO_LONG
    letters = _letters(password.casefold())
    if {password.casefold(), letters, _repeated_unit(letters)} & _common_passwords() or _reads_as_common(password):
        return TOO_COMMON
    if _is_a_row(password, letters):
        return A_ROW
    return OF_THE_HOUSE if _is_of_known_words(password, letters, personal) else None


@cache
def _common_passwords() -> frozenset[str]:
    """The passwords that many people have.

    zxcvbn and its lists are imported when somebody chooses a password: they take 15 MB, which the processes of a server
    share, and most servers see nobody do it for days.
    """
    return frozenset(import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS["passwords"])


def _is_a_row(password: str, letters: str) -> bool:
    """Whether a password is little more than a sequence, a row of keys, a date or a repetition."""
    if len(set(password.casefold())) < MINIMUM_DISTINCT_CHARACTERS:
        return True
    left = letters
    for row in (*KEYBOARD_ROWS, *(row[::-1] for row in KEYBOARD_ROWS)):
        left = left.replace(row, "")
    if letters and len(left) < MINIMUM_UNPREDICTABLE_LENGTH <= len(letters):
        return True
    return bool(import_module("zxcvbn").zxcvbn(password[:LONGEST_ESTIMATED])["guesses_log10"] < LEAST_GUESSES)


def _is_of_known_words(password: str, letters: str, personal: Iterable[str]) -> bool:
    """Whether nothing is left of the letters without the words of the house and those about the user.

    They are looked for among the letters alone, and among the letters and what looks like some.
    """
    parts = (part for text in personal for part in re.split(r"[\W_]+", fold(text)))
    words = {*map(fold, CONTEXT_WORDS), *(part for part in parts if len(part) >= MINIMUM_PERSONAL_WORD_LENGTH)}
    letters = fold(letters)
    for left in (
        _without(letters, words),
        _letters(_without_read(fold(password.translate(SIGNS)).replace(" ", ""), words)),
    ):
        rest = _without(left, LINKING_WORDS) if left != letters else left
        if len(rest) < MINIMUM_UNPREDICTABLE_LENGTH:
            return True
    return False


def _reads_as_common(password: str) -> bool:
    """Whether a password is a known one with signs for letters, alone or with numbers around it."""
    text = password.casefold()
    common = _common_passwords()
    cores = {text, re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text), re.sub(r"[\W\d_]{2,}$", "", text)}
    return any(
        _letters(core.translate(SIGNS).translate(READ | {ord("1"): one, ord("l"): "l"})) in common
        for core in cores
        for one in "il"
    )


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _without_read(text: str, words: Iterable[str]) -> str:
    """A text without the words that can be read in it, figures taken for letters; what is left is as it was written."""
    read = text.translate(READ)
    for word in sorted(words, key=len, reverse=True):
        looked_for = word.translate(READ)
        while (at := read.find(looked_for)) >= 0:
            text, read = (found[:at] + found[at + len(word) :] for found in (text, read))
    return text


def _without(letters: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        letters = letters.replace(word, "")
    return letters


def _repeated_unit(word: str) -> str:
    """The unit that a word repeats: `password` for `passwordpassword`, otherwise the word itself."""
    period = (word + word).find(word, 1)
    return word[:period] if period > 0 else word


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` matches the stored hash; equally slow when there is no account or no password."""
    try:
        return _hasher.verify(stored or _DUMMY_HASH, password[: MAXIMUM_LENGTH + 1]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older, weaker parameters."""
    return _hasher.check_needs_rehash(stored)
