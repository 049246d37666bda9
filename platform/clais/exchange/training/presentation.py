"""Sessions, registrations and certificates in words, on both sides of the border."""

from collections.abc import Mapping
from datetime import date

from clais.clock import today
from clais.exchange.training.models import Certificate, Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.queries import Holding, period_of
from clais.exchange.training.rules.half_days import HalfDay, by_day, half_days_of
from clais.exchange.training.rules.periods import Path, Standing, standing_of
from clais.exchange.training.workflow import COURSE_SEAT, OPEN, REGISTRATION, RUN
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import exact_day, near_day

HALVES: Mapping[str, str] = {"am": N_("morning"), "pm": N_("afternoon")}
PATHS: Mapping[str, str] = {"first": N_("First course"), "renewal": N_("Renewal")}
KINDS: Mapping[str, str] = {"full": N_("Full"), "provisional": N_("Provisional")}
STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.PENDING: (N_("not yet valid"), "wait"),
    Standing.VALID: (N_("valid"), "done"),
    Standing.TO_RENEW: (N_("to renew"), "wait"),
    Standing.IN_GRACE: (N_("over, in the days of grace"), "late"),
    Standing.EXPIRED: (N_("expired"), "late"),
    Standing.REVOKED: (N_("withdrawn"), "late"),
}
SEAT_TAGS = {"seated": "done", "waiting": "wait", "released": "", "attended": "done", "absent": "late"}
REGISTRATION_TAGS = {"asked": "wait", "approved": "wait", "declined": "", "cancelled": ""}
RUN_TAGS = {"planned": "", "confirmed": "done", "cancelled": "late", "held": ""}


def path_text(course: Course) -> str:
    """Whether a course is a first one, or a renewal."""
    kind = "renewal" if course.renews_id else "first"
    return _(PATHS[kind])


def half_day_text(one: HalfDay) -> str:
    """A half-day in a sentence: « jeudi 3 décembre, matin »."""
    return f"{near_day(one.day, weekday=True)}, {_(HALVES[one.half])}"


def days_text(run: CourseRun) -> str:
    """The days of a session: « 3 décembre (matin), 4 décembre »."""
    days = by_day(half_days_of(run.half_days))
    return ", ".join(
        near_day(day) if len(halves) > 1 else f"{near_day(day)} ({_(HALVES[halves[0]])})"
        for day, halves in days.items()
    )


def seats_text(run: CourseRun) -> str:
    """How many seats of a session are free."""
    free = run.seats - run.seats_taken
    if not free:
        return _("full: waiting list")
    return ngettext("%(num)d seat free of %(seats)s", "%(num)d seats free of %(seats)s", free, seats=run.seats)


def run_tag(run: CourseRun) -> tuple[str, str]:
    """Where a session stands, and the kind of its tag."""
    if run.state in OPEN and run.starts_on <= today() <= run.ends_on:
        return _("under way"), "here"
    return _(RUN.states[run.state]), RUN_TAGS[run.state]


def registration_tag(registration: Registration, seat: CourseSeat | None, run: CourseRun | None) -> tuple[str, str]:
    """Where a registration stands for both sides, and the kind of its tag."""
    if registration.state != "approved":
        return _(REGISTRATION.states[registration.state]), REGISTRATION_TAGS[registration.state]
    if run is not None and run.state == "cancelled":
        return _("Session cancelled"), "late"
    if seat is None:
        return _("Approved, the seat is on its way"), "wait"
    return _(COURSE_SEAT.states[seat.state]), SEAT_TAGS[seat.state]


def certificate_tag(certificate: Certificate, day: date | None = None) -> tuple[str, str]:
    """What a certificate says today, and the kind of its tag."""
    text, kind = STANDINGS[standing_of(period_of(certificate), day or today())]
    return _(text), kind


def holding_tag(held: Holding) -> tuple[str, str]:
    """What someone holds of a course, and the kind of the tag."""
    if held.standing is None:
        return _("none"), ""
    text, kind = STANDINGS[held.standing]
    return _(text), kind


def validity_text(certificate: Certificate, standing: Standing) -> str:
    """Until when a certificate counts, as a sentence."""
    period = period_of(certificate)
    day = exact_day(certificate.valid_until)
    if standing is Standing.REVOKED:
        return _("Withdrawn on %(day)s.", day=exact_day(certificate.revoked_on))
    if standing is Standing.PENDING:
        return _("Valid from %(start)s to %(end)s.", start=exact_day(certificate.valid_from), end=day)
    if standing is Standing.IN_GRACE:
        return _("Valid until %(day)s; it still counts until %(end)s.", day=day, end=exact_day(period.counts_until))
    if standing is Standing.EXPIRED:
        return _("No longer valid since %(day)s.", day=exact_day(period.last_day))
    return _("Valid until %(day)s.", day=day)


def missing_text(held: Holding) -> str:
    """What someone has to do, as a sentence; empty when nothing."""
    if held.path is Path.NOT_YET:
        return ""
    if held.path is Path.RENEWAL:
        return _("The renewal course is open.")
    if held.counts:
        return _("It is provisional: the first course is to be followed.")
    if held.standing is None or held.provisional:
        return _("The first course is to be followed.")
    if held.standing is Standing.REVOKED:
        return _("It was withdrawn: the first course is to be followed again.")
    return _("It ended too long ago to be renewed: the first course is to be followed again.")
