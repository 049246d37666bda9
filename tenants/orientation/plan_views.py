from collections.abc import Mapping
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.web.context import actor, database
from clais.web.errors import StaleEdit
from clais.web.forms import Form
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation import plan_actions as actions
from tenants.orientation import queries, sections
from tenants.orientation.choices import OUTCOMES, WHO
from tenants.orientation.feature import (
    file_url,
    no_one_else_saved,
    orientation,
    person_of_page,
    plan_of,
    refusal,
    say,
)
from tenants.orientation.models import ActionPlan
from tenants.orientation.movement import obstacles
from tenants.orientation.plan_actions import NewObjective, NewStep
from tenants.orientation.review import review_day
from tenants.orientation.schemas import EvaluationSchema, NewPlanSchema, PlanSchema, SignatureSchema
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

MOST_PROPOSED = 3


@orientation.form("/personnes/<uuid:person_id>/plan/nouveau", "orientation.write")
def new_plan(person_id: UUID) -> AnyResponse:
    """The plan that follows from the decision: its goal, and an objective proposed for each heavy obstacle."""
    person = person_of_page(person_id)
    if person.stage not in OPEN_STAGES:
        say(refusal("closed_file"), "wait")
        return redirect_after_post(file_url(person.id))
    if request.method == "GET":
        return _new_plan_page(person, Form(NewPlanSchema(), _proposal(person)))
    form = Form.from_request(NewPlanSchema(), request.form)
    if not form.validate():
        return _new_plan_page(person, form, status=422)
    objectives = [
        NewObjective(
            row["text"],
            row["dimension"],
            (NewStep(row["step"], row["who"], row["due_on"]),) if row["step"] else (),
        )
        for row in form.data["objectives"]
    ]
    try:
        with no_one_else_saved(url_for(".new_plan", person_id=person.id)):
            actions.start_plan(
                database(),
                person,
                actor(),
                goal=form.data["goal"],
                review_on=form.data["review_on"],
                objectives=objectives,
            )
    except Refused as refused:
        say(refusal(refused.code), "wait")
        return redirect_after_post(file_url(person.id))
    say(_("The plan has started. Complete it, print it, have it signed."))
    return redirect_after_post(url_for("orientation.plan", person_id=person.id))


def _proposal(person: Person) -> dict[str, object]:
    session = database()
    decision, bilan = queries.latest_decision(session, person.id), queries.latest_bilan(session, person.id)
    answers = queries.answers_of(session, [bilan])[bilan.id] if bilan else {}
    return {
        "goal": decision.goal if decision else "",
        "review_on": review_day(session, today()),
        "objectives": [
            {"text": _(found.objective), "dimension": found.code, "who": "person"}
            for found in obstacles(answers)[:MOST_PROPOSED]
        ]
        or [{"who": "person"}],
    }


def _new_plan_page(person: Person, form: Form, *, status: int = 200) -> Response:
    replaced = queries.current_plan(database(), person.id)
    return render("orientation/plan_new.html", status=status, person=person, form=form, replaced=replaced)


@orientation.page("/personnes/<uuid:person_id>/plan", "orientation.read")
def plan(person_id: UUID) -> Response:
    """The plan to work on, and those before it."""
    return plan_page(person_of_page(person_id))


def plan_page(
    person: Person,
    *,
    status: int = 200,
    signature: Form | None = None,
    corrected: Mapping[UUID | str, Form] | None = None,
    touched: UUID | None = None,
) -> Response:
    """The page of the open plan, or its part that htmx replaces.

    `corrected` are forms to correct, by objective; `touched` is the step that was just moved and keeps the focus.
    """
    session = database()
    every = queries.plans(session, person.id)
    shown = next((found for found in every if found.state == "open"), None)
    parts = sections.plan_on_file(session, person, actor()) if shown else None
    return render(
        "orientation/plan.html",
        ("orientation/_plan_steps.html", "orientation/_plan.html"),
        status=status,
        person=person,
        section=parts,
        earlier=[found for found in every if found is not shown],
        evaluations=queries.evaluations(session, [found.id for found in every]),
        outcomes=OUTCOMES,
        forms=sections.step_forms(parts) | dict(corrected or {}),
        signature=signature or Form(SignatureSchema(), {"signed_on": today(), "manner": "paper"}),
        touched=touched,
    )


@orientation.page("/personnes/<uuid:person_id>/plan/imprimer", "orientation.read")
def print_plan(person_id: UUID) -> Response:
    """The plan on paper, in plain words and big type, for the candidate."""
    person = person_of_page(person_id)
    found = plan_of(person)
    return render("orientation/plan_print.html", person=person, section=sections.plan_parts(database(), found), who=WHO)


@orientation.form("/personnes/<uuid:person_id>/plan/modification", "orientation.write")
def edit_plan(person_id: UUID) -> AnyResponse:
    """Another goal, another day to look at it."""
    person = person_of_page(person_id)
    found = plan_of(person)
    if request.method == "GET":
        form = Form(PlanSchema(), {"goal": found.goal, "review_on": found.review_on})
        return render("orientation/plan_edit.html", person=person, plan=found, form=form)
    form = Form.from_request(PlanSchema(), request.form)
    if not form.validate():
        return render("orientation/plan_edit.html", status=422, person=person, plan=found, form=form)
    reload_url = url_for(".edit_plan", person_id=person.id)
    if form.version != str(found.version):
        raise StaleEdit(yours=[(_("Goal"), form.data["goal"])], theirs=[(_("Goal"), found.goal)], reload_url=reload_url)
    with no_one_else_saved(reload_url):
        actions.change_plan(database(), found, **form.data)
    say(_("The plan is changed."))
    return redirect_after_post(url_for("orientation.plan", person_id=person.id))


@orientation.post("/personnes/<uuid:person_id>/plan/signature", "orientation.write")
def sign_plan(person_id: UUID) -> AnyResponse:
    """The candidate signed, on paper or here."""
    person = person_of_page(person_id)
    found = plan_of(person)
    form = Form.from_request(SignatureSchema(), request.form)
    if not form.validate():
        return plan_page(person, status=422, signature=form)
    here = url_for("orientation.plan", person_id=person.id)
    if form.version != str(found.version):
        # One signs what one read: a plan that changed meanwhile has to be read again.
        raise StaleEdit(reload_url=here)
    with no_one_else_saved(here):
        actions.sign_plan(database(), found, **form.data)
    say(_("The signature is recorded."))
    return redirect_after_post(here)


@orientation.form("/personnes/<uuid:person_id>/plan/evaluation", "orientation.write")
def evaluate_plan(person_id: UUID) -> AnyResponse:
    """Look at the plan together, every three months at least."""
    person = person_of_page(person_id)
    found = plan_of(person)
    if request.method == "GET":
        session = database()
        form = Form(EvaluationSchema(), {"evaluated_on": today(), "next_review_on": review_day(session, today())})
        return _evaluation_page(person, found, form)
    form = Form.from_request(EvaluationSchema(), request.form)
    if not form.validate():
        return _evaluation_page(person, found, form, status=422)
    here = url_for(".evaluate_plan", person_id=person.id)
    if form.version != str(found.version):
        raise StaleEdit(reload_url=here)
    data = form.data | {"in_person": form.data["in_person"] == "yes"}
    with no_one_else_saved(here):
        actions.evaluate_plan(database(), found, actor(), **data)
    if found.state == "open":
        say(_("The evaluation is recorded."))
        return redirect_after_post(url_for("orientation.plan", person_id=person.id))
    say(_("The evaluation is recorded and the plan is closed."))
    return redirect_after_post(file_url(person.id))


def _evaluation_page(person: Person, found: ActionPlan, form: Form, *, status: int = 200) -> Response:
    parts = sections.plan_parts(database(), found)
    return render("orientation/evaluation_form.html", status=status, person=person, section=parts, form=form)
