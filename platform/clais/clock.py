from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BELGIUM = ZoneInfo("Europe/Brussels")

_moment: ContextVar[datetime | None] = ContextVar("the moment that the clock shows, None for the present", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _moment.get() or datetime.now(UTC)


def today() -> date:
    """The present day where the agents work, in Belgium."""
    return now().astimezone(BELGIUM).date()


def local(moment: datetime) -> datetime:
    """The same moment on a Belgian clock."""
    return moment.astimezone(BELGIUM)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let the clock show `moment` inside the block, for this thread alone. For tests: nothing in the product calls it.

    Raises ValueError for a moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment has a time zone")
    token = _moment.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment.reset(token)
