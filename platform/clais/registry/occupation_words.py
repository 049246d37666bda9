"""The words by which an occupation is found."""

from clais.text import fold

# Words that join others: nobody means them, and half of all labels hold one.
_JOINING_WORDS = frozenset("a au aux d de des du en et l la le les ou par pour sur un une".split())  # noqa: SIM905
LONGEST_WORD = 60


def occupation_words(label: str) -> list[str]:
    """The words by which an occupation is found, none twice: "Aide ménager / Aide ménagère à domicile" has four.

    The same for what is stored and for what someone types. Joining words are left out of both.
    """
    words = dict.fromkeys(word[:LONGEST_WORD] for word in fold(label).split())
    return [word for word in words if word not in _JOINING_WORDS]
