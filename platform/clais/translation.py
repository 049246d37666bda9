"""The words of the house in the language of whoever asks: gettext's own names, over the catalogues of all packages."""

from typing import Any

import flask_babel
from flask import g, has_request_context
from flask_babel.speaklater import LazyString

from clais.catalogues import LANGUAGES, translations_into


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's own tools know for a text marked here, translated later.
    """Mark `text` as a gettext id without translating it: the table is data, the page translates."""
    return text


def gettext(text: str, /, **values: Any) -> str:
    """The text in the language of the request, with its named values; outside of a request, in English.

    `flask_babel.gettext` says the same, and takes ten times as long to find the catalogue: a page asks hundreds of
    times. It is asked the first time of a request, when `g.translations` is set.
    """
    translations = g.get("translations") if has_request_context() else None
    if translations is None:
        return str(flask_babel.gettext(text, **values))
    words: str = translations.gettext(text)
    return words % values if values else words


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """The text for so many, which `%(num)s` names in it."""
    translations = g.get("translations") if has_request_context() else None
    if translations is None:
        return str(flask_babel.ngettext(one, many, num, **values))
    words: str = translations.ngettext(one, many, num)
    return words % {"num": num, **values}


def pgettext(context: str, text: str, /, **values: Any) -> str:
    """The text in one of its meanings: one English word may be two French ones."""
    translations = g.get("translations") if has_request_context() else None
    found = translations.pgettext(context, text) if translations else str(flask_babel.pgettext(context, text))
    return found % values if values else found


def in_language(language: str, text: str, /, **values: Any) -> str:
    """The text in a language of the screen, whoever asks: for what is sent or stored. Raises KeyError for another."""
    LANGUAGES[language]  # Another language is an error, not English.
    found: str = translations_into(language).gettext(text)
    return found % values if values else found


def lazy_gettext(text: str, /, **values: Any) -> LazyString:
    """The text, looked up when it is shown: for what is written down before anyone asks."""
    return LazyString(gettext, text, **values)  # type: ignore[no-untyped-call]
