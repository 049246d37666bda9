"""The half-days of a session as a calendar file, which a mail brings along."""

from collections.abc import Sequence
from uuid import UUID

from icalendar import Calendar, Event

from clais.clock import now
from clais.exchange.training.models import Course, CourseRun
from clais.exchange.training.rules.half_days import HalfDay, by_day, half_days_of

PRODUCER = "-//CLAIS//formations//FR"


def calendar_of(
    course: Course, run: CourseRun, seat_id: UUID, *, before: Sequence[str] = (), cancelled: bool = False
) -> str:
    """One event a day, from its first half-day to its last. Sent again, it replaces what an agenda has of it.

    A day is known by its place in the session, so that it moves in the agenda when the session moves. `before` are
    the half-days of the session as it was: of a longer one, the days that are left are taken out.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    days = list(by_day(half_days_of(run.half_days)).items())
    gone = list(by_day(half_days_of(before)).items())[len(days) :]
    for place, (day, halves) in enumerate((*days, *gone)):
        event = Event()
        event.add("uid", f"{seat_id.hex}-{place}@clais")
        event.add("sequence", run.version)
        event.add("dtstamp", now())
        event.add("dtstart", HalfDay(day, halves[0]).begins.astimezone(now().tzinfo))
        event.add("dtend", HalfDay(day, halves[-1]).ends.astimezone(now().tzinfo))
        event.add("summary", course.title)
        event.add("location", run.place)
        if run.link:
            event.add("url", run.link)
        if cancelled or place >= len(days):
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
