import unicodedata

# Letters that no decomposition turns into plain ones. Case folding has made ß into ss before.
_PLAIN_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})
# Words that join others: nobody means them, and half of all labels hold one.
_JOINING_WORDS = frozenset("a au aux d de des du en et l la le les ou par pour sur un une".split())  # noqa: SIM905
LONGEST_WORD = 60


def plain_words(text: str) -> list[str]:
    """The words of a text as they are compared: lower case, without accents, cut at every sign, in their order."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_PLAIN_LETTERS)
    return "".join(c if c.isalnum() else " " for c in plain).split()


def occupation_words(label: str) -> list[str]:
    """The words by which an occupation is found, none twice: "Aide ménager / Aide ménagère à domicile" has four.

    The same for what is stored and for what someone types. Joining words are left out of both.
    """
    words = dict.fromkeys(word[:LONGEST_WORD] for word in plain_words(label))
    return [word for word in words if word not in _JOINING_WORDS]
