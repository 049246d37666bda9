"""Registrations, sessions and certificates as a platform lists them, and who lacks what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.clock import today
from clais.exchange.training.models import Certificate, Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.presentation import (
    certificate_tag,
    days_text,
    holding_tag,
    missing_text,
    registration_tag,
    run_tag,
    seats_text,
    validity_text,
)
from clais.exchange.training.queries import awaits_people, holding_of, is_ahead, period_of
from clais.exchange.training.rules.periods import standing_of
from clais.exchange.training.workflow import GOING
from clais.identity.models import Membership
from clais.translation import gettext as _
from clais.web.formatting import near_day


class RegistrationLine(NamedTuple):
    """A registration: who, which course, where it stands, and what can be done with it."""

    key: UUID
    who: str
    course: str
    url: str
    tag: str
    tag_kind: str
    why: str
    may_cancel: bool
    may_approve: bool
    version: int


def registration_lines(
    registrations: Iterable[Registration],
    seats: Mapping[UUID, CourseSeat],
    runs: Mapping[UUID, CourseRun],
    courses: Mapping[UUID, Course],
) -> list[RegistrationLine]:
    """Registrations in words."""
    found = []
    for one in registrations:
        run, course = runs.get(one.course_run_id), courses.get(one.course_id)
        ahead = run is not None and is_ahead(run)
        why = " · ".join((days_text(run), run.place)) if run else ""
        line = RegistrationLine(
            one.id,
            one.member_name or _("an agent who has left"),
            course.title if course else _("Course"),
            url_for("registrations.course", course_id=one.course_id),
            *registration_tag(one, seats.get(one.id), run),
            why,
            ahead and one.state in GOING,
            run is not None and awaits_people(run),
            one.version,
        )
        found.append(line)
    return found


class RunLine(NamedTuple):
    """A session that one may register for: days, place, seats."""

    key: UUID
    days: str
    place: str
    tag: str
    tag_kind: str
    seats: str
    is_full: bool
    until: str
    is_open: bool
    mine: str


def run_lines(runs: Iterable[CourseRun], mine: Mapping[UUID, str]) -> list[RunLine]:
    """Sessions in words; `mine` is session → where one's own registration stands."""
    return [
        RunLine(
            run.id,
            days_text(run),
            run.place,
            *run_tag(run),
            seats_text(run),
            run.seats_taken >= run.seats,
            near_day(run.closes_on),
            awaits_people(run) and run.closes_on >= today(),
            mine.get(run.id, ""),
        )
        for run in runs
    ]


class CertificateLine(NamedTuple):
    """A certificate of one's own: what it says, as a sentence."""

    course: str
    tag: str
    tag_kind: str
    why: str
    number: str
    url: str
    evidence_url: str


def certificate_lines(certificates: Iterable[Certificate], proved: Collection[UUID] = ()) -> list[CertificateLine]:
    """Certificates in words; there is a document behind those that are `proved`."""
    return [
        CertificateLine(
            one.course_title,
            *certificate_tag(one),
            validity_text(one, standing_of(period_of(one), today())),
            one.number,
            url_for("registrations.certificate", certificate_id=one.id),
            url_for("registrations.evidence", certificate_id=one.id) if one.id in proved else "",
        )
        for one in certificates
    ]


class Cell(NamedTuple):
    """What a member holds of a course: a tag, and what is missing."""

    tag: str
    tag_kind: str
    until: str
    missing: str


class TeamLine(NamedTuple):
    """A member of the platform, with a cell for each course that gives a certificate."""

    name: str
    cells: tuple[Cell, ...]


def team_lines(
    members: Sequence[Membership], courses: Sequence[Course], certificates: Sequence[Certificate]
) -> list[TeamLine]:
    """Who holds what, and who lacks what."""
    held: dict[tuple[UUID, UUID], list[Certificate]] = {}
    for one in certificates:
        held.setdefault((one.membership_id, one.course_id), []).append(one)
    return [
        TeamLine(member.display_name, tuple(_cell(held.get((member.id, course.id), [])) for course in courses))
        for member in members
    ]


def _cell(certificates: Sequence[Certificate]) -> Cell:
    holding = holding_of(certificates, today())
    until = near_day(holding.until) if holding.until and holding.counts else ""
    return Cell(*holding_tag(holding), until, missing_text(holding))
