"""Dates, amounts and names as people in Belgium write them; for templates and for Python."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from urllib.parse import quote

from babel import Locale
from markupsafe import Markup

from clais.clock import local, today
from clais.dates import day_of, written_day
from clais.numbers import MASKED_NATIONAL_NUMBER, format_national_number, format_phone
from clais.place_names import of_place, the_place, to_place
from clais.text import lower_first
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.translations import language_of_request, locale_of_request

NEAR = {0: N_("today"), 1: N_("tomorrow"), -1: N_("yesterday")}
SHORT_NEAR = {0: N_("tod."), 1: N_("tomorrow"), -1: N_("yesterday")}
DAYS_WITHOUT_YEAR = 330
MOST_DAYS = 60
DAYS_IN_MONTH = 30.44
MOST_MONTHS = 24
NOTE = re.compile(r'<span class="note">.*?</span>', re.DOTALL)
"""What stands beside a heading."""


def relative_day(value: dt.date | dt.datetime, reference: dt.date | None = None) -> str:
    """How far a day is, in words: aujourd'hui, demain, dans 3 jours, il y a 34 jours, il y a 7 mois."""
    days = (day_of(value) - (reference or today())).days
    return _distance(days, locale_of_request())


@lru_cache(maxsize=2048)
def _distance(days: int, _language: Locale) -> str:
    if days in NEAR:
        return str(_(NEAR[days]))
    return _ahead(days) if days > 0 else _ago(-days)


def _ahead(days: int) -> str:
    months = round(days / DAYS_IN_MONTH)
    if days <= MOST_DAYS:
        return str(ngettext("in %(num)d day", "in %(num)d days", days))
    if months <= MOST_MONTHS:
        return str(ngettext("in %(num)d month", "in %(num)d months", months))
    return str(ngettext("in %(num)d year", "in %(num)d years", months // 12))


def _ago(days: int) -> str:
    months = round(days / DAYS_IN_MONTH)
    if days <= MOST_DAYS:
        return str(ngettext("%(num)d day ago", "%(num)d days ago", days))
    if months <= MOST_MONTHS:
        return str(ngettext("%(num)d month ago", "%(num)d months ago", months))
    return str(ngettext("%(num)d year ago", "%(num)d years ago", months // 12))


def exact_day(value: dt.date | dt.datetime | None, *, weekday: bool = False) -> str:
    """A full day: 23 novembre 2026, with its weekday on request."""
    if value is None:
        return ""  # A page says nothing rather than a day that was not.
    return written_day(day_of(value), "full" if weekday else "long", locale_of_request())


def short_day(value: dt.date | dt.datetime) -> str:
    """A short day: 18 nov., with the year when it is not this one."""
    day = day_of(value)
    return written_day(day, "d MMM" if day.year == today().year else "d MMM y", locale_of_request())


def near_day(value: dt.date | dt.datetime, *, weekday: bool = False) -> str:
    """A day in a sentence: « 20 octobre », with its weekday on request, and its year when it is not this one."""
    day = day_of(value)
    return day_as(day, f"{'EEEE ' if weekday else ''}d MMMM{'' if day.year == today().year else ' y'}")


def row_day(value: dt.date | dt.datetime) -> str:
    """A day in a row of a list: « auj. », « demain », « jeu. 26 nov. »; the year when it is far."""
    day = day_of(value)
    days = (day - today()).days
    if days in SHORT_NEAR:
        return str(_(SHORT_NEAR[days]))
    return day_as(day, "EEE d MMM" if abs(days) < DAYS_WITHOUT_YEAR else "d MMM y")


def beside_row_day(value: dt.date | dt.datetime) -> str:
    """How far a day is, beside `row_day`; empty when that says it already."""
    return "" if (day_of(value) - today()).days in SHORT_NEAR else relative_day(value)


def row_span(first: dt.date, last: dt.date) -> str:
    """Two days in a row of a list: « 14 déc. – 12 mars »; the year when the last one is far."""
    far = (last - today()).days >= DAYS_WITHOUT_YEAR
    return f"{day_as(first, 'd MMM')} – {day_as(last, 'd MMM y' if far else 'd MMM')}"


def row_distance(value: dt.date | dt.datetime) -> str:
    """How far a day of the past is, in a row of a list: « auj. », « hier », « il y a 12 j »."""
    days = (today() - day_of(value)).days
    if -days in SHORT_NEAR:
        return str(_(SHORT_NEAR[-days]))
    return str(_("%(num)d d ago", num=days)) if 0 < days <= MOST_DAYS else relative_day(value)


def lateness(due: dt.date | dt.datetime) -> str:
    """How late it is that a day passed: « 4 j de retard »."""
    return str(ngettext("%(num)d day late", "%(num)d days late", (today() - day_of(due)).days))


def row_moment(value: dt.datetime) -> str:
    """The same with the hour: « jeu. 26 nov. 09:00 »."""
    return f"{row_day(value)} {clock_time(value)}"


def day_as(day: dt.date, pattern: str) -> str:
    """A day in the reader's language, by a pattern of CLDR."""
    return written_day(day, pattern, locale_of_request())


def clock_time(value: dt.datetime | dt.time) -> str:
    """Hours and minutes in Belgium: 09:00."""
    return (local(value) if isinstance(value, dt.datetime) else value).strftime("%H:%M")


def iso(value: dt.date | dt.datetime) -> str:
    """What the `datetime` attribute of `<time>` takes."""
    return (local(value) if isinstance(value, dt.datetime) else value).isoformat(
        **({"timespec": "minutes"} if isinstance(value, dt.datetime) else {})
    )


def telephone(number: str) -> Markup:
    """A link that calls a phone number, written as people in Belgium dial it."""
    return Markup('<a href="{}">{}</a>').format(telephone_url(number), format_phone(number))


def telephone_url(number: str) -> str:
    """The address that calls a phone number, and does nothing else."""
    return f"tel:{quote(number, safe='+')}"


def mail_to(address: str) -> Markup:
    """A link that writes to an e-mail address."""
    return Markup('<a href="{}">{}</a>').format(mail_url(address), address)


def mail_url(address: str, subject: str = "") -> str:
    """The address that writes to an e-mail address: whatever is stored, without another recipient, subject or text."""
    return f"mailto:{quote(address, safe='@')}" + (f"?subject={quote(subject, safe='')}" if subject else "")


def person_initials(name: str) -> str:
    """The initials of a person: « Nadia Lambert » is NL."""
    parts = [part for part in name.replace("-", " ").split() if part[:1].isalpha()]
    letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [part[0] for part in parts]
    return "".join(letters).upper() or "?"


def without_notes(heading: str) -> str:
    """The heading of a page as its title: without the note beside it, which often names a person.

    Browsers keep titles in their history, for whoever uses the computer next. A heading that is a name itself has a
    title of its own: a number, or what the page is for.
    """
    return Markup(NOTE.sub("", heading)).striptags()  # noqa: S704 - read here, and escaped where it is written.


FORMATTERS = {
    "lower_first": lower_first,
    "of_place": of_place,
    "to_place": to_place,
    "the_place": the_place,
    "relative_day": relative_day,
    "exact_day": exact_day,
    "near_day": near_day,
    "row_span": row_span,
    "short_day": short_day,
    "row_day": row_day,
    "beside_row_day": beside_row_day,
    "clock_time": clock_time,
    "iso_moment": iso,
    "telephone": telephone,
    "mail_to": mail_to,
    "format_national_number": format_national_number,
    "MASKED_NATIONAL_NUMBER": MASKED_NATIONAL_NUMBER,
    "initials_of": person_initials,
    "without_notes": without_notes,
    "html_language": language_of_request,
}
