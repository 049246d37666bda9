"""The name of a place of work in a sentence: « d'Anderlues », « le centre d'appui », « à la maison de l'emploi ».

A place is called after its municipality, which has no article, or by a noun that has one.
"""

from typing import NamedTuple

from flask_babel.speaklater import LazyString

from clais.text import elides, fold, lower_first
from clais.translation import lazy_pgettext


class Phrases(NamedTuple):
    """What a sentence says of a place: whose something is, to whom one writes, who acts."""

    of: LazyString
    to: LazyString
    the: LazyString | str


BARE = "%(place)s"
MASCULINE = Phrases(
    of=lazy_pgettext("a masculine noun", "of %(place)s"),
    to=lazy_pgettext("a masculine noun", "to %(place)s"),
    the=lazy_pgettext("a masculine noun", "%(place)s"),
)
FEMININE = Phrases(
    of=lazy_pgettext("a feminine noun", "of %(place)s"),
    to=lazy_pgettext("a feminine noun", "to %(place)s"),
    the=lazy_pgettext("a feminine noun", "%(place)s"),
)
ELIDED = Phrases(
    of=lazy_pgettext("a noun with a vowel", "of %(place)s"),
    to=lazy_pgettext("a noun with a vowel", "to %(place)s"),
    the=lazy_pgettext("a noun with a vowel", "%(place)s"),
)
NAME = Phrases(of=lazy_pgettext("a name", "of %(place)s"), to=lazy_pgettext("a name", "to %(place)s"), the=BARE)
NAME_WITH_A_VOWEL = NAME._replace(of=lazy_pgettext("a name with a vowel", "of %(place)s"))
NOUNS = {
    **dict.fromkeys(("bureau", "centre", "cpas", "forem", "guichet", "service"), MASCULINE),
    **dict.fromkeys(("maison", "mission", "plate-forme", "plateforme", "regie"), FEMININE),
    **dict.fromkeys(("agence", "ale", "antenne", "asbl", "association", "espace"), ELIDED),
}
"""The phrases of each noun that a name begins with, folded, by the article that French gives it."""


def of_place(name: str) -> str:
    """Whose something is, or where it comes from: « d'Anderlues », « du centre d'appui »."""
    phrases, place = _in_a_sentence(name)
    return str(phrases.of) % {"place": place}


def to_place(name: str) -> str:
    """Whom one writes to, or where one works: « à Thuin », « au centre d'appui »."""
    phrases, place = _in_a_sentence(name)
    return str(phrases.to) % {"place": place}


def the_place(name: str) -> str:
    """Who does something, in a sentence: « Thuin », « le centre d'appui »."""
    phrases, place = _in_a_sentence(name)
    return str(phrases.the) % {"place": place}


def _in_a_sentence(name: str) -> tuple[Phrases, str]:
    """The phrases for a name, and the name as it stands inside them: a noun is written small."""
    phrases = NOUNS.get(fold(name).split(" ")[0])
    if phrases is not None:
        return phrases, lower_first(name)
    return (NAME_WITH_A_VOWEL if elides(name) else NAME), name
