"""Pauses on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func

from clais.actor import Actor
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from tenants.pauses.models import ClockPause
from tenants.pauses.presentation import period, reason_of

PAUSES = Source(
    ClockPause.person_id,
    {
        "id": ClockPause.id,
        "person_id": ClockPause.person_id,
        "reason": ClockPause.reason,
        "starts_on": ClockPause.starts_on,
        "until_on": ClockPause.until_on,
        "noted_by": ClockPause.noted_by,
        "moved": func.jsonb_array_length(ClockPause.moved),
        "created_at": ClockPause.created_at,
    },
    where=(ClockPause.state == "noted",),
    order=(ClockPause.starts_on.desc(), ClockPause.id.desc()),
)


def pause_entry(pause: Any, _actor: Actor) -> Iterator[Entry]:
    """A pause, at the moment when it was noted."""
    yield Entry(
        pause.created_at,
        "pause",
        _("Pause %(period)s", period=period(pause)),
        reason_of(pause),
        by=pause.noted_by,
        icon="hourglass-split",
    )
