import re

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from clais.translation import N_

SHORTEST = 12
LONGEST = 128
FEWEST_CHARACTERS = 5
SHORTEST_REST = 4
SHORTEST_PERSONAL_WORD = 4
CONTEXT = ("clais", "mirec", "charleroi", "cpas", "insertion", "plateforme", "centredappui", "motdepasse", "bienvenue")

TOO_SHORT = N_("Choose at least 12 characters. A short sentence is easy to remember.")
TOO_LONG = N_("Choose at most 128 characters.")
TOO_COMMON = N_("This password is among the first that an attacker tries. Choose another one.")

_hasher = PasswordHasher()
_common = frozenset(FREQUENCY_LISTS["passwords"])
# A sign-in for an unknown account verifies against this, so that it takes as long as for a known one.
_decoy = _hasher.hash("no account has this password")


def password_problem(password: str, *personal: str) -> str | None:
    """Why `password` is refused (a gettext id), or None. `personal` are words about the person: name, address.

    NIST SP 800-63B and OWASP ASVS 5.0 section 6.2: a length and a list of known ones, no rules of composition.
    """
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(password) > LONGEST:
        return TOO_LONG
    bare = re.sub(r"[\W\d_]+", "", password.casefold())
    words = {
        *CONTEXT,
        *(
            part
            for text in personal
            for part in re.split(r"[\W_]+", text.casefold())
            if len(part) >= SHORTEST_PERSONAL_WORD
        ),
    }
    rest = bare
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    too_plain = len(set(password.casefold())) < FEWEST_CHARACTERS or len(rest) < SHORTEST_REST
    if password.casefold() in _common or bare in _common or _unit(bare) in _common or too_plain:
        return TOO_COMMON
    return None


def _unit(word: str) -> str:
    """What a word repeats: `password` for `passwordpassword`, else the word itself."""
    period = (word + word).find(word, 1)
    return word[:period] if period > 0 else word


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one stored; as slow for an account without password or without existence."""
    try:
        return _hasher.verify(stored or _decoy, password[: LONGEST + 1]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with older, weaker parameters."""
    return _hasher.check_needs_rehash(stored)
