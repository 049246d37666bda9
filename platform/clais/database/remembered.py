"""What a basin has published, remembered by a process for some seconds: every page asks, and it seldom changes."""

from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import event

from clais.database.session import ScopedSession

Value = TypeVar("Value")

SECONDS = 20
MOST_BASINS = 200
TO_FORGET = "remembered of this basin"


class RememberedOfBasin(Generic[Value]):
    """The result of `read` for each basin, read anew after SECONDS, or once this process has committed a change.

    Every tenant of the basin is given it, so `read` reads publications alone, and gives nothing that can be changed.
    """

    def __init__(self, read: Callable[[ScopedSession], Value]) -> None:
        self.read = read
        self._known: dict[tuple[object, UUID], tuple[float, Value]] = {}

    def of(self, session: ScopedSession) -> Value:
        """What the basin of a session has."""
        if self in session.info.get(TO_FORGET, ()):
            return self.read(session)
        key, moment = (session.bind, session.scope.basin_id), monotonic()
        known = self._known.get(key)
        if known is not None and moment - known[0] < SECONDS:
            return known[1]
        value = self.read(session)
        if len(self._known) >= MOST_BASINS:
            self._known.clear()
        self._known[key] = (moment, value)
        return value

    def forget(self, session: ScopedSession) -> None:
        """Read anew what this session changes, in it at once and for everyone when it commits."""
        session.info.setdefault(TO_FORGET, set()).add(self)

    def drop(self, session: ScopedSession) -> None:
        """Know nothing of a basin any more."""
        self._known.pop((session.bind, session.scope.basin_id), None)


@event.listens_for(ScopedSession, "after_commit")
def _drop(session: ScopedSession) -> None:
    if not session.in_nested_transaction():
        for remembered in session.info.pop(TO_FORGET, ()):
            remembered.drop(session)
