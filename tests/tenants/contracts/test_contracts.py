"""What is agreed with a person: on which days, in which order, how often it is evaluated."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.dates import is_working_day
from clais.workflow import Refused
from tenants.contracts import actions
from tenants.contracts.actions import Overlaps
from tenants.contracts.models import ContractEvaluation, IntegrationContract
from tenants.people.actions import move
from tenants.people.models import Person
from tenants.team.actions.members import note_absence
from tenants.team.models import WorkingPattern
from tests.support.contracts import a_contract, evaluations_of, stored
from tests.support.critical import interleave
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, working_day

DAY = timedelta(days=1)


def take(member: Member, contract: IntegrationContract, act: str, **facts: object) -> None:
    """Do something with a contract."""
    with member.at_work() as session:
        found = session.get_one(IntegrationContract, (contract.tenant_id, contract.id))
        person = session.get_one(Person, (contract.tenant_id, contract.person_id))
        getattr(actions, act)(session, person, found, member.actor, **facts)


def hold(member: Member, evaluation: ContractEvaluation, **facts: object) -> None:
    """Hold an evaluation today."""
    values = {"outcome": "on_track", "in_person": True, "held_on": today(), **facts}
    with member.at_work() as session:
        found = session.get_one(ContractEvaluation, (evaluation.tenant_id, evaluation.id))
        person = session.get_one(Person, (evaluation.tenant_id, evaluation.person_id))
        actions.hold_evaluation(session, person, found, member.actor, **values)  # type: ignore[arg-type]


def put_off(member: Member, evaluation: ContractEvaluation, days: int) -> None:
    """Plan an evaluation on a working day some days from now."""
    with member.at_work() as session:
        found = session.get_one(ContractEvaluation, (evaluation.tenant_id, evaluation.id))
        person = session.get_one(Person, (evaluation.tenant_id, evaluation.person_id))
        actions.plan_evaluation_on(session, person, found, planned_on=working_day(days))


def test_a_signature_plans_three_evaluations_on_working_days(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), until="running")
    planned = evaluations_of(agent, contract)
    assert [evaluation.rank for evaluation in planned] == [1, 2, 3]
    assert all(is_working_day(evaluation.planned_on) for evaluation in planned)
    assert all(contract.starts_on <= evaluation.planned_on <= contract.ends_on for evaluation in planned)


def test_they_are_spread_over_the_days_of_the_agent(federation: Federation) -> None:
    agent = federation.agent()
    contracts = [a_contract(agent, a_file(agent, f"Personne{number}"), until="running") for number in range(3)]
    firsts = [evaluations_of(agent, contract)[0].planned_on for contract in contracts]
    assert len(set(firsts)) == len(firsts)


def test_an_appointment_of_the_agent_is_in_the_way_and_a_colleagues_is_not(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    usual = evaluations_of(agent, a_contract(agent, a_file(agent, "Une"), until="running"))[0].planned_on
    other = evaluations_of(colleague, a_contract(colleague, a_file(colleague, "Deux"), until="running"))[0].planned_on
    assert usual == other
    an_appointment(colleague, a_file(colleague, "Trois"))
    person = a_file(colleague, "Quatre")
    assert evaluations_of(colleague, a_contract(colleague, person, until="running"))[0].planned_on < usual


def test_they_fall_on_days_on_which_the_referent_works(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        session.add(WorkingPattern(membership_id=agent.membership.id, half_days=["monday_am", "tuesday_pm"]))
    planned = evaluations_of(agent, a_contract(agent, a_file(agent, "Une"), until="running"))
    assert {evaluation.planned_on.weekday() for evaluation in planned} <= {0, 1}
    first = planned[0].planned_on
    with agent.at_work() as session:
        note_absence(session, agent.actor, agent.membership, kind="leave", starts_on=first - DAY, ends_on=first + DAY)
    again = evaluations_of(agent, a_contract(agent, a_file(agent, "Deux"), until="running"))
    assert again[0].planned_on < first
    assert {evaluation.planned_on.weekday() for evaluation in again} <= {0, 1}


@pytest.mark.parametrize(("starts_in", "days"), [(0, 364), (-10, 10), (364, 5), (100, 1), (-30, 700)])
def test_two_contracts_of_a_person_cover_no_common_day(federation: Federation, starts_in: int, days: int) -> None:
    agent = federation.agent()
    person = a_file(agent)
    first = a_contract(agent, person)
    with pytest.raises(Overlaps) as overlap:
        a_contract(agent, person, starts_in, days)
    assert overlap.value.other.id == first.id


def test_one_may_begin_the_day_after_another_ends_and_someone_else_has_their_own(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    own = [a_contract(agent, person), a_contract(agent, person, 365), a_contract(agent, person, -30, 29)]
    other = a_contract(agent, a_file(agent, "Lambert"))
    with agent.at_work() as session:
        rows = session.execute(select(IntegrationContract.person_id, IntegrationContract.id)).all()
    assert {tuple(row) for row in rows} == {(one.person_id, one.id) for one in (*own, other)}


def test_what_was_given_up_or_ended_early_leaves_its_days(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    take(agent, a_contract(agent, person), "withdraw", reason="declined")
    contract = a_contract(agent, person, -30, until="running")
    take(agent, contract, "end", reason="agreed", ended_on=today() - DAY)
    a_contract(agent, person)
    with pytest.raises(Overlaps):
        take(agent, contract, "take_back")


def test_two_colleagues_at_once_make_one_contract_and_the_other_hears_of_it(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    person = a_file(agent)
    outcomes = interleave(
        federation.engine,
        lambda: a_contract(agent, person),
        lambda: a_contract(colleague, person, 30),
        "INSERT INTO integration_contract",
    )
    assert [type(outcome) for outcome in outcomes] == [IntegrationContract, Overlaps]


def test_without_the_lock_of_the_file_both_would_be_made(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test before: it sees what the lock prevents."""
    monkeypatch.setattr(actions, "lock_open_file", lambda *_: None)
    agent, colleague = federation.agent(), federation.agent()
    person = a_file(agent)
    interleave(
        federation.engine,
        lambda: a_contract(agent, person),
        lambda: a_contract(colleague, person, 30),
        "INSERT INTO integration_contract",
    )
    with agent.at_work() as session:
        made = select(func.count()).where(
            IntegrationContract.tenant_id == agent.tenant.id, IntegrationContract.person_id == person.id
        )
        assert session.scalar(made) == 2


def test_nothing_is_signed_before_it_was_given_or_given_before_it_was_decided(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent))
    with pytest.raises(Refused, match="before_decision"):
        take(agent, contract, "issue", issued_on=contract.decided_on - DAY)
    with pytest.raises(Refused, match="wrong_state"):
        take(agent, contract, "sign", signed_on=today(), manner="paper")
    take(agent, contract, "issue", issued_on=today())
    with pytest.raises(Refused, match="before_issue"):
        take(agent, contract, "sign", signed_on=today() - DAY, manner="paper")


def test_the_end_drops_what_was_planned_and_keeps_what_was_held(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), -10, until="running")
    hold(agent, evaluations_of(agent, contract)[0])
    take(agent, contract, "end", reason="reached", ended_on=today())
    assert [each.state for each in evaluations_of(agent, contract)] == ["held", "dropped", "dropped"]
    assert stored(agent, contract).ended_on == today()
    take(agent, contract, "take_back")
    assert [each.state for each in evaluations_of(agent, contract)] == ["held", "planned", "planned"]
    assert stored(agent, contract).ended_on is None


def test_each_step_is_taken_back_until_it_was_evaluated(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), until="running")
    take(agent, contract, "take_back")
    assert evaluations_of(agent, contract) == []
    take(agent, contract, "take_back")
    again = stored(agent, contract)
    assert (again.state, again.issued_on, again.signed_on) == ("decided", None, None)
    take(agent, contract, "issue", issued_on=today())
    take(agent, contract, "sign", signed_on=today(), manner="paper")
    hold(agent, evaluations_of(agent, contract)[0])
    with pytest.raises(Refused, match="evaluated"):
        take(agent, contract, "take_back")


def test_it_ends_on_one_of_its_days(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), until="running")
    for day in (contract.starts_on - DAY, contract.ends_on + DAY):
        with pytest.raises(Refused, match="outside_period"):
            take(agent, contract, "end", reason="agreed", ended_on=day)


def test_an_evaluation_is_put_off_until_it_is_late_and_then_no_more(federation: Federation) -> None:
    agent = federation.agent()
    contract = a_contract(agent, a_file(agent), -150, until="running")
    late, second, _third = evaluations_of(agent, contract)
    assert late.planned_on < today() < second.planned_on
    put_off(agent, second, 120)
    with pytest.raises(Refused, match="late"):
        put_off(agent, late, 10)
    with pytest.raises(Refused, match="outside_period"):
        put_off(agent, second, 400)


def test_nothing_is_evaluated_once_the_file_is_closed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contract = a_contract(agent, person, until="running")
    with agent.at_work() as session:
        move(session, agent.actor, session.get_one(Person, (person.tenant_id, person.id)), "close", reason="moved")
    with pytest.raises(Refused, match="closed_file"):
        hold(agent, evaluations_of(agent, contract)[0])


def test_each_act_is_on_record(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    contract = a_contract(agent, person, -10, until="running")
    hold(agent, evaluations_of(agent, contract)[0])
    take(agent, contract, "end", reason="reached", ended_on=today())
    with agent.at_work() as session:
        verbs = session.scalars(select(AuditEvent.verb).where(AuditEvent.person_id == person.id))
        assert {"contract.note", "contract.issue", "contract.sign", "contract.evaluate", "contract.end"} <= set(verbs)
