"""Pauses in words."""

from typing import Any

from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.pauses.choices import REASONS


def reason_of(pause: Any) -> str:
    """Why, in the words of its code."""
    return _(REASONS[pause.reason][0])


def period(pause: Any) -> str:
    """Its first and its last day."""
    return _("from %(first)s to %(last)s", first=exact_day(pause.starts_on), last=exact_day(pause.until_on))
