import re

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from clais.translation import N_

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 128
MINIMUM_DISTINCT_CHARACTERS = 5
MINIMUM_UNPREDICTABLE_LENGTH = 4
MINIMUM_PERSONAL_WORD_LENGTH = 4
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
)

TOO_SHORT = N_("Choose at least 12 characters. A short sentence is easy to remember.")
TOO_LONG = N_("Choose at most 128 characters.")
TOO_COMMON = N_("This password is among the first that an attacker tries. Choose another one.")

_hasher = PasswordHasher()
_common_passwords = frozenset(FREQUENCY_LISTS["passwords"])
# A sign-in to an unknown account verifies this hash, so that it takes as long as for a known one.
_dummy_hash = _hasher.hash("no account has this password")


def password_problem(password: str, *personal: str) -> str | None:
    """Why `password` is refused (a gettext id), or None. `personal` are texts about the user: name, e-mail address.

    NIST SP 800-63B and OWASP ASVS 5.0 section 6.2: a length and a list of common passwords, no composition rules.
    """
    if len(password) < MINIMUM_LENGTH:
        return TOO_SHORT
    if len(password) > MAXIMUM_LENGTH:
        return TOO_LONG
    letters = re.sub(r"[\W\d_]+", "", password.casefold())
    words = {
        *CONTEXT_WORDS,
        *(
            part
            for text in personal
            for part in re.split(r"[\W_]+", text.casefold())
            if len(part) >= MINIMUM_PERSONAL_WORD_LENGTH
        ),
    }
    remainder = letters
    for word in sorted(words, key=len, reverse=True):
        remainder = remainder.replace(word, "")
    too_plain = (
        len(set(password.casefold())) < MINIMUM_DISTINCT_CHARACTERS or len(remainder) < MINIMUM_UNPREDICTABLE_LENGTH
    )
    if (
        password.casefold() in _common_passwords
        or letters in _common_passwords
        or _repeated_unit(letters) in _common_passwords
        or too_plain
    ):
        return TOO_COMMON
    return None


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
        return _hasher.verify(stored or _dummy_hash, password[: MAXIMUM_LENGTH + 1]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older, weaker parameters."""
    return _hasher.check_needs_rehash(stored)
