"""Numbers of certificates: read aloud and typed without mistake, and too many to be guessed."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Neither 0 nor O, neither 1 nor I."""
GROUPS, LETTERS = 3, 4
_NOISE = re.compile(r"[^0-9A-Z]")


def new_number() -> str:
    """A new number such as `7K3M-9QXR-2DHA`: 60 bits that nobody knows beforehand."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))


def typed_number(text: str) -> str:
    """A number as it is stored, however it was typed; empty for what cannot be one."""
    letters = _NOISE.sub("", text.upper())
    if len(letters) != GROUPS * LETTERS or set(letters) - set(ALPHABET):
        return ""
    return "-".join(letters[start : start + LETTERS] for start in range(0, len(letters), LETTERS))
