"""A draft on the page of its form: whether it is offered, and in which words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clais.actor import Actor
from clais.clock import today
from clais.dates import day_of
from clais.feature.file import Entry
from clais.translation import gettext as _
from clais.web.formatting import clock_time, short_day


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says of the draft of its form.

    `seen` is the version of the draft that the form holds, 0 for none. One that it does not hold is offered from
    `kept_at` on. `is_ahead`: the form holds more than is kept. `partial` is the part of the page with the form.
    """

    keep_url: str
    resume_url: str
    drop_url: str
    seen: int = 0
    kept_at: datetime | None = None
    is_ahead: bool = False
    partial: str = ""

    @property
    def offer(self) -> str:
        """The words of the button that takes it up."""
        if self.kept_at is None:
            return ""
        hour = clock_time(self.kept_at)
        if day_of(self.kept_at) == today():
            return _("Take up the draft of %(hour)s", hour=hour)
        return _("Take up the draft of %(day)s at %(hour)s", day=short_day(self.kept_at), hour=hour)


def no_entry(_draft: Any, _actor: Actor) -> Iterator[Entry]:
    """A draft is read with the thread, in its one statement, and is no entry of it."""
    return iter(())
