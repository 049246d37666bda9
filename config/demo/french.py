from datetime import date
from functools import cache

from babel.dates import format_date
from babel.messages.catalog import Catalog

from clais.web.translations import merged_catalogue


@cache
def _catalogue() -> Catalog:
    return merged_catalogue("fr")


def french(text: str, **facts: object) -> str:
    """What a page in French says for the gettext id `text`: the demo stores the very words that agents see."""
    message = _catalogue().get(text)
    said = message.string if message is not None and isinstance(message.string, str) and message.string else text
    return said % facts if facts else said


def long_day(day: date) -> str:
    """A day in words: 3 décembre 2026."""
    return format_date(day, "long", locale="fr_BE")
