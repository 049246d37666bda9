"""Small wordings that notes, contacts and appointments share."""

from datetime import date, datetime

from babel.dates import format_date

from clais.clock import local, today
from clais.web.formatting import html_language


def said(day: date, pattern: str) -> str:
    """A day in the reader's language, by a pattern of CLDR."""
    return format_date(day, pattern, locale=html_language())


def near_day(value: date | datetime, *, weekday: bool = False) -> str:
    """A day in a sentence: « 20 octobre », with its weekday when asked and its year when it is not this one."""
    day = local(value).date() if isinstance(value, datetime) else value
    return said(day, f"{'EEEE ' if weekday else ''}d MMMM{'' if day.year == today().year else ' y'}")


def lowered(text: str) -> str:
    """A label in the middle of a sentence: its first letter small, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def excerpt(text: str, length: int) -> str:
    """The first words of a text, cut between two words."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"
