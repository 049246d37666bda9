"""The name of a place of work in a sentence: « d'Anderlues », « le centre d'appui », « à la maison de l'emploi ».

A place is called after its municipality, which has no article, or by a noun that has one.
"""

from clais.text import elides, fold, lower_first
from clais.translation import pgettext

MASCULINE = {"bureau", "centre", "cpas", "forem", "guichet", "service"}
FEMININE = {"maison", "mission", "plate-forme", "plateforme", "regie"}
ELIDED = {"agence", "ale", "antenne", "asbl", "association", "espace"}
"""Nouns that a name begins with, folded, by the article that French gives them."""


def of_place(name: str) -> str:
    """Whose something is, or where it comes from: « d'Anderlues », « du centre d'appui »."""
    noun = fold(name).split(" ")[0]
    if noun in MASCULINE:
        return pgettext("a masculine noun", "of %(place)s", place=lower_first(name))
    if noun in FEMININE:
        return pgettext("a feminine noun", "of %(place)s", place=lower_first(name))
    if noun in ELIDED:
        return pgettext("a noun with a vowel", "of %(place)s", place=lower_first(name))
    if elides(name):
        return pgettext("a name with a vowel", "of %(place)s", place=name)
    return pgettext("a name", "of %(place)s", place=name)


def to_place(name: str) -> str:
    """Whom one writes to, or where one works: « à Thuin », « au centre d'appui »."""
    noun = fold(name).split(" ")[0]
    if noun in MASCULINE:
        return pgettext("a masculine noun", "to %(place)s", place=lower_first(name))
    if noun in FEMININE:
        return pgettext("a feminine noun", "to %(place)s", place=lower_first(name))
    if noun in ELIDED:
        return pgettext("a noun with a vowel", "to %(place)s", place=lower_first(name))
    return pgettext("a name", "to %(place)s", place=name)


def the_place(name: str) -> str:
    """Who does something, in a sentence: « Thuin », « le centre d'appui »."""
    noun = fold(name).split(" ")[0]
    if noun in MASCULINE:
        return pgettext("a masculine noun", "%(place)s", place=lower_first(name))
    if noun in FEMININE:
        return pgettext("a feminine noun", "%(place)s", place=lower_first(name))
    if noun in ELIDED:
        return pgettext("a noun with a vowel", "%(place)s", place=lower_first(name))
    return name
