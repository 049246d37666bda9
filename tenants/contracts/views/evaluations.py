"""The evaluations of a contract: held, taken back, planned on another day."""

from uuid import UUID

from flask import Response, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.contracts import actions, presentation, queries
from tenants.contracts.conflicts import evaluation_conflict
from tenants.contracts.lookups import evaluation_of_page
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.refusals import refusal
from tenants.contracts.rules.figures import figures
from tenants.contracts.schemas import EvaluationSchema, PlannedDaySchema
from tenants.contracts.urls import contract_url
from tenants.contracts.views.steps import GONE
from tenants.contracts.workflow import EVALUATION, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person

pages = Pages()
EVALUATION_AT = "/personnes/<uuid:person_id>/contrats/evaluations/<uuid:contract_evaluation_id>"


@pages.form(EVALUATION_AT, WRITE)
def hold(person_id: UUID, contract_evaluation_id: UUID) -> AnyResponse:
    """Evaluate a contract together."""
    person, contract, evaluation = evaluation_of_page(person_id, contract_evaluation_id)
    if request.method == "GET":
        require_open(person)
        if left := _left(contract, evaluation):
            return left
        return _hold_page(person, contract, evaluation, Form(EvaluationSchema(), {"held_on": today()}))
    form = Form.from_request(EvaluationSchema(), request.form)
    if not form.validate():
        return _hold_page(person, contract, evaluation, form, status=422)
    if form.version != str(evaluation.version):
        raise evaluation_conflict(form, evaluation)
    data = form.data | {"in_person": form.data["in_person"] == "yes"}
    try:
        with conflict_if_closed(form, person), optimistic_write(lambda: _conflict(form, contract_evaluation_id)):
            actions.hold_evaluation(database(), person, evaluation, actor(), **data)
    except Refused as refused:
        if refused.code in GONE:
            raise evaluation_conflict(form, evaluation) from refused
        form.add_error("held_on", refusal(refused.code))
        return _hold_page(person, contract, evaluation, form, status=422)
    flash(_("The evaluation is recorded."), "done")
    return redirect_after_post(contract_url(contract))


@pages.form(f"{EVALUATION_AT}/jour", WRITE)
def plan_on(person_id: UUID, contract_evaluation_id: UUID) -> AnyResponse:
    """Plan an evaluation on another day, as long as it is not late."""
    person, contract, evaluation = evaluation_of_page(person_id, contract_evaluation_id)
    if request.method == "GET":
        require_open(person)
        if left := _left(contract, evaluation):
            return left
        return _day_page(person, contract, evaluation, Form(PlannedDaySchema(), {"planned_on": evaluation.planned_on}))
    form = Form.from_request(PlannedDaySchema(), request.form)
    if not form.validate():
        return _day_page(person, contract, evaluation, form, status=422)
    if form.version != str(evaluation.version):
        raise evaluation_conflict(form, evaluation)
    try:
        with conflict_if_closed(form, person), optimistic_write(lambda: _conflict(form, contract_evaluation_id)):
            actions.plan_evaluation_on(database(), person, evaluation, **form.data)
    except Refused as refused:
        if refused.code in GONE:
            raise evaluation_conflict(form, evaluation) from refused
        form.add_error("planned_on", refusal(refused.code))
        return _day_page(person, contract, evaluation, form, status=422)
    flash(_("The evaluation is planned on another day."), "done")
    return redirect_after_post(contract_url(contract))


@pages.button("/personnes/<uuid:person_id>/contrats/evaluations-faites/<uuid:contract_evaluation_id>/retour", WRITE)
def correct(person_id: UUID, contract_evaluation_id: UUID) -> AnyResponse:
    """Take back an evaluation that was not held after all."""
    person, contract, evaluation = evaluation_of_page(person_id, contract_evaluation_id)
    try:
        with optimistic_write(lambda: _conflict(None, contract_evaluation_id)):
            actions.correct_evaluation(database(), person, evaluation, actor())
        flash(_("Taken back."), "done")
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    return redirect_after_post(contract_url(contract))


def _conflict(form: Form | None, evaluation_id: UUID) -> StateConflict:
    return evaluation_conflict(form, get_or_404(ContractEvaluation, evaluation_id))


def _left(contract: IntegrationContract, evaluation: ContractEvaluation) -> AnyResponse | None:
    """The way to the contract, when this evaluation is not to be held any more."""
    if contract.state == "running" and evaluation.state == "planned":
        return None
    flash(refusal("not_running" if contract.state != "running" else "wrong_state"), "wait")
    return redirect_after_post(contract_url(contract))


def _hold_page(
    person: Person, contract: IntegrationContract, evaluation: ContractEvaluation, form: Form, *, status: int = 200
) -> Response:
    every = queries.evaluations(database(), contract.id)
    rules = figures(database(), contract.starts_on)
    return render(
        "contracts/evaluation.html",
        status=status,
        person=person,
        contract=contract,
        evaluation=evaluation,
        title=presentation.evaluation_line(evaluation, presentation.number_of(every), followed=True).title,
        period=presentation.period(contract),
        in_person=presentation.must_be_in_person(evaluation, every, rules),
        earlier=[
            presentation.evaluation_line(each, presentation.number_of(every), followed=True)
            for each in every
            if each.state == "held"
        ],
        act=_(EVALUATION.label_of("hold")),
        form=form,
        back_url=contract_url(contract),
    )


def _day_page(
    person: Person, contract: IntegrationContract, evaluation: ContractEvaluation, form: Form, *, status: int = 200
) -> Response:
    return render(
        "contracts/planned_day.html",
        status=status,
        person=person,
        contract=contract,
        evaluation=evaluation,
        period=presentation.period(contract),
        form=form,
        back_url=contract_url(contract),
    )
