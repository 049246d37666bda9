"""Add and change objectives and steps in their row. Without JavaScript, each form is a page of its own."""

from collections.abc import Callable
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import is_partial_request, redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation.actions import plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.conflicts import (
    objective_conflict,
    open_plan_or_conflict,
    plan_conflict,
    step_conflict,
    step_values,
)
from tenants.orientation.lookups import person_of_page, plan_of
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.orientation.refusals import refusal
from tenants.orientation.schemas import AddedObjectiveSchema, ObjectiveTextSchema, StepSchema
from tenants.orientation.sections import OBJECTIVE_PREFIX, step_prefix
from tenants.orientation.views.plan import plan_page
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.sensitive.forms import blank_why, typed_writer, values_of
from tenants.sensitive.withholding import Writer, may_write

pages = Pages()

PLAN_PAGE = "orientation.plan"


@pages.form("/personnes/<uuid:person_id>/plan/objectifs/nouveau", "orientation.write")
def add_objective(person_id: UUID) -> AnyResponse:
    """Add an objective, with its first step if one is given."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        plan_of(person)
        form = Form(AddedObjectiveSchema(), blank_why(), prefix=OBJECTIVE_PREFIX)
        return _form_page(person, form, _("Add an objective"))
    form = Form.from_request(AddedObjectiveSchema(), request.form, prefix=OBJECTIVE_PREFIX)
    found = open_plan_or_conflict(person, form)
    if not form.validate():
        return _correct(person, form, _("Add an objective"), "new_objective")
    data, writer = form.data, typed_writer(form.data)
    steps = (NewStep(data["step"], data["who"], data["due_on"]),) if data["step"] else ()
    with conflict_if_closed(form, person):
        plans.add_objective(database(), found, NewObjective(data["text"], data["dimension"], steps, writer))
    return _plan_after(person)


@pages.form("/personnes/<uuid:person_id>/plan/objectifs/<uuid:objective_id>/modification", "orientation.write")
def edit_objective(person_id: UUID, objective_id: UUID) -> AnyResponse:
    """Change the text of an objective."""
    person, found, objective = _objective(person_id, objective_id)
    title = _("Change an objective")
    if not may_write(database(), actor(), person, objective, "text"):
        flash(refusal("sealed"), "wait")
        return _plan_after(person)
    if request.method == "GET":
        require_open(person)
        _require_open(found)
        form = Form(ObjectiveTextSchema(), values_of(person, (objective, "text")))
        return _form_page(person, form, title, version=objective.version)
    form = Form.from_request(ObjectiveTextSchema(), request.form)
    _require_open(found, person, form)
    if not form.validate():
        return _form_page(person, form, title, status=422)

    def conflict() -> StaleEdit:
        return objective_conflict(get_or_404(PlanObjective, objective_id), found, form, request.path)

    if form.version != str(objective.version):
        raise conflict()
    with conflict_if_closed(form, person), optimistic_write(conflict):
        writer = typed_writer(form.data)
        plans.change_objective(database(), found, objective, **form.data, writer=writer)
    return _plan_after(person)


@pages.button("/personnes/<uuid:person_id>/plan/objectifs/<uuid:objective_id>/retrait", "orientation.write")
def remove_objective(person_id: UUID, objective_id: UUID) -> AnyResponse:
    """Remove an objective without steps from the plan."""
    person, found, objective = _objective(person_id, objective_id)
    _require_open(found)
    writer = Writer(actor(), services().keyring)
    return _apply_click(person, lambda: plans.remove_objective(database(), found, objective, writer))


@pages.form("/personnes/<uuid:person_id>/plan/objectifs/<uuid:objective_id>/etapes", "orientation.write")
def add_step(person_id: UUID, objective_id: UUID) -> AnyResponse:
    """Add a step to an objective."""
    person, found, objective = _objective(person_id, objective_id)
    prefix = step_prefix(objective.id)
    if request.method == "GET":
        require_open(person)
        _require_open(found)
        return _form_page(person, Form(StepSchema(), prefix=prefix), _("Add a step"))
    form = Form.from_request(StepSchema(), request.form, prefix=prefix)
    _require_open(found, person, form)
    if not form.validate():
        return _correct(person, form, _("Add a step"), objective.id)
    with conflict_if_closed(form, person):
        plans.add_step(database(), found, objective, NewStep(**form.data))
    return _plan_after(person)


@pages.form("/personnes/<uuid:person_id>/plan/etapes/<uuid:step_id>/modification", "orientation.write")
def edit_step(person_id: UUID, step_id: UUID) -> AnyResponse:
    """Change a step in its row."""
    person, found, step = _step(person_id, step_id)
    prefix = step_prefix(step.id)
    if request.method == "GET":
        require_open(person)
        _require_open(found)
        return _step_form(person, step, Form(StepSchema(), step_values(step), prefix=prefix))
    form = Form.from_request(StepSchema(), request.form, prefix=prefix)
    _require_open(found, person, form)
    if not form.validate():
        answer = _step_form(person, step, form, status=422)
        answer.headers["HX-Retarget"] = f"#step-{step.id}"
        return answer

    def conflict() -> StaleEdit:
        return step_conflict(get_or_404(PlanStep, step_id), form, url_for(PLAN_PAGE, person_id=person_id))

    if form.version != str(step.version):
        raise conflict()
    with conflict_if_closed(form, person), optimistic_write(conflict):
        plans.change_step(database(), found, step, NewStep(**form.data))
    return _plan_after(person)


@pages.button("/personnes/<uuid:person_id>/plan/etapes/<uuid:step_id>/realisation", "orientation.write")
def finish_step(person_id: UUID, step_id: UUID) -> AnyResponse:
    return _move(person_id, step_id, "finish")


@pages.button("/personnes/<uuid:person_id>/plan/etapes/<uuid:step_id>/abandon", "orientation.write")
def drop_step(person_id: UUID, step_id: UUID) -> AnyResponse:
    return _move(person_id, step_id, "drop")


@pages.button("/personnes/<uuid:person_id>/plan/etapes/<uuid:step_id>/reprise", "orientation.write")
def take_up_step(person_id: UUID, step_id: UUID) -> AnyResponse:
    return _move(person_id, step_id, "take_up")


def _move(person_id: UUID, step_id: UUID, transition: str) -> AnyResponse:
    person, found, step = _step(person_id, step_id)
    _require_open(found)
    return _apply_click(person, lambda: plans.move_step(database(), found, step, transition, actor()), touched=step.id)


def _objective(person_id: UUID, objective_id: UUID) -> tuple[Person, ActionPlan, PlanObjective]:
    person, objective = person_of_page(person_id), get_or_404(PlanObjective, objective_id)
    return person, theirs_or_404(person, get_or_404(ActionPlan, objective.action_plan_id)), objective


def _step(person_id: UUID, step_id: UUID) -> tuple[Person, ActionPlan, PlanStep]:
    step = get_or_404(PlanStep, step_id)
    person, found, _of = _objective(person_id, step.objective_id)
    return person, found, theirs_or_404(person, step)


def _require_open(found: ActionPlan, person: Person | None = None, form: Form | None = None) -> None:
    """Refuse a closed plan: StateConflict, with what was typed, when `form` is given; 404 otherwise."""
    if found.state == "open":
        return
    if person is not None and form is not None:
        raise plan_conflict(person, form)
    abort(404)


def _apply_click(person: Person, act: Callable[[], object], *, touched: UUID | None = None) -> AnyResponse:
    """Run the act of a button; when a colleague was first, show the present plan with a message."""
    try:
        act()
        database().flush()
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    except StaleDataError:
        database().rollback()
        flash(refusal("wrong_state"), "wait")
    return _plan_after(person, touched=touched)


def _plan_after(person: Person, *, touched: UUID | None = None) -> AnyResponse:
    """The present plan: a fragment for htmx, a redirect otherwise."""
    if is_partial_request():
        return plan_page(person, touched=touched)
    return redirect_after_post(url_for(PLAN_PAGE, person_id=person.id))


def _correct(person: Person, form: Form, title: str, key: UUID | str) -> Response:
    """The form with its errors: in the plan for htmx, on its own page otherwise."""
    if is_partial_request():
        return plan_page(person, status=422, corrected={key: form})
    return _form_page(person, form, title, status=422)


def _form_page(person: Person, form: Form, title: str, *, status: int = 200, version: int | None = None) -> Response:
    if request.method == "GET" and is_partial_request():
        # htmx resubmitted a form that was already saved: show the resulting plan.
        return plan_page(person)
    return render(
        "orientation/plan_part_form.html", status=status, person=person, form=form, title=title, version=version
    )


def _step_form(person: Person, step: PlanStep, form: Form, *, status: int = 200) -> Response:
    return render(
        "orientation/step_form.html",
        "orientation/_step_form.html",
        status=status,
        person=person,
        step=step,
        form=form,
    )
