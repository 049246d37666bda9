"""What an act checked still holds when it writes: the second of two acts waits, or is refused, or is asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.clock import today
from clais.database import Scope, ScopedSession, unit_of_work
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.queries import received_referral
from clais.workflow import Refused
from support_center.routing import actions as routing
from support_center.routing import seats as seating
from support_center.routing.jobs import apply_withdrawals
from support_center.routing.models import Enrolment, Participant
from tenants.follow_up import actions as follow_up
from tenants.follow_up.models import Contact
from tenants.orientation import queries as orientation
from tenants.orientation.actions import plans
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.people.models import Person
from tests.support.critical import interleave
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme

SEAT = "INSERT INTO enrolment"


class Centre:
    """Someone whom the centre accepted in a scheme without a seat, and two sessions of the scheme."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self.agent, self.officer = federation.agent(), federation.officer()
        self.scheme, self.first = a_scheme(self.officer, seats=5)
        self.second = self._session(self.scheme)
        self.referral = a_referral(self.agent, a_person(self.agent), self.scheme, self.first)
        with self.officer.at_work() as session:
            found = received_referral(session, self.referral.id)
            assert found is not None
            referral_actions.move(session, self.officer.actor, found, "receive")
            self.participant = routing.accept(session, self.officer.actor, found, federation.keyring)

    def _session(self, scheme: Scheme) -> SchemeSession:
        with self.officer.at_work() as session:
            owner = {"owner_tenant_id": self.officer.tenant.id, "basin_id": self.officer.tenant.basin_id}
            starts = today() + timedelta(days=60)
            days = {"starts_on": starts, "ends_on": starts + timedelta(days=60), "closes_on": starts}
            row = SchemeSession(**owner, scheme_id=scheme.id, place="Rue de Gilly 2", seats=5, **days)
            session.add(row)
        return row

    def give(self, seats: SchemeSession) -> Callable[[], object]:
        """An officer gives the person a seat."""

        def act() -> None:
            with self.officer.at_work() as session:
                row = session.get_one(Participant, (self.officer.tenant.id, self.participant.id))
                chosen = session.get_one(SchemeSession, (self.officer.tenant.id, seats.id))
                seating.give_seat(session, self.officer.actor, row, chosen)

        return act

    def withdraw(self) -> None:
        """The person withdraws, and the worker erases what the centre copied."""
        with self.agent.at_work() as session:
            referral_actions.withdraw(session, self.agent.actor, self.referral)
        self.erase()

    def erase(self) -> None:
        """The worker's job in the scope of the centre."""
        centre = self.federation.support_centre
        permissions = self.federation.app.extensions["clais"].permissions.of("system")
        system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
        with unit_of_work(self.federation.engine, Scope(centre.id, centre.basin_id), system) as session:
            apply_withdrawals(session, system)

    def seats(self) -> tuple[int, int]:
        """The seats that both sessions count as taken, and the seats that are held."""
        with self.officer.at_work() as session:
            rows = session.scalars(select(SchemeSession).where(SchemeSession.scheme_id == self.scheme.id)).all()
            held = session.scalars(select(Enrolment).where(Enrolment.state == "seated")).all()
            return sum(row.seats_taken for row in rows), len(held)


@pytest.fixture
def centre(federation: Federation) -> Centre:
    return Centre(federation)


def test_a_seat_given_while_a_withdrawal_is_applied_is_free_in_the_end(centre: Centre, engine: Engine) -> None:
    interleave(engine, centre.give(centre.first), centre.withdraw, SEAT)
    centre.erase()  # As each minute.
    assert centre.seats() == (0, 0)


def test_a_seat_given_without_a_lock_stays_taken_and_is_found(
    centre: Centre, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: nothing is locked when a seat is given, and the participant is not touched."""

    def careless(
        session: ScopedSession,
        _actor: Actor,
        participant: Participant,
        seats: SchemeSession,
        *,
        waiting: bool,
        from_list: bool,
    ) -> None:
        assert not waiting
        assert not from_list
        seating.take_seat(session, seats.id, participant.from_tenant_id)
        session.add(Enrolment(participant_id=participant.id, scheme_session_id=seats.id))
        session.flush()

    monkeypatch.setattr(seating, "lock", lambda _session, referral: referral)
    monkeypatch.setattr(seating, "lock_participant", lambda *_given: None)
    monkeypatch.setattr(seating, "enrol", careless)
    interleave(engine, centre.give(centre.first), centre.withdraw, SEAT)
    centre.erase()
    assert centre.seats() != (0, 0)


def test_of_two_officers_who_give_a_seat_at_once_the_second_is_asked(centre: Centre, engine: Engine) -> None:
    first, second = interleave(engine, centre.give(centre.first), centre.give(centre.second), SEAT)
    assert first is None
    assert isinstance(second, StaleDataError)
    assert centre.seats() == (1, 1)


class Plan:
    """A person with a plan of one objective without steps, and two colleagues."""

    def __init__(self, federation: Federation) -> None:
        self.agent = federation.agent()
        self.person = a_person(self.agent)
        with self.agent.at_work() as session:
            row = session.get_one(Person, (self.person.tenant_id, self.person.id))
            self.plan = plans.start_plan(session, row, self.agent.actor, goal="Un emploi")
            self.objective = plans.add_objective(session, self.plan, NewObjective("Parler assez", "languages"))

    def does(self, act: Callable[[ScopedSession, Member, Person, ActionPlan, PlanObjective], object]) -> Any:
        """An act on the plan in a transaction of its own."""

        def run() -> None:
            with self.agent.at_work() as session:
                person = session.get_one(Person, (self.person.tenant_id, self.person.id))
                plan = session.get_one(ActionPlan, (self.plan.tenant_id, self.plan.id))
                objective = session.get_one(PlanObjective, (self.plan.tenant_id, self.objective.id))
                act(session, self.agent, person, plan, objective)

        return run


ADDS = {
    "step": lambda session, _agent, _person, plan, objective: plans.add_step(
        session, plan, objective, NewStep("Passer le test")
    ),
    "objective": lambda session, _agent, _person, plan, _objective: plans.add_objective(
        session, plan, NewObjective("Se loger")
    ),
}
CLOSES = {
    "replaced": lambda session, agent, person, _plan, _objective: plans.start_plan(
        session, person, agent.actor, goal="Un autre"
    ),
    "evaluated": lambda session, agent, _person, plan, _objective: plans.evaluate_plan(
        session, plan, agent.actor, outcome="reached", in_person=True
    ),
}
INTO = {"step": "INSERT INTO plan_step", "objective": "INSERT INTO plan_objective"}


@pytest.mark.parametrize("closes", CLOSES)
@pytest.mark.parametrize("adds", ADDS)
def test_nothing_is_added_to_a_plan_that_is_closed_meanwhile(
    federation: Federation, engine: Engine, adds: str, closes: str
) -> None:
    """Whoever adds first keeps the plan open until it is written; whoever closes first refuses the other."""
    busy = Plan(federation)
    first, second = interleave(engine, busy.does(ADDS[adds]), busy.does(CLOSES[closes]), INTO[adds])
    # The colleague closed what they had read, or is asked because it has changed since.
    assert first is None
    assert second is None or isinstance(second, StaleDataError)
    late = Plan(federation)
    first, second = interleave(engine, late.does(CLOSES[closes]), late.does(ADDS[adds]), "UPDATE action_plan")
    assert first is None
    assert isinstance(second, Refused)
    assert second.code == "closed_plan"


def test_a_plan_that_is_not_locked_takes_a_step_after_its_end_and_is_found(
    federation: Federation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the state is the one that was read before."""
    monkeypatch.setattr(plans, "_lock_open", lambda *_given, **_options: None)
    late = Plan(federation)
    _first, second = interleave(engine, late.does(CLOSES["evaluated"]), late.does(ADDS["step"]), "UPDATE action_plan")
    assert second is None


def test_an_objective_removed_meanwhile_takes_no_step(federation: Federation, engine: Engine) -> None:
    plan = Plan(federation)
    removes = plan.does(
        lambda session, _agent, _person, found, objective: plans.remove_objective(session, found, objective)
    )
    first, second = interleave(engine, removes, plan.does(ADDS["step"]), "DELETE FROM plan_objective")
    assert first is None
    assert isinstance(second, StaleDataError)
    kept = Plan(federation)
    removes = kept.does(
        lambda session, _agent, _person, found, objective: plans.remove_objective(session, found, objective)
    )
    first, second = interleave(engine, kept.does(ADDS["step"]), removes, INTO["step"])
    assert first is None
    assert isinstance(second, Refused)
    with kept.agent.at_work() as session:
        assert len(session.scalars(select(PlanStep)).all()) == 1
        assert len(orientation.plan_content(session, kept.plan)) == 1


def test_a_contact_noted_while_another_is_removed_stays_the_last_one(federation: Federation, engine: Engine) -> None:
    agent = federation.agent()
    person = a_person(agent)

    def note(days: int) -> Contact:
        with agent.at_work() as session:
            row = session.get_one(Person, (person.tenant_id, person.id))
            day = today() - timedelta(days=days)
            return follow_up.note_contact(
                session, row, agent.actor, channel="phone", outcome="reached", happened_on=day
            )

    note(9)
    latest = note(5)

    def remove() -> None:
        with agent.at_work() as session:
            row = session.get_one(Person, (person.tenant_id, person.id))
            found = session.get_one(Contact, (person.tenant_id, latest.id))
            follow_up.remove_contact(session, found, row, agent.actor)

    assert interleave(engine, remove, lambda: note(0) and None, "UPDATE person")[:1] == [None]
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).last_contact_on == today()


def test_a_message_after_the_withdrawal_reaches_nobody(centre: Centre, engine: Engine) -> None:
    def write() -> None:
        with centre.officer.at_work() as session:
            found = received_referral(session, centre.referral.id)
            assert found is not None
            referral_actions.post_message(session, centre.officer.actor, found, "Bonjour")

    def withdraw() -> None:
        with centre.agent.at_work() as session:
            referral_actions.withdraw(session, centre.agent.actor, centre.referral)

    _first, second = interleave(engine, withdraw, write, "UPDATE referral ")
    assert isinstance(second, (Gone, AssertionError))
