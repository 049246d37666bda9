"""Who takes several rows takes them in one order: of two who want the same ones crosswise nobody is thrown out."""

from collections.abc import Callable, Collection
from datetime import timedelta
from operator import attrgetter
from typing import Any

import pytest
from psycopg.errors import DeadlockDetected
from sqlalchemy import Engine, select

from clais.actor import Actor
from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from support_center.routing import actions as routing
from support_center.routing import groups, jobs, queries, seats
from support_center.routing.models import Enrolment, Participant
from tests.support.critical import interleave
from tests.support.federation import Federation
from tests.support.referrals import a_person, a_referral, a_scheme

TAKEN = "UPDATE seat_count SET seats_taken=(seat_count.seats_taken +"
ERASED = "DELETE FROM participant_key"


class Two:
    """Two sessions, by their ids, and people with a seat of one of them."""

    def __init__(self, federation: Federation, places: tuple[int, ...]) -> None:
        self.federation = federation
        self.agent, self.officer = federation.agent(), federation.officer()
        self.scheme, first = a_scheme(self.officer, seats=5)
        starts = today() + timedelta(days=60)
        with self.officer.at_work() as session:
            other = SchemeSession(
                owner_tenant_id=self.officer.tenant.id, basin_id=self.officer.tenant.basin_id,
                scheme_id=self.scheme.id, place="Rue Neuve", seats=5, starts_on=starts,
                ends_on=starts + timedelta(days=5), closes_on=starts,
            )  # fmt: skip
            session.add(other)
        self.asked = first
        self.sessions = sorted((first, other), key=attrgetter("id"))
        self.referrals: list[Referral] = []
        self.people = [self._seated(place) for place in places]

    def _seated(self, place: int) -> Participant:
        referral = a_referral(self.agent, a_person(self.agent), self.scheme, self.asked)
        self.referrals.append(referral)
        with self.officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            referral_actions.move(session, self.officer.actor, found, "receive")
            chosen = session.get_one(SchemeSession, (self.officer.tenant.id, self.sessions[place].id))
            return routing.accept(session, self.officer.actor, found, self.federation.keyring, scheme_session=chosen)

    def moves(self, which: int, place: int) -> Callable[[], object]:
        """An officer moves one of them to a session."""

        def act() -> None:
            with self.officer.at_work() as session:
                row = session.get_one(Participant, (self.officer.tenant.id, self.people[which].id))
                chosen = session.get_one(SchemeSession, (self.officer.tenant.id, self.sessions[place].id))
                seats.give_seat(session, self.officer.actor, row, chosen)

        return act

    def notes(self, order: tuple[int, ...]) -> Callable[[], object]:
        """An officer notes the same for some of them."""

        def act() -> int:
            with self.officer.at_work() as session:
                rows = [session.get_one(Participant, (self.officer.tenant.id, self.people[one].id)) for one in order]
                return groups.act_for_all(session, self.officer.actor, "note", rows, {"text": "Présents."}).done

        return act

    def erases(self) -> None:
        """The worker's job in the scope of the centre."""
        centre = self.federation.support_centre
        permissions = self.federation.app.extensions["clais"].permissions.of("system")
        system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
        with unit_of_work(self.federation.engine, Scope(centre.id, centre.basin_id), system) as session:
            jobs.apply_withdrawals(session, system)

    def counted(self) -> list[tuple[int, int]]:
        """Of each session how many seats it counts as taken, and how many are held."""
        with self.officer.at_work() as session:
            held = list(session.scalars(select(Enrolment.scheme_session_id).where(Enrolment.state == "seated")))
            rows = [session.get_one(SchemeSession, (self.officer.tenant.id, one.id)) for one in self.sessions]
            return [(row.seats_taken, held.count(row.id)) for row in rows]


def is_deadlock(outcome: Any) -> bool:
    return isinstance(getattr(outcome, "orig", None), DeadlockDetected)


def unordered(*_nothing: object) -> None:
    """Planted: nothing is locked before it is changed."""


@pytest.mark.parametrize("first", [0, 1])
def test_two_people_who_are_moved_crosswise_both_arrive(federation: Federation, engine: Engine, first: int) -> None:
    two = Two(federation, (first, 1 - first))
    assert interleave(engine, two.moves(0, 1 - first), two.moves(1, first), TAKEN) == [None, None]
    assert two.counted() == [(1, 1), (1, 1)]


def test_without_an_order_one_of_the_two_is_thrown_out_and_is_found(
    federation: Federation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "lock_sessions", unordered)
    two = Two(federation, (0, 1))
    outcomes = interleave(engine, two.moves(0, 1), two.moves(1, 0), TAKEN)
    assert [is_deadlock(outcome) for outcome in outcomes].count(True) == 1


def withdrawn(federation: Federation) -> Two:
    """Two who withdrew, and the third sits where the second sat."""
    two = Two(federation, (1, 0, 0))
    for referral in two.referrals[:2]:
        with two.agent.at_work() as session:
            found = session.get_one(Referral, (two.agent.tenant.id, referral.id))
            referral_actions.withdraw(session, two.agent.actor, found)
    return two


def test_seats_that_the_worker_frees_stand_in_nobodys_way(federation: Federation, engine: Engine) -> None:
    two = withdrawn(federation)
    assert interleave(engine, two.erases, two.moves(2, 1), ERASED) == [None, None]
    assert two.counted() == [(0, 0), (1, 1)]


def test_a_worker_that_locks_one_after_the_other_is_found(
    federation: Federation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "lock_all", unordered)
    monkeypatch.setattr(queries, "no_longer_agreed", first_in_the_last_session(queries.no_longer_agreed))
    two = withdrawn(federation)
    assert any(map(is_deadlock, interleave(engine, two.erases, two.moves(2, 1), ERASED)))


def first_in_the_last_session(found: Callable[..., Any]) -> Callable[..., Any]:
    """Who was seated first comes first."""
    return lambda *arguments, **options: sorted(found(*arguments, **options), key=attrgetter("referral_id"))


def test_of_two_who_note_for_the_same_people_in_another_order_nobody_is_thrown_out(
    federation: Federation, engine: Engine
) -> None:
    two = Two(federation, (0, 0))
    assert interleave(engine, two.notes((0, 1)), two.notes((1, 0)), "UPDATE enrolment") == [2, 2]


def test_notes_in_the_order_of_a_page_are_found(
    federation: Federation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_given(rows: Collection[Participant]) -> list[Participant]:
        """Planted."""
        return list(rows)

    monkeypatch.setattr(groups, "in_order", as_given)
    two = Two(federation, (0, 0))
    outcomes = interleave(engine, two.notes((0, 1)), two.notes((1, 0)), "UPDATE enrolment")
    assert any(map(is_deadlock, outcomes))
