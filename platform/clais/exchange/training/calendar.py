"""The half-days of a session as a calendar file, which a mail brings along."""

from uuid import UUID

from icalendar import Calendar, Event

from clais.clock import now
from clais.exchange.training.models import Course, CourseRun
from clais.exchange.training.rules.half_days import HalfDay, by_day, half_days_of

PRODUCER = "-//CLAIS//formations//FR"


def calendar_of(course: Course, run: CourseRun, seat_id: UUID, *, cancelled: bool = False) -> str:
    """One event a day, from its first half-day to its last. Sent again, it replaces what an agenda has of it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    for day, halves in by_day(half_days_of(run.half_days)).items():
        event = Event()
        event.add("uid", f"{seat_id.hex}-{day:%Y%m%d}@clais")
        event.add("sequence", run.version)
        event.add("dtstamp", now())
        event.add("dtstart", HalfDay(day, halves[0]).begins.astimezone(now().tzinfo))
        event.add("dtend", HalfDay(day, halves[-1]).ends.astimezone(now().tzinfo))
        event.add("summary", course.title)
        event.add("location", run.place)
        if run.link:
            event.add("url", run.link)
        if cancelled:
            event.add("status", "CANCELLED")
        calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
