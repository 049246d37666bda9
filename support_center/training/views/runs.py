from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.clock import now, today
from clais.exchange.training.models import Course, CourseRun
from clais.exchange.training.presentation import days_text, missing_text, run_tag, seats_text
from clais.exchange.training.rules.half_days import begun, half_days_of
from clais.exchange.training.workflow import OPEN, RUN, WRITE
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import platforms_of
from clais.services import services
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.training.actions import presence as ends
from support_center.training.actions import runs as actions
from support_center.training.conflicts import move, run_state, save_run
from support_center.training.evaluations import evaluation_of
from support_center.training.forms import run_values
from support_center.training.lookups import own_course, own_run
from support_center.training.queries import attendees, holdings_then, may_be_certified, seats_of, with_holders
from support_center.training.rows import attendee_line, half_day_heads, run_line
from support_center.training.schemas import NothingSchema, ReasonSchema, RunSchema

pages = Pages()
READ = "training.read"


@pages.form("/formation-des-agents/cours/<uuid:course_id>/sessions/nouvelle", WRITE)
def new_run(course_id: UUID) -> Response:
    """Publish a session of a course."""
    course = own_course(course_id)
    back = url_for("training.course", course_id=course.id)
    form = Form(RunSchema())
    if request.method == "POST":
        form = Form.from_request(RunSchema(), request.form)
        if form.validate():
            try:
                run = actions.plan_run(database(), actor(), course, form.data)
            except Refused:
                form.add_error(None, _("Publish the course first: the platforms do not read it yet."))
            else:
                flash(_("The session is published."), "done")
                return redirect_after_post(url_for("training.run", course_run_id=run.id))
    return form_page(form, _("New session: %(name)s", name=course.title), back)


@pages.form("/formation-des-agents/sessions/<uuid:course_run_id>/modification", WRITE)
def edit_run(course_run_id: UUID) -> Response:
    """Change a session; who has a seat hears of other days or another place."""
    session, opened = database(), own_run(course_run_id)
    run = opened.run
    back = url_for("training.run", course_run_id=run.id)
    form = Form(RunSchema(), run_values(run))
    if request.method == "POST":
        form = Form.from_request(RunSchema(), request.form)
        if form.validate():
            try:
                save_run(form, run, lambda: actions.edit_run(session, run, opened.course, form.data))
            except Refused as refused:
                if refused.code != "seats_taken":
                    session.rollback()
                    raise run_state(course_run_id, form) from refused
                form.add_error("seats", _("%(taken)s seats are held.", taken=run.seats_taken))
            else:
                flash(_("Saved. Who has a seat hears of other days or another place by mail."), "done")
                return redirect_after_post(back)
    heading = _("Change the session: %(name)s", name=opened.course.title)
    return form_page(form, heading, back, version=form.version or run.version)


@pages.page("/formation-des-agents/sessions/<uuid:course_run_id>", READ)
def run(course_run_id: UUID) -> Response:
    """A session: who comes, who waits, who was there."""
    opened = own_run(course_run_id)
    said = None
    if opened.run.state == "held" and opened.course.evaluation_id:
        said = evaluation_of(database(), services().keyring, [opened.run.id])
    return render("training/run.html", **_shown(opened.run, opened.course), said=said)


@pages.page("/formation-des-agents/sessions/<uuid:course_run_id>/liste", READ)
def sheet(course_run_id: UUID) -> Response:
    """The list of presence that goes round the room, to print."""
    opened = own_run(course_run_id)
    return render("training/sheet.html", **_shown(opened.run, opened.course))


@pages.button("/formation-des-agents/sessions/<uuid:course_run_id>/confirmation", WRITE)
def confirm(course_run_id: UUID) -> Response:
    """Say that a session will be held."""
    opened = own_run(course_run_id)
    move(course_run_id, None, lambda: actions.confirm_run(database(), actor(), opened.run))
    flash(_("Confirmed: the platforms read it."), "done")
    return redirect_after_post(url_for("training.run", course_run_id=course_run_id))


@pages.form("/formation-des-agents/sessions/<uuid:course_run_id>/annulation", WRITE)
def cancel(course_run_id: UUID) -> Response:
    """Cancel a session, and say why."""
    opened = own_run(course_run_id)
    back = url_for("training.run", course_run_id=course_run_id)
    label, form = RUN.label_of("cancel"), Form(ReasonSchema())
    if request.method == "POST":
        form = Form.from_request(ReasonSchema(), request.form)
        if form.validate():
            reason = form.data["reason"]
            move(
                course_run_id,
                form,
                lambda: actions.cancel_run(database(), actor(), opened.run, opened.course, reason),
            )
            flash(_("Cancelled. Everyone who was going hears why, by mail."), "done")
            return redirect_after_post(back)
    return form_page(form, _(label), back, submit=_(label))


@pages.form("/formation-des-agents/sessions/<uuid:course_run_id>/cloture", WRITE)
def close(course_run_id: UUID) -> Response:
    """Close a session: who attended, and who is given a certificate, before it is done."""
    session, opened = database(), own_run(course_run_id)
    run, course = opened
    back = url_for("training.run", course_run_id=course_run_id)
    form = Form(NothingSchema())
    if request.method == "POST":
        form = Form.from_request(NothingSchema(), request.form)
        if form.validate():
            try:
                outcome = ends.close_run(session, actor(), run, course)
            except Refused as refused:
                session.rollback()
                if refused.code not in WHY:
                    raise run_state(course_run_id, form) from refused
                form.add_error(None, _(WHY[refused.code]))
            else:
                flash(_done(outcome), "done")
                return redirect_after_post(back)
    seats = seats_of(session, [run.id], "seated")
    held = with_holders(session, seats)
    there = [holder for seat, holder in held if ends.attended_enough(course, seat)]
    holdings = holdings_then(session, course, run, there)
    return render(
        "training/close.html",
        status=422 if form.errors else 200,
        run=run,
        course=course,
        form=form,
        there=[one.member_name for one in there],
        missing=[holder.member_name for seat, holder in held if not ends.attended_enough(course, seat)],
        without=[
            (one.member_name, missing_text(holdings[one.id]))
            for one in there
            if course.certificate_months and not may_be_certified(course, holdings[one.id])
        ],
        unsaid=ends.unsaid(run, seats),
        label=_(RUN.label_of("close")),
        back=back,
    )


WHY = {
    "not_begun": N_("The session is not over yet."),
    "unsaid": N_("Say first who was there on each half-day."),
    "given_meanwhile": N_("A colleague has just given one of these certificates: look at the list again."),
    "overlaps": N_("One of these agents holds a certificate that covers the same days."),
}


def _done(outcome: ends.Outcome) -> str:
    attended = ngettext("%(num)d person attended.", "%(num)d people attended.", outcome.attended)
    number = len(outcome.certificates)
    given = ngettext("%(num)d certificate is given.", "%(num)d certificates are given.", number)
    return f"{attended} {given}"


def _shown(run: CourseRun, course: Course) -> dict[str, Any]:
    """What the pages of a session show."""
    session = database()
    platforms = platforms_of(session, actor().basin_id)
    found = attendees(session, run)
    lines = [(one, attendee_line(one, run, platforms)) for one in found]
    states = ("seated", "attended", "absent")
    return {
        "run": run,
        "course": course,
        "line": run_line(run, course),
        "state": run_tag(run),
        "days": days_text(run),
        "seats": seats_text(run),
        "present": sum(one.seat is not None and one.seat.state == "attended" for one in found),
        "heads": half_day_heads(run),
        "people": [line for one, line in lines if one.seat and one.seat.state in states],
        "waiting": [line for one, line in lines if one.seat and one.seat.state == "waiting"],
        "others": [line for one, line in lines if not one.seat or one.seat.state == "released"],
        "buttons": RUN.buttons(run, actor().permissions),
        "label_of": RUN.label_of,
        "has_begun": bool(begun(half_days_of(run.half_days), now())),
        "is_over": run.ends_on <= today(),
        "is_open": run.state in OPEN,
        "may_write": actor().may(WRITE),
    }
