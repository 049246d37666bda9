"""What training puts on a day: requests to approve, sessions that begin soon, certificates to renew."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.training.models import Certificate, Course, CourseRun, Registration
from clais.exchange.training.presentation import certificate_tag, days_text, missing_text, validity_text
from clais.exchange.training.queries import (
    awaits_people,
    certificates_received,
    courses_by_id,
    holding_of,
    own_registrations,
    period_of,
    runs_by_id,
    seats_received,
)
from clais.exchange.training.rules.periods import Path, standing_of
from clais.exchange.training.workflow import GOING, OPEN, REGISTER
from clais.feature.day import MOST, NEWS, SOON, TODAY, Waiting, Words
from clais.translation import gettext as _
from tenants.self_assessments.sessions import ToEvaluate, asked_about, to_evaluate

NEAR = timedelta(days=7)


def training_of_member(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """What waits for a member: their sessions and certificates, and what colleagues ask for who approves."""
    registrations = own_registrations(session, None if actor.may(REGISTER) else actor.membership_id)
    runs = runs_by_id(session, {one.course_run_id for one in registrations if one.state in GOING})
    courses = courses_by_id(session, {run.course_id for run in runs.values()})
    mine = [one for one in registrations if one.membership_id == actor.membership_id and one.state == "approved"]
    near = [one for one in mine if _is_near(runs.get(one.course_run_id))]
    over = asked_about(mine, runs, courses)
    seats = seats_received(session, [*(one.id for one in near), *over])
    if actor.may(REGISTER):
        for one in [one for one in registrations if one.state == "asked"][:MOST]:
            run = runs.get(one.course_run_id)
            if run is not None and awaits_people(run):
                yield _to_approve(one, run, courses[run.course_id])
    for one in near:
        if one.id in seats and seats[one.id].state == "seated":
            run = runs[one.course_run_id]
            yield _session(run, courses[run.course_id])
    for ended in to_evaluate(session, actor.membership_id, over, seats):
        yield _to_evaluate(ended)
    yield from _to_renew(session, actor)


def _is_near(run: CourseRun | None) -> bool:
    return run is not None and run.state in OPEN and run.starts_on <= today() + NEAR and run.ends_on >= today()


def _to_approve(one: Registration, run: CourseRun, course: Course) -> Waiting:
    page = url_for("registrations.index")
    why = _("Asks for a seat: %(title)s, %(days)s.", title=course.title, days=days_text(run))
    words = Words(why, _("Approve or decline"), page, _("to approve"), "wait", page)
    return Waiting(SOON, one.member_name, lambda: words, run.starts_on, subject=f"{one.id}", icon="mortarboard")


def _session(run: CourseRun, course: Course) -> Waiting:
    page = url_for("registrations.course", course_id=course.id)
    words = Words(f"{days_text(run)} · {run.place}", _("See the course"), page, _("training"), "here", page)
    urgency = TODAY if run.starts_on <= today() else SOON
    return Waiting(urgency, course.title, lambda: words, run.starts_on, subject=f"{run.id}", icon="mortarboard")


def _to_evaluate(ended: ToEvaluate) -> Waiting:
    page = url_for("registrations.index")
    why = _("You attended this session: say what you think of it. The centre reads numbers, and nobody's name.")
    words = Words(why, _("Evaluate"), page, _("to evaluate"), "wait", page)
    subject = f"{ended.run.id} evaluation"
    return Waiting(SOON, ended.course.title, lambda: words, ended.run.ends_on, subject=subject, icon="mortarboard")


def _to_renew(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    by_course: dict[object, list[Certificate]] = {}
    for one in certificates_received(session, membership_id=actor.membership_id):
        by_course.setdefault(one.course_id, []).append(one)
    for held in by_course.values():
        holding = holding_of(held, today())
        if holding.path is Path.RENEWAL and holding.until is not None:
            newest = held[0]
            subject = f"{newest.id} renewal"
            words = partial(_renewal, newest, missing_text(holding))
            yield Waiting(NEWS, newest.course_title, words, holding.until, subject=subject, icon="mortarboard")


def _renewal(certificate: Certificate, missing: str) -> Words:
    page = url_for("registrations.index")
    tag, kind = certificate_tag(certificate)
    sentence = validity_text(certificate, standing_of(period_of(certificate), today()))
    return Words(f"{sentence} {missing}", _("See the courses"), page, tag, kind, page)
