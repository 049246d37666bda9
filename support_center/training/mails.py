"""What an agent hears of a session: a seat, the waiting list, other days, the end of it. Each is sent once."""

from collections.abc import Sequence

from clais.database import ScopedSession
from clais.exchange.training.calendar import calendar_of
from clais.exchange.training.models import Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.presentation import days_text
from clais.messaging.actions import post_mail
from clais.translation import gettext as _
from support_center.training.queries import with_holders


def tell_seated(
    session: ScopedSession, course: Course, run: CourseRun, registration: Registration, seat: CourseSeat
) -> None:
    """The convocation, with the days for an agenda."""
    subject = _("You have a seat: %(title)s", title=course.title)
    first = _(
        "Your seat is kept. The days are in the file that comes with this mail: open it to write them in your agenda."
    )
    _post(session, course, run, registration, seat, subject, first, "seated", calendar_of(course, run, seat.id))


def tell_waiting(
    session: ScopedSession, course: Course, run: CourseRun, registration: Registration, seat: CourseSeat
) -> None:
    """Every seat is taken."""
    subject = _("You are on the waiting list: %(title)s", title=course.title)
    first = _("Every seat is taken for now. You hear of it as soon as one is free.")
    _post(session, course, run, registration, seat, subject, first, "waiting")


def tell_changed(
    session: ScopedSession, course: Course, run: CourseRun, seats: Sequence[CourseSeat], before: Sequence[str]
) -> None:
    """Other days, or another place. `before` are the half-days that the session had."""
    subject = _("Changed: %(title)s", title=course.title)
    first = _(
        "The session has other days or another place. The file that comes with this mail replaces the earlier one."
    )
    for seat, holder in with_holders(session, seats):
        calendar = calendar_of(course, run, seat.id, before=before)
        _post(session, course, run, holder, seat, subject, first, f"changed:{run.version}", calendar)


def tell_cancelled(
    session: ScopedSession, course: Course, run: CourseRun, seats: Sequence[CourseSeat], reason: str
) -> None:
    """The session is not held, and why."""
    subject = _("Cancelled: %(title)s", title=course.title)
    first = _("The session is cancelled: %(reason)s", reason=reason)
    for seat, holder in with_holders(session, seats):
        calendar = calendar_of(course, run, seat.id, cancelled=True) if seat.state == "seated" else None
        _post(session, course, run, holder, seat, subject, first, "cancelled", calendar)


def remind(
    session: ScopedSession, course: Course, run: CourseRun, registration: Registration, seat: CourseSeat
) -> bool:
    """The session begins soon. False when that was said."""
    subject = _("Soon: %(title)s", title=course.title)
    first = _("Your session begins in a few days.")
    return _post(session, course, run, registration, seat, subject, first, f"soon:{run.starts_on:%Y%m%d}")


def _post(
    session: ScopedSession, course: Course, run: CourseRun, registration: Registration, seat: CourseSeat,
    subject: str, first: str, what: str, calendar: str | None = None,
) -> bool:  # fmt: skip
    if not registration.member_email:
        return False
    lines = [
        first,
        "",
        _("Course: %(title)s", title=course.title),
        _("Days: %(days)s", days=days_text(run)),
        _("Place: %(place)s", place=run.place),
        *([_("Link: %(link)s", link=run.link)] if run.link else []),
        *([_("To know: %(note)s", note=run.note)] if run.note else []),
        _("Trainer: %(trainer)s", trainer=course.trainer),
        "",
        _("You cannot come? Tell your coordinator: someone may be waiting for your seat."),
    ]
    key = f"course-seat:{seat.id.hex}:{what}"
    return post_mail(session, registration.member_email, subject, "\n".join(lines), key, calendar=calendar)
