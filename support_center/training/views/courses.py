from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.publications.instruments import requires_course
from clais.exchange.training.presentation import path_text
from clais.exchange.training.queries import course_of_basin, courses_of_basin, materials_of, runs_of_course
from clais.exchange.training.workflow import COURSE, WRITE
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.text import is_web_address
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, state_conflict
from clais.web.context import actor, database
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused
from support_center.training.actions import courses as actions
from support_center.training.conflicts import save_course
from support_center.training.evaluations import evaluation_of
from support_center.training.forms import course_facts, course_values, form_of_course
from support_center.training.lookups import own_course
from support_center.training.queries import going_to
from support_center.training.rows import run_line
from support_center.training.schemas import MaterialSchema

pages = Pages()
READ = "training.read"
REFUSALS = {
    "code_taken": N_("Another course has this code."),
    "required": N_("An instrument requires the certificate of this course under this code: both stay."),
}
TAGS = {"draft": "wait", "published": "done", "withdrawn": ""}


@pages.page("/formation-des-agents/cours", READ)
def courses() -> Response:
    """The courses of the centre."""
    found = courses_of_basin(database(), only_published=False)
    return render(
        "training/courses.html",
        courses=[(course, _(COURSE.states[course.state]), TAGS[course.state], path_text(course)) for course in found],
        may_write=actor().may(WRITE),
    )


@pages.form("/formation-des-agents/cours/nouveau", WRITE)
def new_course() -> Response:
    """Write a course; it is a draft until it is published."""
    session = database()
    schema = form_of_course(session)
    form = Form(schema)
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            try:
                course = actions.create_course(session, actor(), course_facts(form.data))
            except Refused as refused:
                form.add_error("code", _(REFUSALS[refused.code]))
            else:
                flash(_("Written. The platforms read it once it is published."), "done")
                return redirect_after_post(url_for("training.course", course_id=course.id))
    return form_page(form, _("New course"), url_for("training.courses"))


@pages.page("/formation-des-agents/cours/<uuid:course_id>", READ)
def course(course_id: UUID) -> Response:
    """A course: what it teaches, its documents, its sessions."""
    session, found = database(), own_course(course_id)
    first = course_of_basin(session, found.renews_id) if found.renews_id else None
    runs = runs_of_course(session, found)
    return render(
        "training/course.html",
        course=found,
        first=first,
        path=path_text(found),
        state=(_(COURSE.states[found.state]), TAGS[found.state]),
        buttons=COURSE.buttons(found, actor().permissions),
        materials=materials_of(session, found),
        is_web_address=is_web_address,
        runs=[run_line(run, found) for run in runs],
        may_write=actor().may(WRITE),
        said=evaluation_of(session, services().keyring, [one.id for one in runs if one.state == "held"])
        if found.evaluation_id
        else None,
        withdrawing=_withdrawing(going_to(session, runs), required=requires_course(session, found.code)),
    )


def _withdrawing(going: int, *, required: bool) -> str:
    """What withdrawing a course means, and for how many."""
    rest = _("The platforms find it only for its last sessions, which go on.")
    if required:
        rest += " " + _("An instrument requires its certificate: who does not hold it cannot get it any more.")
    if not going:
        return rest
    people = ngettext(
        "%(num)d person is registered for its sessions to come.",
        "%(num)d people are registered for its sessions to come.",
        going,
    )
    return f"{people} {rest}"


@pages.form("/formation-des-agents/cours/<uuid:course_id>/modification", WRITE)
def edit_course(course_id: UUID) -> Response:
    """Change a course; a version saved meanwhile is shown beside this one."""
    session, found = database(), own_course(course_id)
    schema = form_of_course(session, found)
    back = url_for("training.course", course_id=found.id)
    form = Form(schema, course_values(schema, found))
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            facts = course_facts(form.data)
            try:
                save_course(form, found, lambda: actions.edit_course(session, found, facts))
            except Refused as refused:
                form.add_error("code", _(REFUSALS[refused.code]))
            else:
                flash(_("Saved."), "done")
                return redirect_after_post(back)
    return form_page(form, _("Change %(name)s", name=found.title), back, version=form.version or found.version)


@pages.button("/formation-des-agents/cours/<uuid:course_id>/<any(publish, withdraw):step>", WRITE)
def move_course(course_id: UUID, step: str) -> Response:
    """Publish a course, or withdraw it."""
    found = own_course(course_id)
    back = url_for("training.course", course_id=found.id)
    try:
        actions.move_course(database(), actor(), found, step)
    except Refused as refused:
        facts = [(_("State"), _(COURSE.states[found.state]))]
        raise state_conflict(None, facts, back, saved_by(found.updated_at, found.id)) from refused
    flash(
        _("Published: the platforms of the basin read it now.")
        if step == "publish"
        else _("Withdrawn. The sessions that are planned go on."),
        "done",
    )
    return redirect_after_post(back)


@pages.form("/formation-des-agents/cours/<uuid:course_id>/documents/nouveau", WRITE)
def new_material(course_id: UUID) -> Response:
    """Publish a document of a course, or its next version."""
    found = own_course(course_id)
    back = url_for("training.course", course_id=found.id)
    form = Form(MaterialSchema())
    if request.method == "POST":
        form = Form.from_request(MaterialSchema(), request.form)
        if form.validate():
            try:
                material = actions.add_material(database(), actor(), found, form.data)
            except Refused:
                form.add_error("title", _("A colleague has just published a version: send yours again."))
            else:
                flash(_("Version %(number)s is published.", number=material.number), "done")
                return redirect_after_post(back)
    return form_page(form, _("New document: %(name)s", name=found.title), back)
