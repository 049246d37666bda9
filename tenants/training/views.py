from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.exchange.training.documents import certificate_document
from clais.exchange.training.evidence import evidence_document, with_evidence
from clais.exchange.training.models import Course
from clais.exchange.training.presentation import days_text, missing_text, path_text, registration_tag
from clais.exchange.training.queries import (
    awaits_people,
    certificates_received,
    course_of_basin,
    courses_by_id,
    courses_of_basin,
    holding,
    materials_of,
    own_registrations,
    runs_by_id,
    runs_of_course,
    runs_since,
    seats_received,
    sent_to_first_course,
)
from clais.exchange.training.workflow import ASK, GOING, OPEN, REGISTER, REGISTRATION
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.queries import team
from clais.services import services
from clais.text import is_web_address
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.self_assessments.sessions import asked_about, to_evaluate
from tenants.training import actions
from tenants.training.conflicts import registration_conflict
from tenants.training.lookups import (
    Opened,
    certificate_here,
    own_certificate,
    own_membership,
    read_course,
    read_run,
    registration_here,
)
from tenants.training.presentation import asked_text, registered_text
from tenants.training.rows import certificate_lines, registration_lines, run_lines, team_lines
from tenants.training.schemas import WhySchema, members_schema

pages = Pages()
SEE = "training.see"
MOST = 100


@pages.page("/formations", SEE)
def index() -> Response:
    """One's own registrations and certificates, the courses, and what waits for a coordinator."""
    session, me = database(), actor()
    every = own_registrations(session, None if me.may(REGISTER) else me.membership_id)
    mine = [one for one in every if one.membership_id == me.membership_id][:MOST]
    asked = [one for one in every if one.state == "asked"] if me.may(REGISTER) else []
    runs = runs_by_id(session, {one.course_run_id for one in (*mine, *asked)})
    named = courses_by_id(session, {one.course_id for one in (*mine, *asked)})
    seats = seats_received(session, [one.id for one in mine])
    waiting = to_evaluate(session, me.membership_id, asked_about(mine, runs, named), seats)
    ahead: dict[UUID, int] = {}
    # A course that is withdrawn is found as long as one can still go to its last sessions.
    for run in runs_since(session, today()):
        ahead[run.course_id] = ahead.get(run.course_id, 0) + (awaits_people(run) and run.closes_on >= today())
    courses = [
        one
        for one in courses_of_basin(session, only_published=False)
        if one.state == "published" or (one.state == "withdrawn" and one.id in ahead)
    ]
    held = certificates_received(session, membership_id=me.membership_id)
    return render(
        "registrations/index.html",
        mine=registration_lines(mine, seats, runs, named),
        asked=registration_lines(asked, {}, runs, named),
        to_evaluate=[(one, days_text(one.run)) for one in waiting],
        certificates=certificate_lines(held, with_evidence(session, held)),
        courses=[(course, path_text(course), ahead.get(course.id, 0)) for course in courses],
        may_register=me.may(REGISTER),
        label_of=REGISTRATION.label_of,
    )


@pages.page("/formations/cours/<uuid:course_id>", SEE)
def course(course_id: UUID) -> Response:
    """A course: what it teaches, its documents, the sessions to come."""
    session, found = database(), read_course(course_id)
    return render(
        "registrations/course.html",
        **_shown(found),
        materials=materials_of(session, found),
        is_web_address=is_web_address,
    )


def _shown(found: Course) -> dict[str, Any]:
    session, me = database(), actor()
    runs = [run for run in runs_of_course(session, found) if run.ends_on >= today() and run.state != "held"]
    own = [one for one in own_registrations(session, me.membership_id) if one.course_id == found.id]
    seats = seats_received(session, [one.id for one in own])
    by_run = {run.id: run for run in runs}
    mine = {
        one.course_run_id: registration_tag(one, seats.get(one.id), by_run.get(one.course_run_id))[0]
        for one in own
        if one.state in GOING
    }
    held = holding(session, me.membership_id, found.certified_id, today())
    return {
        "course": found,
        "first": course_of_basin(session, found.renews_id) if found.renews_id else None,
        "runs": run_lines(reversed(runs), mine),
        "missing": missing_text(held) if found.certificate_months else "",
        "may_register": me.may(REGISTER),
    }


@pages.button("/formations/sessions/<uuid:course_run_id>/demande", ASK)
def ask(course_run_id: UUID) -> Response:
    """Ask for a seat for oneself."""
    opened = read_run(course_run_id)
    try:
        registration = actions.ask(database(), actor(), opened.run, own_membership())
    except Refused as refused:
        flash(_WHY[refused.code](), "wait")
    else:
        flash(asked_text(registration.state, is_full=opened.run.seats_taken >= opened.run.seats), "done")
    return redirect_after_post(url_for("registrations.course", course_id=opened.course.id))


_WHY = {
    "over": lambda: _("Registrations for this session are over."),
    "already": lambda: _("You are registered already."),
    "first_course": lambda: _(
        "This course renews a certificate that you do not hold on its first day: follow the first course."
    ),
}


@pages.form("/formations/sessions/<uuid:course_run_id>/inscription", REGISTER)
def register(course_run_id: UUID) -> Response:
    """Register colleagues, approved at once."""
    session, opened = database(), read_run(course_run_id)
    run = opened.run
    going = {
        one.membership_id for one in own_registrations(session) if one.course_run_id == run.id and one.state in GOING
    }
    colleagues = {str(member.id): member for member in team(session)}
    free = [(key, member.display_name) for key, member in colleagues.items() if member.id not in going]
    back = url_for("registrations.course", course_id=opened.course.id)
    form = Form(members_schema(free))
    if request.method == "POST":
        # Who was registered meanwhile is no error: they go.
        every = members_schema([(key, member.display_name) for key, member in colleagues.items()])
        form = Form.from_request(every, request.form)
        if form.validate():
            free_before = run.seats - run.seats_taken
            try:
                made = actions.register(session, actor(), run, [colleagues[key] for key in form.data["members"]])
            except Refused as refused:
                session.rollback()
                names = {key: colleagues[key].display_name for key in form.data["members"]}
                form.add_error(None, _not_registered(refused, read_run(course_run_id), names))
            else:
                flash(registered_text(len(made), free_before), "done")
                return redirect_after_post(back)
    return render(
        "registrations/register.html",
        status=422 if form.errors else 200,
        form=form,
        course=opened.course,
        line=run_lines([run], {})[0],
        has_choice=bool(free),
        cancel_url=back,
    )


def _not_registered(refused: Refused, opened: Opened, names: Mapping[str, str]) -> str:
    if refused.code != "first_course":
        return _WHY[refused.code]()
    found = sent_to_first_course(database(), opened.course, opened.run, [UUID(key) for key in names])
    return _(
        "This course renews a certificate that some do not hold on its first day. The first course is for: %(names)s.",
        names=", ".join(names[str(key)] for key in found),
    )


@pages.button("/formations/inscriptions/<uuid:registration_id>/approbation", REGISTER)
def approve(registration_id: UUID) -> Response:
    """Let an agent go."""
    registration = registration_here(registration_id)
    try:
        run = actions.approve(database(), actor(), registration)
    except (Refused, StaleDataError) as error:
        if not _is_over(error):
            raise registration_conflict(registration_id, None) from error
        flash(_("The session has begun or is cancelled: nobody can be approved for it any more."), "wait")
        return redirect_after_post(url_for("registrations.index"))
    flash(
        _("Approved. The session is full: the agent goes on the waiting list.")
        if run.seats_taken >= run.seats
        else _("Approved. The centre gives the seat, and the convocation comes by mail."),
        "done",
    )
    return redirect_after_post(url_for("registrations.index"))


def _is_over(error: Exception) -> bool:
    return isinstance(error, Refused) and error.code == "over"


@pages.form("/formations/inscriptions/<uuid:registration_id>/refus", REGISTER)
def decline(registration_id: UUID) -> Response:
    """Say no, and why."""
    return _end(registration_id, "decline")


@pages.form("/formations/inscriptions/<uuid:registration_id>/annulation", ASK)
def cancel(registration_id: UUID) -> Response:
    """Take a registration back: one's own, or a colleague's for a coordinator."""
    return _end(registration_id, "cancel")


def _end(registration_id: UUID, step: str) -> Response:
    registration = registration_here(registration_id)
    form = Form(WhySchema())
    if request.method == "POST":
        form = Form.from_request(WhySchema(), request.form)
        if form.validate():
            act = actions.decline if step == "decline" else actions.cancel
            try:
                act(database(), actor(), registration, form.data["reason"])
            except (Refused, StaleDataError) as error:
                if not _is_over(error):
                    raise registration_conflict(registration_id, form) from error
                flash(_("The session has begun or is cancelled: nothing is taken back any more."), "wait")
                return redirect_after_post(url_for("registrations.index"))
            flash(_("Declined.") if step == "decline" else _("Cancelled: the seat is for someone else."), "done")
            return redirect_after_post(url_for("registrations.index"))
    found = course_of_basin(database(), registration.course_id)
    return render(
        "registrations/end.html",
        status=422 if form.errors else 200,
        form=form,
        heading=_(REGISTRATION.label_of(step)),
        who=registration.member_name,
        course=found.title if found else "",
    )


@pages.page("/formations/equipe", REGISTER)
def members() -> Response:
    """Who holds which certificate, who lacks what; every registration that is going."""
    session = database()
    courses = [one for one in courses_of_basin(session) if one.certificate_months and one.renews_id is None]
    going = [one for one in own_registrations(session) if one.state in GOING]
    runs = {
        key: run for key, run in runs_by_id(session, {one.course_run_id for one in going}).items() if run.state in OPEN
    }
    going = [one for one in going if one.course_run_id in runs]
    seats = seats_received(session, [one.id for one in going])
    return render(
        "registrations/members.html",
        courses=courses,
        label_of=REGISTRATION.label_of,
        lines=team_lines(team(session), courses, certificates_received(session)),
        going=registration_lines(going, seats, runs, courses_by_id(session, {one.course_id for one in going})),
    )


@pages.page("/formations/certificats/<uuid:certificate_id>", SEE)
def certificate(certificate_id: UUID) -> Response:
    """The certificate as a PDF."""
    return certificate_document(certificate_here(certificate_id))


@pages.page("/formations/certificats/<uuid:certificate_id>/preuve", SEE)
def evidence(certificate_id: UUID) -> Response:
    """The document behind one's own certificate from before."""
    return evidence_document(database(), services().keyring, own_certificate(certificate_id))
