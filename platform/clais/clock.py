from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BELGIUM = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The present day where the agents work, in Belgium."""
    return now().astimezone(BELGIUM).date()


def local(moment: datetime) -> datetime:
    """The same moment on a Belgian clock."""
    return moment.astimezone(BELGIUM)
