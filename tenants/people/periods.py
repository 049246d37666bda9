"""Periods in words."""

from collections.abc import Callable, Mapping
from typing import Any

from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.people.choices import SCHOOLING, STATUS
from tenants.people.dated import ADDRESS
from tenants.people.dated import SCHOOLING as SCHOOLING_FACT
from tenants.people.dated import STATUS as STATUS_FACT
from tenants.people.rules.periods import Span

Words = Callable[[Mapping[str, Any]], str]


def status_words(value: Mapping[str, Any]) -> str:
    """Revenu d'intégration (RI)."""
    code = value.get("status") or ""
    return _(STATUS.get(code, code)) if code else ""


def address_lines(value: Mapping[str, Any]) -> list[str]:
    """Rue de la Station 12 boîte 3, and then 6240 Farciennes."""
    street = " ".join(filter(None, (value.get("street"), value.get("street_number"))))
    if value.get("box"):
        street = _("%(street)s box %(box)s", street=street, box=value["box"])
    place = " ".join(filter(None, (value.get("postal_code"), value.get("locality"))))
    return [line for line in (street, place) if line]


def address_words(value: Mapping[str, Any]) -> str:
    """The same on one line."""
    return ", ".join(address_lines(value))


def schooling_words(value: Mapping[str, Any]) -> str:
    """CESS / CQ6 · cuisine."""
    code = value.get("schooling") or ""
    return " · ".join(filter(None, (_(SCHOOLING.get(code, code)) if code else "", value.get("schooling_note"))))


WORDS: dict[str, Words] = {
    STATUS_FACT: status_words,
    ADDRESS: address_words,
    SCHOOLING_FACT: schooling_words,
}
"""Dated fact of the card → what says a value of it."""


def days_of(span: Span) -> str:
    """« depuis le 1 septembre 2023 », « du 1 mars 2022 au 31 août 2023 »; empty when neither end is known."""
    if span.since and span.until:
        return _("from %(since)s to %(until)s", since=exact_day(span.since), until=exact_day(span.until))
    if span.since:
        return _("from %(since)s on", since=exact_day(span.since))
    return _("until %(day)s", day=exact_day(span.until)) if span.until else ""


def said(words: Words, span: Span) -> str:
    """A period with its days: « sans revenu, du 1 mars 2022 au 31 août 2023 »."""
    what = words(span.value) if span.value is not None else _("not known")
    return ", ".join(filter(None, (what, days_of(span))))


def meets(words: Words, met: Span) -> str:
    """Why a period cannot have the days that were typed."""
    return _(
        "This meets another period: %(period)s. Choose another day, or correct that period first.",
        period=said(words, met),
    )
