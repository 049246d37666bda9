"""A contract: noted, corrected, shown."""

from datetime import timedelta
from uuid import UUID

from flask import Response, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.dates import months_after
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.printing.engine import is_set_up
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused, changes_of
from tenants.contracts import actions, presentation, queries
from tenants.contracts.choices import KINDS
from tenants.contracts.conflicts import contract_conflict
from tenants.contracts.lookups import contract_of_page
from tenants.contracts.models import IntegrationContract
from tenants.contracts.refusals import overlap
from tenants.contracts.rules.figures import figures
from tenants.contracts.schemas import ContractSchema
from tenants.contracts.urls import contract_url
from tenants.contracts.workflow import CONTRACT, EVALUATION, IN_PREPARATION, WRITE
from tenants.orientation.lookups import person_of_page
from tenants.orientation.queries import current_plan
from tenants.orientation.sections import plan_parts
from tenants.orientation.texts import with_texts
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.people.workflow import OPEN_STAGES
from tenants.printing.giving import give_on_paper
from tenants.printing.queries import printed_of

pages = Pages()

READ = "contract.read"
USUAL_MONTHS = 12
PRINTED = (*IN_PREPARATION, "running")
"""States in which the text is given."""
FACTS = ("kind", "decided_on", "decided_by", "starts_on", "ends_on")


@pages.form("/personnes/<uuid:person_id>/contrats/nouveau", WRITE)
def new(person_id: UUID) -> AnyResponse:
    """Note that a contract was decided on."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        begins = today()
        until = months_after(begins, USUAL_MONTHS) - timedelta(days=1)
        usual = {"kind": "piis", "decided_on": begins, "starts_on": begins, "ends_on": until}
        return _form_page(person, Form(ContractSchema(), usual))
    form = Form.from_request(ContractSchema(), request.form)
    if not form.validate():
        return _form_page(person, form, status=422)
    try:
        with conflict_if_closed(form, person):
            contract = actions.note_contract(database(), person, actor(), **form.data)
    except actions.Overlaps as overlaps:
        form.add_error("starts_on", overlap(overlaps.other))
        return _form_page(person, form, status=422)
    flash(_("The decision is noted. Give the contract to the person to read."), "done")
    return redirect_after_post(contract_url(contract))


@pages.form("/personnes/<uuid:person_id>/contrats/<uuid:contract_id>/modification", WRITE)
def edit(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """Correct what was decided, as long as nobody signed."""
    person, contract = contract_of_page(person_id, contract_id)
    if request.method == "GET":
        require_open(person)
        if contract.state not in IN_PREPARATION:
            flash(_("This contract is signed: end it, and note another one."), "wait")
            return redirect_after_post(contract_url(contract))
        values = {name: getattr(contract, name) for name in FACTS}
        return _form_page(person, Form(ContractSchema(), values), contract)
    form = Form.from_request(ContractSchema(), request.form)
    if not form.validate():
        return _form_page(person, form, contract, status=422)
    if form.version != str(contract.version):
        raise contract_conflict(form, contract)
    try:
        with (
            conflict_if_closed(form, person),
            optimistic_write(lambda: contract_conflict(form, get_or_404(IntegrationContract, contract_id))),
        ):
            actions.change_contract(database(), person, contract, **form.data)
    except actions.Overlaps as overlaps:
        form.add_error("starts_on", overlap(overlaps.other))
        return _form_page(person, form, contract, status=422)
    except Refused as refused:
        raise contract_conflict(form, contract) from refused
    flash(_("The contract is changed."), "done")
    return redirect_after_post(contract_url(contract))


def _form_page(
    person: Person, form: Form, contract: IntegrationContract | None = None, *, status: int = 200
) -> Response:
    return render(
        "contracts/form.html",
        status=status,
        person=person,
        form=form,
        contract=contract,
        back_url=contract_url(contract) if contract else file_url(person.id),
    )


@pages.page("/personnes/<uuid:person_id>/contrats/<uuid:contract_id>", READ)
def show(person_id: UUID, contract_id: UUID) -> Response:
    """A contract: its days, its evaluations, what became of it."""
    person, contract = contract_of_page(person_id, contract_id)
    session, who = database(), actor()
    every = queries.evaluations(session, contract.id)
    number = presentation.number_of(every)
    is_open = person.stage in OPEN_STAGES
    now_figures = figures(session)
    may_write = who.may(WRITE)
    is_running = contract.state == "running"
    lines = [presentation.evaluation_line(each, number, followed=is_open and is_running) for each in every]
    held = [each for each in every if each.state == "held"]
    return render(
        "contracts/show.html",
        person=person,
        contract=contract,
        kind=_(KINDS[contract.kind]),
        period=presentation.period(contract),
        state=presentation.state_of(contract, now_figures),
        facts=presentation.facts(contract),
        lines=lines,
        progress=presentation.progress(
            number, len(held), sum(bool(each.in_person) for each in held), figures(session, contract.starts_on)
        ),
        following=next((line for line in lines if line.is_planned), None) if may_write and is_open else None,
        steps=CONTRACT.buttons(contract, who.permissions) if is_open else {},
        evaluation_steps={step.name: step for step in EVALUATION.transitions},
        may_evaluate=may_write and is_open and is_running,
        may_edit=may_write and is_open and contract.state in IN_PREPARATION,
        changes=presentation.changes(changes_of(session, contract.id)),
        may_print=contract.state in PRINTED,
        can_print=is_set_up(),
        printed=printed_of(session, who, person.id, contract.id),
    )


@pages.button("/personnes/<uuid:person_id>/contrats/<uuid:contract_id>/papier", WRITE)
def give(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """The contract on paper, with the goal and the steps of the plan, for both to sign."""
    person, contract = contract_of_page(person_id, contract_id)
    back_url = contract_url(contract)
    if contract.state not in PRINTED:
        flash(_("This contract is over: nothing is given to be signed."), "wait")
        return redirect_after_post(back_url)
    session = database()
    plan = current_plan(session, person.id)
    parts = with_texts(person, plan_parts(session, plan)) if plan else None
    return give_on_paper(
        "contract",
        person,
        back_url,
        subject_id=contract.id,
        withheld=bool(parts and parts["texts"]),
        contract=contract,
        kind=_(KINDS[contract.kind]),
        period=presentation.period(contract),
        section=parts,
        figures=figures(session, contract.starts_on),
        evaluations=queries.evaluations(session, contract.id),
    )
