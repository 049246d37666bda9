"""Whose turn it is: who has an appointment at its hour, who has none in the order of arrival."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

LATE = timedelta(minutes=15)
"""Who comes later than this after the hour of their appointment takes the turn of their arrival."""


@dataclass(frozen=True, slots=True)
class InLine:
    """Somebody who waits: for whom (None: the first who is free), since when, and at what hour they were expected."""

    visit_id: UUID
    agent_id: UUID | None
    arrived_at: datetime
    expected_at: datetime | None = None

    @property
    def turn(self) -> datetime:
        """The moment that gives them their place."""
        if self.expected_at is None or self.arrived_at > self.expected_at + LATE:
            return self.arrived_at
        return self.expected_at


def next_for(agent_id: UUID, waiting: Iterable[InLine]) -> InLine | None:
    """Who is next for an agent: of those who wait for them or for anybody, the one with the earliest turn."""
    theirs = [one for one in waiting if one.agent_id in {None, agent_id}]
    return min(theirs, key=lambda one: (one.turn, one.arrived_at, one.visit_id), default=None)
