"""Contracts and their evaluations. `people.actions` locks the file, so that no two acts make contracts that overlap."""

from datetime import date

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import is_working_day
from clais.workflow import Refused
from tenants.contracts import queries
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.contracts.rules.figures import figures
from tenants.contracts.rules.planning import evaluation_days
from tenants.contracts.workflow import CONTRACT, EVALUATION, IN_PREPARATION
from tenants.orientation.reviews import days_at_work
from tenants.people.actions import lock_file, lock_open_file
from tenants.people.models import Person


class Overlaps(Exception):  # noqa: N818 - it names what happened.
    """Another contract of the person covers a day of these."""

    def __init__(self, other: IntegrationContract) -> None:
        super().__init__(other.id)
        self.other = other


def note_contract(
    session: ScopedSession,
    person: Person,
    actor: Actor,  # noqa: ARG001 - every writing action is handed who acts; the record takes them from the session.
    *,
    kind: str,
    decided_on: date,
    starts_on: date,
    ends_on: date,
    decided_by: str | None = None,
) -> IntegrationContract:
    """Note the decision to make a contract with a person. Raises Refused('closed_file'), Overlaps."""
    lock_open_file(session, person)
    _refuse_overlap(session, person, starts_on, ends_on)
    contract = IntegrationContract(
        person_id=person.id,
        kind=kind,
        decided_on=decided_on,
        decided_by=decided_by,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    session.add(contract)
    session.flush()
    record(session, "contract.note", "integration_contract", contract.id, person_id=person.id, details={"kind": kind})
    return contract


def change_contract(
    session: ScopedSession,
    person: Person,
    contract: IntegrationContract,
    *,
    kind: str,
    decided_on: date,
    starts_on: date,
    ends_on: date,
    decided_by: str | None = None,
) -> None:
    """Correct what was decided, as long as nobody signed. Raises Refused('closed_file', 'wrong_state'), Overlaps."""
    lock_open_file(session, person)
    if contract.state not in IN_PREPARATION:
        raise Refused("wrong_state")
    _refuse_overlap(session, person, starts_on, ends_on, contract)
    contract.kind, contract.decided_on, contract.decided_by = kind, decided_on, decided_by
    contract.starts_on, contract.ends_on = starts_on, ends_on
    session.flush()
    _record(session, contract, "edit")


def issue(
    session: ScopedSession, person: Person, contract: IntegrationContract, actor: Actor, *, issued_on: date
) -> None:
    """Record that the person was given the contract to read. Raises Refused, also 'before_decision'."""
    lock_open_file(session, person)
    if issued_on < contract.decided_on:
        raise Refused("before_decision")
    CONTRACT.apply(session, contract, "issue", actor)
    contract.issued_on = issued_on
    session.flush()
    _record(session, contract, "issue")


def sign(
    session: ScopedSession,
    person: Person,
    contract: IntegrationContract,
    actor: Actor,
    *,
    signed_on: date,
    manner: str,
) -> list[ContractEvaluation]:
    """Record the signature and plan the evaluations, on days at work of the referent when they have least to do.

    A signature before the time to think is over is a warning of the form, not a refusal here. Raises Refused, also
    'before_issue'.
    """
    lock_open_file(session, person)
    if contract.issued_on is not None and signed_on < contract.issued_on:
        raise Refused("before_issue")
    CONTRACT.apply(session, contract, "sign", actor)
    contract.signed_on, contract.signed_manner = signed_on, manner
    session.flush()
    planned = _plan_evaluations(session, person, contract)
    _record(session, contract, "sign")
    return planned


def _plan_evaluations(
    session: ScopedSession, person: Person, contract: IntegrationContract
) -> list[ContractEvaluation]:
    load = queries.load_of_days(session, person.referent_id, contract.starts_on, contract.ends_on)
    at_work = days_at_work(session, person.referent_id, contract.starts_on, contract.ends_on)
    a_year = figures(session, contract.starts_on).a_year
    days = evaluation_days(contract.starts_on, contract.ends_on, a_year, load, at_work)
    planned = [
        ContractEvaluation(contract_id=contract.id, person_id=contract.person_id, rank=rank, planned_on=day)
        for rank, day in enumerate(days, start=1)
    ]
    session.add_all(planned)
    session.flush()
    return planned


def end(
    session: ScopedSession,
    person: Person,
    contract: IntegrationContract,
    actor: Actor,
    *,
    reason: str,
    ended_on: date,
    comment: str | None = None,
) -> None:
    """End a contract; what was planned of its evaluations is dropped. In a closed file too.

    Raises Refused, also 'outside_period' for a day that the contract does not cover.
    """
    lock_file(session, person)
    if not contract.starts_on <= ended_on <= contract.ends_on:
        raise Refused("outside_period")
    CONTRACT.apply(session, contract, "end", actor, reason=reason, comment=comment)
    contract.ended_on = ended_on
    for evaluation in queries.evaluations(session, contract.id):
        if evaluation.state == "planned":
            EVALUATION.apply(session, evaluation, "drop", actor)
    session.flush()
    _record(session, contract, "end")


def withdraw(
    session: ScopedSession,
    person: Person,
    contract: IntegrationContract,
    actor: Actor,
    *,
    reason: str,
    comment: str | None = None,
) -> None:
    """Give up a contract that nobody signed. Raises Refused."""
    lock_file(session, person)
    CONTRACT.apply(session, contract, "withdraw", actor, reason=reason, comment=comment)
    session.flush()
    _record(session, contract, "withdraw")


def take_back(session: ScopedSession, person: Person, contract: IntegrationContract, actor: Actor) -> None:
    """Take back the last step. Raises Refused, also 'evaluated' when the signed one was evaluated already; Overlaps."""
    lock_open_file(session, person)
    state = contract.state
    planned = queries.evaluations(session, contract.id)
    if state == "running" and any(evaluation.state == "held" for evaluation in planned):
        raise Refused("evaluated")
    if state == "ended":
        _refuse_overlap(session, person, contract.starts_on, contract.ends_on, contract)
    CONTRACT.apply(session, contract, "take_back", actor)
    if state == "issued":
        contract.issued_on = None
    elif state == "running":
        contract.signed_on = contract.signed_manner = None
        session.execute(
            delete(ContractEvaluation).where(
                ContractEvaluation.tenant_id == contract.tenant_id, ContractEvaluation.contract_id == contract.id
            )
        )
    else:
        contract.ended_on = None
        for evaluation in planned:
            if evaluation.state == "dropped":
                EVALUATION.apply(session, evaluation, "plan_again", actor)
    session.flush()
    _record(session, contract, "take_back")


def hold_evaluation(
    session: ScopedSession,
    person: Person,
    evaluation: ContractEvaluation,
    actor: Actor,
    *,
    outcome: str,
    in_person: bool,
    held_on: date,
    comment: str | None = None,
) -> None:
    """Record an evaluation that was held. Raises Refused, also 'outside_period'."""
    contract = _lock_running(session, person, evaluation)
    if not contract.starts_on <= held_on:
        raise Refused("outside_period")
    EVALUATION.apply(session, evaluation, "hold", actor)
    evaluation.held_on, evaluation.in_person, evaluation.outcome = held_on, in_person, outcome
    evaluation.held_by, evaluation.comment = actor.display_name, comment
    session.flush()
    _record_evaluation(session, evaluation, "evaluate")


def correct_evaluation(session: ScopedSession, person: Person, evaluation: ContractEvaluation, actor: Actor) -> None:
    """Take back an evaluation that was not held after all: what was written about it goes. Raises Refused."""
    _lock_running(session, person, evaluation)
    EVALUATION.apply(session, evaluation, "correct", actor)
    evaluation.held_on = evaluation.in_person = evaluation.outcome = evaluation.held_by = evaluation.comment = None
    session.flush()
    _record_evaluation(session, evaluation, "take_evaluation_back")


def plan_evaluation_on(
    session: ScopedSession, person: Person, evaluation: ContractEvaluation, *, planned_on: date
) -> None:
    """Plan an evaluation on another day that the contract covers.

    Raises Refused: `wrong_state`, `late` when its day is past, `outside_period`, `no_working_day`; `closed_file`.
    """
    contract = _lock_running(session, person, evaluation)
    if evaluation.state != "planned":
        raise Refused("wrong_state")
    if evaluation.planned_on < today():
        raise Refused("late")
    if not contract.starts_on <= planned_on <= contract.ends_on:
        raise Refused("outside_period")
    if not is_working_day(planned_on):
        raise Refused("no_working_day")
    evaluation.planned_on = planned_on
    session.flush()
    _record_evaluation(session, evaluation, "plan_evaluation")


def put_evaluation_off(session: ScopedSession, evaluation: ContractEvaluation, planned_on: date) -> None:
    """Put an evaluation on another day, because the clock of the person stands still. The file is locked."""
    evaluation.planned_on = planned_on
    session.flush()
    _record_evaluation(session, evaluation, "put_off")


def _lock_running(session: ScopedSession, person: Person, evaluation: ContractEvaluation) -> IntegrationContract:
    """The contract of an evaluation, which nobody ends meanwhile, as that locks the file too."""
    lock_open_file(session, person)
    contract = session.get_one(
        IntegrationContract, (evaluation.tenant_id, evaluation.contract_id), populate_existing=True
    )
    if contract.state != "running":
        raise Refused("not_running")
    return contract


def _refuse_overlap(
    session: ScopedSession, person: Person, first: date, last: date, contract: IntegrationContract | None = None
) -> None:
    other = queries.overlapping(session, person.id, first, last, contract.id if contract else None)
    if other is not None:
        raise Overlaps(other)


def _record(session: ScopedSession, contract: IntegrationContract, verb: str) -> None:
    record(session, f"contract.{verb}", "integration_contract", contract.id, person_id=contract.person_id)


def _record_evaluation(session: ScopedSession, evaluation: ContractEvaluation, verb: str) -> None:
    record(session, f"contract.{verb}", "contract_evaluation", evaluation.id, person_id=evaluation.person_id)
