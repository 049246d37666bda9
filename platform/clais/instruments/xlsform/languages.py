"""How languages are called in the headings of a form: `label::Français (fr)`, `label::fr`, `label::French`."""

import re
from collections.abc import Mapping

from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.definition import LANGUAGES
from clais.text import fold

YES_NO_WORDS: Mapping[str, tuple[str, str]] = {
    "fr": ("Oui", "Non"),
    "fr-facile": ("Oui", "Non"),
    "nl": ("Ja", "Nee"),
    "de": ("Ja", "Nein"),
    "en": ("Yes", "No"),
    "it": ("Sì", "No"),
    "tr": ("Evet", "Hayır"),
    "ar": ("نعم", "لا"),
}
_OTHER_NAMES = {
    "fr": "french",
    "nl": "dutch neerlandais",
    "de": "german allemand",
    "en": "anglais",
    "it": "italian italien",
    "tr": "turkish turc turkce",
    "ar": "arabic arabe",
}
LONGEST_NAME = 60
_IN_PARENTHESES = re.compile(r"(.*?)\s*\(([A-Za-z-]{2,20})\)")


def _known() -> dict[str, str]:
    names = {fold(name): code for code, name in LANGUAGE_NAMES.items()}
    names |= {word: code for code, words in _OTHER_NAMES.items() for word in words.split()}
    return {**names, **{code: code for code in LANGUAGES}}


_NAMES = _known()


def language_of(written: str) -> str:
    """The language that a heading means; empty for an unknown one. Flemish (nl-BE) is Dutch."""
    if len(written) > LONGEST_NAME:
        return ""
    match = _IN_PARENTHESES.fullmatch(written.strip())
    code = (match[2] if match else written.strip()).lower()
    if code in LANGUAGES:
        return code
    if match is None:
        found = _NAMES.get(fold(written), "")
        if found:
            return found
    main, _hyphen, region = code.partition("-")
    return main if main in LANGUAGES and len(region) == 2 else ""  # noqa: PLR2004 - the letters of a country.


def called(language: str) -> str:
    """A language as we write it in a heading."""
    return f"{LANGUAGE_NAMES[language]} ({language})"
