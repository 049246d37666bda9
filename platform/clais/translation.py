"""The gettext functions over the catalogues of all packages, in the language of the request."""

from contextvars import ContextVar
from typing import Any

import flask_babel
from babel.support import NullTranslations
from flask_babel.speaklater import LazyString

from clais.catalogues import LANGUAGES, translations_into

OF_REQUEST: ContextVar[NullTranslations | None] = ContextVar("the translations of the request", default=None)
"""Set at the first text of a request, and taken away with its context (`clais.web.translations`)."""


def N_(text: str) -> str:  # noqa: N802 - the conventional name, which extraction tools know.
    """Mark `text` as a gettext id, to be translated later."""
    return text


def gettext(text: str, /, **values: Any) -> str:
    """Translate `text` to the language of the request and fill in its named values; outside of a request, in English.

    `flask_babel.gettext` takes many times as long to find the catalogue, and a page calls it hundreds of times. So only
    the first call of a request uses it, which sets `OF_REQUEST`.
    """
    translations = OF_REQUEST.get()
    if translations is None:
        return str(flask_babel.gettext(text, **values))
    translated: str = translations.gettext(text)
    return translated % values if values else translated


def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
    """Translate the singular or plural text for `num`, which is `%(num)s` in the text."""
    translations = OF_REQUEST.get()
    if translations is None:
        return str(flask_babel.ngettext(one, many, num, **values))
    translated: str = translations.ngettext(one, many, num)
    return translated % {"num": num, **values}


def pgettext(context: str, text: str, /, **values: Any) -> str:
    """Translate a text in a context: one English id may have two French translations."""
    translations = OF_REQUEST.get()
    translated = str((translations or flask_babel).pgettext(context, text))
    return translated % values if values else translated


def in_language(language: str, text: str, /, **values: Any) -> str:
    """Translate to `language`, for mails and stored texts. Raises KeyError for an unknown language."""
    LANGUAGES[language]  # An unknown language must not fall back to English.
    translated: str = translations_into(language).gettext(text)
    return translated % values if values else translated


def lazy_pgettext(context: str, text: str, /, **values: Any) -> LazyString:
    """A text in one of its meanings, translated when it is rendered."""
    return LazyString(pgettext, context, text, **values)  # type: ignore[no-untyped-call]


def lazy_gettext(text: str, /, **values: Any) -> LazyString:
    """A text that is translated when it is rendered, for module-level declarations."""
    return LazyString(gettext, text, **values)  # type: ignore[no-untyped-call]
