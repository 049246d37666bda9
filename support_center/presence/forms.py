"""A click on the list of presences, as one value: who, which half-day, what is said, and what was read."""

import re
from typing import NamedTuple
from uuid import UUID

from clais.exchange.training.rules.half_days import HalfDay, half_days_of
from clais.web.conflicts import MAXIMUM_VERSION_DIGITS, NO_VERSION
from support_center.presence.choices import MARKS

_CLICK = re.compile(
    rf"([0-9a-f]{{32}}):(\d{{4}}-\d{{2}}-\d{{2}}-[ap]m):({'|'.join(MARKS)}):({NO_VERSION}|\d{{1,{MAXIMUM_VERSION_DIGITS}}})"
)


class Click(NamedTuple):
    """What a button of the list says."""

    participant_id: UUID
    half_day: HalfDay
    mark: str
    read_at: int | None


def click_of(text: str) -> Click | None:
    """What a button said; None for what no button says."""
    match = _CLICK.fullmatch(text)
    half_day = half_day_of(match[2]) if match else None
    if match is None or half_day is None:
        return None
    return Click(UUID(match[1]), half_day, match[3], None if match[4] == NO_VERSION else int(match[4]))


def half_day_of(code: str) -> HalfDay | None:
    """A half-day as it is written in an address or a form; None for what is none."""
    try:
        return next(iter(half_days_of([code])), None)
    except ValueError:
        return None


def cell_key(participant_id: UUID, half_day: HalfDay) -> str:
    """The beginning of the value of all buttons of one cell."""
    return f"{participant_id.hex}:{half_day.code}"


def version_read(version: int | None) -> str:
    """The end of it."""
    return NO_VERSION if version is None else str(version)
