"""The steps of a contract: given to the person, signed, ended, given up; and the last one taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, request
from marshmallow import Schema
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.contracts import actions, presentation, queries
from tenants.contracts.choices import KINDS
from tenants.contracts.conflicts import contract_conflict
from tenants.contracts.lookups import contract_of_page
from tenants.contracts.models import IntegrationContract
from tenants.contracts.refusals import overlap, refusal
from tenants.contracts.rules.figures import figures
from tenants.contracts.schemas import EndSchema, IssueSchema, SignatureSchema, WithdrawalSchema
from tenants.contracts.urls import contract_url
from tenants.contracts.workflow import CONTRACT, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person

pages = Pages()
CONTRACT_AT = "/personnes/<uuid:person_id>/contrats/<uuid:contract_id>"
DAYS = ("issued_on", "signed_on", "ended_on")
GONE = frozenset({"wrong_state", "not_permitted"})
"""Refusals of a step that the contract no longer waits for: no other answer would be taken."""


@pages.form(f"{CONTRACT_AT}/remise", WRITE)
def issue(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """Note that the person was given the contract to read."""
    person, contract = contract_of_page(person_id, contract_id)
    told = ngettext(
        "They have %(num)d working day to think before signing.",
        "They have %(num)d working days to think before signing.",
        figures(database()).thinking,
    )

    def act(data: dict[str, Any]) -> str:
        actions.issue(database(), person, contract, actor(), **data)
        until = figures(database(), data["issued_on"]).thought_until(data["issued_on"])
        return _("The time to think runs until %(day)s.", day=exact_day(until, weekday=True))

    return _step(person, contract, "issue", IssueSchema(), {"issued_on": today()}, act, [told])


@pages.form(f"{CONTRACT_AT}/signature", WRITE)
def sign(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """Note the signature: the evaluations are planned."""
    person, contract = contract_of_page(person_id, contract_id)
    told = _("Its evaluations are then planned, on working days when the referent has least to do.")

    def act(data: dict[str, Any]) -> str:
        planned = actions.sign(
            database(), person, contract, actor(), signed_on=data["signed_on"], manner=data["manner"]
        )
        return ngettext(
            "Signed. %(num)d evaluation is planned.", "Signed. %(num)d evaluations are planned.", len(planned)
        )

    return _step(
        person, contract, "sign", SignatureSchema(), {"signed_on": today(), "manner": "paper"}, act, [told], _too_early
    )


def _too_early(contract: IntegrationContract, data: dict[str, Any]) -> str:
    """The warning about a signature before the time to think is over; empty when there is none."""
    if contract.issued_on is None or data["signed_on"] < contract.issued_on:
        return ""
    until = figures(database(), contract.issued_on).thought_until(contract.issued_on)
    if data["signed_on"] > until:
        return ""
    return _(
        "The person may think until %(day)s: save it only if they wished to sign earlier themselves.",
        day=exact_day(until, weekday=True),
    )


@pages.form(f"{CONTRACT_AT}/fin", WRITE)
def end(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """End a contract; what was planned of its evaluations is dropped."""
    person, contract = contract_of_page(person_id, contract_id)
    left = sum(each.state == "planned" for each in queries.evaluations(database(), contract.id))
    told = [ngettext("%(num)d planned evaluation is dropped.", "%(num)d planned evaluations are dropped.", left)]
    is_over = contract.ends_on <= today()
    usual = {"ended_on": contract.ends_on, "reason": "term"} if is_over else {"ended_on": today()}

    def act(data: dict[str, Any]) -> str:
        actions.end(database(), person, contract, actor(), **data)
        return _("The contract is ended.")

    return _step(person, contract, "end", EndSchema(), usual, act, told if left else [])


@pages.form(f"{CONTRACT_AT}/abandon", WRITE)
def withdraw(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """Give up a contract that nobody signed."""
    person, contract = contract_of_page(person_id, contract_id)
    told = _("It stays in the file, and covers no day.")

    def act(data: dict[str, Any]) -> str:
        actions.withdraw(database(), person, contract, actor(), **data)
        return _("The contract is given up.")

    return _step(person, contract, "withdraw", WithdrawalSchema(), {}, act, [told])


@pages.button(f"{CONTRACT_AT}/retour", WRITE)
def take_back(person_id: UUID, contract_id: UUID) -> AnyResponse:
    """Take back the last step of a contract, which is the one that was read: there may be another before it."""
    person, contract = contract_of_page(person_id, contract_id)
    if request.form.get("_version") != str(contract.version):
        raise contract_conflict(None, contract)
    try:
        with optimistic_write(lambda: contract_conflict(None, get_or_404(IntegrationContract, contract_id))):
            actions.take_back(database(), person, contract, actor())
        flash(_("Taken back."), "done")
    except actions.Overlaps as overlaps:
        flash(overlap(overlaps.other), "wait")
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    return redirect_after_post(contract_url(contract))


def _step(
    person: Person,
    contract: IntegrationContract,
    name: str,
    schema: Schema,
    usual: dict[str, Any],
    act: Callable[[dict[str, Any]], str],
    told: list[str],
    warning: Callable[[IntegrationContract, dict[str, Any]], str] | None = None,
) -> AnyResponse:
    """A step as a page of its own: `told` says what will happen, `warning` asks once before an unusual answer."""
    if request.method == "GET":
        require_open(person)
        if name not in CONTRACT.buttons(contract, actor().permissions):
            flash(_("This contract is at another step: here is where it stands."), "wait")
            return redirect_after_post(contract_url(contract))
        return _step_page(person, contract, name, Form(schema, usual), told)
    form = Form.from_request(schema, request.form)
    if not form.validate():
        return _step_page(person, contract, name, form, told, status=422)
    if form.version != str(contract.version):
        raise contract_conflict(form, contract)
    warned = warning(contract, form.data) if warning else ""
    if warned and form.typed is not None and form.data["accepted"] != str(form.data["signed_on"]):
        form.typed["accepted"] = str(form.data["signed_on"])
        return _step_page(person, contract, name, form, told, warned, status=422)
    try:
        with (
            conflict_if_closed(form, person),
            optimistic_write(lambda: contract_conflict(form, get_or_404(IntegrationContract, contract.id))),
        ):
            said = act(form.data)
    except Refused as refused:
        if refused.code in GONE:
            raise contract_conflict(form, contract) from refused
        day = next((field for field in DAYS if field in form), None)
        form.add_error(day, refusal(refused.code))
        return _step_page(person, contract, name, form, told, status=422)
    flash(said, "done")
    return redirect_after_post(contract_url(contract))


def _step_page(
    person: Person,
    contract: IntegrationContract,
    name: str,
    form: Form,
    told: list[str],
    warned: str = "",
    *,
    status: int = 200,
) -> Response:
    return render(
        "contracts/step.html",
        status=status,
        person=person,
        contract=contract,
        act=_(CONTRACT.label_of(name)),
        kind=_(KINDS[contract.kind]),
        period=presentation.period(contract),
        form=form,
        told=told,
        warned=warned,
        back_url=contract_url(contract),
    )
