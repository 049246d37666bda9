from collections.abc import Mapping
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.forms.schemas import Schema
from clais.instruments.rules.dimensions import SENSITIVE
from clais.printing.engine import is_set_up
from clais.translation import gettext as _
from clais.web.conflicts import key_read, optimistic_write, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import is_partial_request, redirect_after_post, render
from clais.workflow import Refused
from tenants.obstacles.presentation import known_of
from tenants.obstacles.queries import changes_of
from tenants.orientation import queries, sections
from tenants.orientation.actions import plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.choices import OUTCOMES
from tenants.orientation.conflicts import open_plan_or_conflict, plan_conflict, plan_saved_by
from tenants.orientation.lookups import person_of_page, plan_of
from tenants.orientation.models import ActionPlan
from tenants.orientation.reviews import next_review_day
from tenants.orientation.rules.dimensions import Dimension
from tenants.orientation.rules.signed_text import HEIGHT, WIDTH
from tenants.orientation.schemas import (
    EvaluationSchema,
    NewPlanSchema,
    PlanSchema,
    ReviewDaySchema,
    SignatureSchema,
)
from tenants.orientation.signed import signature_of, signatures_of
from tenants.orientation.texts import in_clear, proposed_goal, reads_all, typed_writers, with_texts
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.queries import templates_here
from tenants.plan_templates.rules.filling import by_objective, in_order, rows_of
from tenants.printing.giving import give_on_paper
from tenants.printing.queries import printed_of
from tenants.sensitive.actions import NotOpen
from tenants.sensitive.forms import typed_writer, values_of
from tenants.sensitive.withholding import may_write

pages = Pages()

MOST_PROPOSED = 3


@pages.form("/personnes/<uuid:person_id>/plan/nouveau", "orientation.write")
def new_plan(person_id: UUID) -> AnyResponse:
    """Start a plan. The form proposes the goal of the decision, and an objective for the heaviest obstacles, or what
    the chosen template (`?modele=`) has.
    """
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        chosen = request.args.get("modele", type=UUID)
        return _new_plan_page(person, Form(NewPlanSchema(), _proposal(person, chosen)))
    form = Form.from_request(NewPlanSchema(), request.form)
    if not form.validate():
        return _new_plan_page(person, form, status=422)
    writer, sealing = typed_writers(form.data)
    objectives = [
        NewObjective(
            text,
            rows[0]["dimension"],
            tuple(NewStep(row["step"], row["who"], row["due_on"]) for row in rows if row["step"]),
            sealing if any(row["withheld"] for row in rows) else in_clear(sealing),
        )
        for text, rows in by_objective(form.data["objectives"], "text")
    ]
    try:
        with conflict_if_closed(form, person):
            plans.start_plan(
                database(),
                person,
                actor(),
                goal=form.data["goal"],
                review_on=form.data["review_on"],
                objectives=objectives,
                instead_of=key_read(form),
                writer=writer,
            )
    except Refused as refused:
        raise plan_conflict(person, form) from refused
    flash(_("The plan has started. Complete it, print it, have it signed."), "done")
    return redirect_after_post(url_for("orientation.plan", person_id=person.id))


def _proposal(person: Person, chosen: UUID | None) -> dict[str, object]:
    """The decided goal, and the objectives and steps of a template, or an objective for the heaviest obstacles.
    Sensitive dimensions are left out.
    """
    session = database()
    template = get_or_404(PlanTemplate, chosen) if chosen else None
    if template is not None:
        rows = rows_of(template.steps, template.dimension, today())
    else:
        found = [one for one in _hindering(person) if one.code not in SENSITIVE][:MOST_PROPOSED]
        rows = [{"text": _(one.objective), "dimension": one.code, "who": "person"} for one in found]
    return {
        **proposed_goal(person, (template and template.goal) or ""),
        "review_on": next_review_day(session, person, today()),
        "objectives": rows or [{"who": "person"}],
    }


def _hindering(person: Person) -> list[Dimension]:
    """What hinders someone today, the heaviest first."""
    session = database()
    known = known_of(session, queries.bilans(session, person.id), changes_of(session, person.id))
    return [one.dimension for one in known.present]


def _new_plan_page(person: Person, form: Form, *, status: int = 200) -> Response:
    replaced = queries.current_plan(database(), person.id)
    hindering = {one.code for one in _hindering(person)}
    return render(
        "orientation/plan_new.html",
        status=status,
        person=person,
        form=form,
        replaced=replaced,
        version=plans.key_of(replaced),
        templates=in_order(templates_here(database()), hindering),
        chosen=request.args.get("modele", type=UUID),
    )


@pages.page("/personnes/<uuid:person_id>/plan", "orientation.read")
def plan(person_id: UUID) -> Response:
    """The open plan, and the earlier ones."""
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
    parts = with_texts(person, sections.plan_on_file(session, person, actor())) if shown else None
    if parts is None and is_partial_request():
        abort(404)  # A part of a plan that is closed, or that nobody made.
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
        signatures=signatures_of(
            session,
            every,
            shown,
            parts,
            reads_sealed=any(found.signed_withheld_at for found in every) and reads_all(person),
        ),
        width=WIDTH,
        height=HEIGHT,
        touched=touched,
        in_place=is_partial_request(),
    )


@pages.page("/personnes/<uuid:person_id>/plan/imprimer", "orientation.read")
def print_plan(person_id: UUID) -> Response:
    """The printed plan for the candidate, in plain words and big type."""
    person = person_of_page(person_id)
    found = plan_of(person)
    return render(
        "orientation/plan_print.html",
        person=person,
        section=with_texts(person, sections.plan_parts(database(), found)),
        can_print=is_set_up(),
        printed=printed_of(database(), actor(), person.id, found.id),
    )


@pages.button("/personnes/<uuid:person_id>/plan/papier", "orientation.read")
def give_plan(person_id: UUID) -> AnyResponse:
    """The same as a PDF with the signature of the person, or the place for it, kept as it was given."""
    person = person_of_page(person_id)
    found = plan_of(person)
    parts = with_texts(person, sections.plan_parts(database(), found)) or {}
    signed = signature_of(database(), found, parts)
    back_url = url_for("orientation.print_plan", person_id=person.id)
    return give_on_paper(
        "plan", person, back_url, subject_id=found.id, withheld=bool(parts["texts"]), section=parts, signed=signed,
        field=(WIDTH, HEIGHT),
    )  # fmt: skip


@pages.form("/personnes/<uuid:person_id>/plan/modification", "orientation.write")
def edit_plan(person_id: UUID) -> AnyResponse:
    """Change the goal of the plan, or the day of its evaluation."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        found = plan_of(person)
        shown = values_of(person, (found, "goal")) if _may_word(person, found) else {}
        form = Form(_schema(person, found), {**_values(found), **shown})
        return render("orientation/plan_edit.html", person=person, plan=found, form=form)
    present = queries.current_plan(database(), person.id)
    form = Form.from_request(_schema(person, present), request.form)
    found = open_plan_or_conflict(person, form)
    if not form.validate():
        return render("orientation/plan_edit.html", status=422, person=person, plan=found, form=form)
    if form.version != str(found.version):
        raise _conflict(person, form)
    with conflict_if_closed(form, person), optimistic_write(lambda: _conflict(person, form)):
        writer = typed_writer(form.data) if "goal" in form.data else None
        try:
            plans.change_plan(database(), found, **form.data, writer=writer)
        except NotOpen:
            abort(403)
    flash(_("The plan is changed."), "done")
    return redirect_after_post(url_for("orientation.plan", person_id=person.id))


def _may_word(person: Person, found: ActionPlan) -> bool:
    """Whether the actor may word the goal: of a sealed one, who may read it without a reason."""
    return may_write(database(), actor(), person, found, "goal")


def _schema(person: Person, found: ActionPlan | None) -> Schema:
    """The form of a plan; without its goal for who may not read it. A form of before it was sealed is a conflict."""
    is_sealed = found is not None and not _may_word(person, found)
    return ReviewDaySchema() if is_sealed and "goal" not in request.form else PlanSchema()


def _values(found: ActionPlan) -> dict[str, object]:
    return {"goal": found.goal, "review_on": found.review_on}


def _conflict(person: Person, form: Form) -> StaleEdit:
    found = open_plan_or_conflict(person, form)
    return stale_edit(form, _values(found), url_for(".edit_plan", person_id=person.id), plan_saved_by(found))


@pages.form("/personnes/<uuid:person_id>/plan/evaluation", "orientation.write")
def evaluate_plan(person_id: UUID) -> AnyResponse:
    """Evaluate the plan, at least every three months."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        session = database()
        form = Form(
            EvaluationSchema(), {"evaluated_on": today(), "next_review_on": next_review_day(session, person, today())}
        )
        return _evaluation_page(person, plan_of(person), form)
    form = Form.from_request(EvaluationSchema(), request.form)
    found = open_plan_or_conflict(person, form)
    if not form.validate():
        return _evaluation_page(person, found, form, status=422)
    if form.version != str(found.version):
        raise plan_conflict(person, form)
    data = form.data | {"in_person": form.data["in_person"] == "yes"}
    with conflict_if_closed(form, person), optimistic_write(lambda: plan_conflict(person, form)):
        plans.evaluate_plan(database(), found, actor(), **data)
    if found.state == "open":
        flash(_("The evaluation is recorded."), "done")
        return redirect_after_post(url_for("orientation.plan", person_id=person.id))
    flash(_("The evaluation is recorded and the plan is closed."), "done")
    return redirect_after_post(file_url(person.id))


def _evaluation_page(person: Person, found: ActionPlan, form: Form, *, status: int = 200) -> Response:
    parts = with_texts(person, sections.plan_parts(database(), found))
    return render("orientation/evaluation_form.html", status=status, person=person, section=parts, form=form)
