"""Sessions, attendees and certificates as the centre's pages list them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.clock import now, today
from clais.exchange.training.models import Certificate, Course, CourseRun
from clais.exchange.training.presentation import (
    HALVES,
    KINDS,
    certificate_tag,
    days_text,
    registration_tag,
    run_tag,
    seats_text,
)
from clais.exchange.training.rules.half_days import HalfDay, half_days_of
from clais.exchange.training.workflow import OPEN, RUN
from clais.registry.queries import OpenPlatform
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, relative_day, short_day
from support_center.training.queries import Attendee, lacks_people

ENDING = (30, 60, 90)
"""Within so many days certificates end, as the centre looks ahead."""


class RunLine(NamedTuple):
    """A session in a list: its course, days and place, where it stands, and the one act."""

    title: str
    url: str
    tag: str
    tag_kind: str
    why: str
    act: str
    act_url: str
    lacks: str


def run_line(run: CourseRun, course: Course | None) -> RunLine:
    """A session in words."""
    page = url_for("training.run", course_run_id=run.id)
    act, act_url = _("Look at it"), page
    if run.state in OPEN and run.starts_on <= today() <= run.ends_on:
        act, act_url = _("Who is there?"), url_for("training.presence", course_run_id=run.id)
    elif run.state in OPEN and run.ends_on < today():
        act, act_url = _(RUN.label_of("close")), url_for("training.close", course_run_id=run.id)
    why = " · ".join((days_text(run), run.place, seats_text(run)))
    lacks = ""
    if lacks_people(run):
        lacks = ngettext(
            "%(num)d person of the %(minimum)s that it needs",
            "%(num)d people of the %(minimum)s that it needs",
            run.seats_taken,
            minimum=run.minimum,
        )
    return RunLine(course.title if course else _("Session"), page, *run_tag(run), why, act, act_url, lacks)


class Mark(NamedTuple):
    """A presence in the table of a session: a sign, and what it means."""

    sign: str
    words: str
    kind: str


SAID = {True: Mark("✓", "", "yes"), False: Mark("✕", "", "no")}


class AttendeeLine(NamedTuple):
    """Someone who is registered: name, platform, where they stand, who was there when."""

    key: UUID
    name: str
    place: str
    tag: str
    tag_kind: str
    marks: tuple[Mark, ...]
    url: str


def half_day_heads(run: CourseRun) -> list[tuple[HalfDay, str, str, bool]]:
    """The columns of the table of presence: a half-day, its day and half in words, whether it has begun."""
    return [(one, short_day(one.day), _(HALVES[one.half]), one.begins <= now()) for one in half_days_of(run.half_days)]


def attendee_line(one: Attendee, run: CourseRun, platforms: Mapping[str, str]) -> AttendeeLine:
    """Someone who is registered, in words."""
    presence = one.seat.presence if one.seat else {}
    marks = tuple(_mark(half_day, presence) for half_day in half_days_of(run.half_days))
    registration = one.registration
    return AttendeeLine(
        registration.id,
        registration.member_name or _("an agent who has left"),
        platforms.get(str(registration.tenant_id), ""),
        *registration_tag(registration, one.seat, run),
        marks,
        url_for("training.holder", registration_id=registration.id),
    )


def _mark(half_day: HalfDay, presence: Mapping[str, bool]) -> Mark:
    said = presence.get(half_day.code)
    if said is None:
        if half_day.begins > now():
            return Mark("", _("to come"), "ahead")
        return Mark("?", _("not said yet"), "unsaid")
    return SAID[said]._replace(words=_("there") if said else _("not there"))


class CertificateLine(NamedTuple):
    """A certificate in a list."""

    holder: str
    place: str
    course: str
    tag: str
    tag_kind: str
    until: str
    why: str
    kind: str
    url: str


def certificate_line(certificate: Certificate, platforms: Mapping[str, str]) -> CertificateLine:
    """A certificate in words."""
    return CertificateLine(
        certificate.holder_name or _("an agent who has left"),
        platforms.get(str(certificate.to_tenant_id), ""),
        certificate.course_title,
        *certificate_tag(certificate),
        exact_day(certificate.valid_until),
        relative_day(certificate.valid_until),
        _(KINDS[certificate.kind]),
        url_for("training.certificate", certificate_id=certificate.id),
    )


class Ending(NamedTuple):
    """A platform in the list of what ends: how many certificates are in grace, or end within 30, 60 and 90 days."""

    name: str
    counts: tuple[int, ...]


def endings(certificates: Iterable[Certificate], platforms: Sequence[OpenPlatform]) -> list[Ending]:
    """Platform → how many of its certificates are in grace or end within ENDING days, those with one at least."""
    days: dict[UUID, list[date]] = {}
    for certificate in certificates:
        days.setdefault(certificate.to_tenant_id, []).append(certificate.valid_until)
    found = []
    for tenant in platforms:
        ends = days.get(tenant.id, [])
        in_grace = sum(end < today() for end in ends)
        counts = (sum(end <= today() + timedelta(days=ahead) for end in ends) - in_grace for ahead in ENDING)
        if ends:
            found.append(Ending(tenant.name, (in_grace, *counts)))
    return found
