"""Who is free now, from whom they receive and what their agenda says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """A stretch of an agent's day; `begun` when the person is with them."""

    starts_at: datetime
    ends_at: datetime
    begun: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether an agent is free, and until when; without an hour nothing of today tells it."""

    free: bool
    until: datetime | None = None
    since: datetime | None = None
    """Since when they receive somebody."""


def presence_at(moment: datetime, booked: Iterable[Booked], receives_since: datetime | None) -> Presence:
    """What the desk says of an agent.

    Somebody whom they receive counts, and an appointment that was noted as kept while its hour lasts. One that has not
    begun leaves them free until its hour, or, when that has come, for whoever it was made for.
    """
    stretches = sorted(booked, key=lambda one: one.starts_at)
    under_way = [one for one in stretches if one.begun and one.starts_at <= moment < one.ends_at]
    if receives_since is not None:
        return Presence(free=False, until=under_way[0].ends_at if under_way else None, since=receives_since)
    if under_way:
        return Presence(free=False, until=under_way[0].ends_at)
    ahead = next((one for one in stretches if not one.begun and one.starts_at > moment), None)
    return Presence(free=True, until=ahead.starts_at if ahead else None)
