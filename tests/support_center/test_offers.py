"""A free seat is offered to the first of the list and held meanwhile; without an answer, it passes on."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clais.clock import today
from clais.database import ScopedSession
from clais.dates import working_days_after
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral, ReferralEvent
from clais.exchange.referrals.queries import sent_referral
from clais.workflow import Refused
from support_center.catalogue.actions import close_session, edit_session
from support_center.routing import offers, seats
from support_center.routing.actions import accept, report
from support_center.routing.jobs import apply_withdrawals
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import current_enrolment, holders, participant_of
from support_center.routing.reserves import reserve
from tenants.referrals.actions import answer_offer
from tests.support.federation import Federation, Member
from tests.support.offers import pass_on, system_at_work
from tests.support.referrals import a_person, a_referral, a_scheme


class List:
    """A session of one seat that is taken, and people of a platform who wait for it, in their order."""

    def __init__(self, federation: Federation, waiting: int = 2, seats_in_all: int = 1) -> None:
        self.agent, self.officer = federation.agent(), federation.officer()
        self.federation = federation
        self.scheme, self.session = a_scheme(self.officer, seats=seats_in_all)
        self.seated = self._accepted(waiting=False)
        self.waiting = [self._accepted(waiting=True) for _ in range(waiting)]

    def _accepted(self, *, waiting: bool, agent: Member | None = None) -> Referral:
        referral = a_referral(agent or self.agent, a_person(agent or self.agent), self.scheme)
        with self.officer.at_work() as session:
            referral_actions.move(session, self.officer.actor, referral, "receive")
            accept(
                session,
                self.officer.actor,
                referral,
                self.officer.federation.keyring,
                scheme_session=self.session,
                waiting=waiting,
            )
        return referral

    def join(self, agent: Member) -> Referral:
        return self._accepted(waiting=True, agent=agent)

    def free(self) -> None:
        """The one who has the seat does not come."""
        with self.officer.at_work() as session:
            referral = session.scalars(select(Referral).where(Referral.id == self.seated.id)).one()
            report(session, self.officer.actor, referral, "fail", reason="did_not_come")

    def work(self) -> int:
        """What the worker does until it has nothing more to do."""
        return pass_on(self.officer)

    def stands(self) -> list[str]:
        """Where the offer of each who waited stands."""
        return [self.offer_of(referral) for referral in self.waiting]

    def offer_of(self, referral: Referral) -> str:
        with self.officer.at_work() as session:
            return session.scalars(select(Referral.seat_offer).where(Referral.id == referral.id)).one()

    def answer(self, referral: Referral, step: str, reason: str | None = None) -> None:
        with self.agent.at_work() as session:
            mine = sent_referral(session, referral.id)
            assert mine is not None
            answer_offer(session, self.agent.actor, mine, step, reason=reason)

    def place(self, referral: Referral) -> str:
        with self.officer.at_work() as session:
            participant = participant_of(session, referral.id)
            place = current_enrolment(session, participant.id) if participant else None
            return place.state if place else "none"

    def taken(self) -> int:
        with self.officer.at_work() as session:
            own = (SeatCount.tenant_id == self.officer.tenant.id, SeatCount.scheme_session_id == self.session.id)
            return session.scalars(select(SeatCount.seats_taken).where(*own)).one()

    def days_pass(self) -> None:
        """The last day of each open offer is over, and the days in which others have their turn are not."""
        yesterday = today() - timedelta(days=1)
        with self.officer.at_work() as session:
            session.execute(update(Referral).where(Referral.seat_offer == "offered").values(offer_until=yesterday))
            session.execute(
                update(Enrolment).where(Enrolment.offered_until.is_not(None)).values(offered_until=yesterday)
            )

    def change(self, **facts: object) -> None:
        with self.officer.at_work() as session:
            row = session.get(SchemeSession, (self.officer.tenant.id, self.session.id))
            assert row is not None
            edit_session(session, row, facts)


def test_the_first_of_the_list_is_offered_the_free_seat_and_nobody_else_gets_it(federation: Federation) -> None:
    line = List(federation)
    assert line.work() == 0
    line.free()
    assert line.taken() == 0
    assert line.work() == 1
    assert line.stands() == ["offered", "none"]
    assert line.taken() == 1
    with line.officer.at_work() as session, pytest.raises(seats.SessionFull):
        seats.take_seat(session, line.session.id, line.agent.tenant.id)
    with line.agent.at_work() as session:
        mine = sent_referral(session, line.waiting[0].id)
        assert mine is not None
        assert mine.offer_until == min(working_days_after(today(), 3), line.session.closes_on)
    line.answer(line.waiting[0], "accept_seat")
    assert line.work() == 1
    assert [line.place(one) for one in line.waiting] == ["seated", "waiting"]
    assert line.taken() == 1
    assert line.work() == 0


def test_a_refusal_costs_nothing_and_the_seat_passes_on(federation: Federation) -> None:
    line = List(federation)
    line.free()
    line.work()
    with pytest.raises(Refused, match="reason_missing"):
        line.answer(line.waiting[0], "refuse_seat")
    line.answer(line.waiting[0], "refuse_seat", "not_now")
    line.work()
    assert line.stands() == ["refused", "offered"]
    with line.officer.at_work() as session:
        order = [row.referral_id for row, _place in offers_in_order(session, line)]
    assert order == [one.id for one in line.waiting], "who refuses keeps their place"
    line.answer(line.waiting[1], "leave_list", "other_plan")
    line.work()
    assert [line.place(one) for one in line.waiting] == ["waiting", "none"]
    # For the days of an offer it is the others' turn; then it is theirs again.
    assert line.stands() == ["refused", "left"]
    with line.officer.at_work() as session:
        session.execute(update(Enrolment).where(Enrolment.not_before.is_not(None)).values(not_before=today()))
    line.work()
    assert line.stands() == ["offered", "left"]


def offers_in_order(session: ScopedSession, line: List) -> Sequence[tuple[Participant, Enrolment]]:
    return [held for held in holders(session, line.session.id) if held[1].state == "waiting"]


def test_an_offer_without_an_answer_expires_once_and_passes_on(federation: Federation) -> None:
    line = List(federation)
    line.free()
    line.work()
    line.days_pass()
    with pytest.raises(Refused, match="too_late"):
        line.answer(line.waiting[0], "accept_seat")
    line.work()
    assert line.stands() == ["expired", "offered"]
    assert line.taken() == 1
    with line.officer.at_work() as session:
        assert [row.referral_id for row, _place in offers_in_order(session, line)] == [
            line.waiting[1].id,
            line.waiting[0].id,
        ]
        steps = session.scalars(select(ReferralEvent.transition).where(ReferralEvent.referral_id == line.waiting[0].id))
        assert list(steps).count("expire_offer") == 1


@pytest.mark.parametrize("what", ["closed", "moved", "suspended"])
def test_what_becomes_of_the_session_takes_its_offers_back(federation: Federation, what: str) -> None:
    line = List(federation)
    line.free()
    line.work()
    if what == "closed":
        with line.officer.at_work() as session:
            row = session.get(SchemeSession, (line.officer.tenant.id, line.session.id))
            assert row is not None
            close_session(session, row)
    elif what == "moved":
        line.change(starts_on=line.session.starts_on + timedelta(days=7))
    else:
        line.change(suspended_from=today(), suspended_until=today() + timedelta(days=9))
    line.work()
    # Of a session that was moved, the same person is offered the seat anew, on the new days.
    assert line.stands() == ["offered" if what == "moved" else "withdrawn", "none"]
    assert line.taken() == (1 if what == "moved" else 0)
    with line.officer.at_work() as session:
        steps = session.scalars(select(ReferralEvent.transition).where(ReferralEvent.referral_id == line.waiting[0].id))
        assert "withdraw_offer" in list(steps)


@pytest.mark.parametrize("how", ["cancel", "withdraw"])
def test_with_the_referral_the_offer_ends_and_the_seat_passes_on(federation: Federation, how: str) -> None:
    line = List(federation)
    line.free()
    line.work()
    with line.agent.at_work() as session:
        mine = sent_referral(session, line.waiting[0].id)
        assert mine is not None
        if how == "cancel":
            referral_actions.cancel(session, line.agent.actor, mine, "found_work")
        else:
            referral_actions.withdraw(session, line.agent.actor, mine)
        assert mine.seat_offer == "withdrawn"
    with system_at_work(line.officer) as (session, actor):
        apply_withdrawals(session, actor)
    line.work()
    assert line.offer_of(line.waiting[1]) == "offered"
    assert line.taken() == 1


def test_a_seat_that_is_kept_for_others_is_offered_to_them_alone(federation: Federation) -> None:
    line = List(federation, waiting=1, seats_in_all=2)
    other = federation.other_agent()
    with line.officer.at_work() as session:
        row = session.get(SchemeSession, (line.officer.tenant.id, line.session.id))
        assert row is not None
        reserve(session, row, other.tenant.id, 1, today() + timedelta(days=3))
    line.work()
    assert line.stands() == ["none"]
    theirs = line.join(other)
    line.work()
    assert (line.stands(), line.offer_of(theirs)) == (["none"], "offered")
    # What is kept is kept again when they let it go, and is everybody's once its day is over.
    with other.at_work() as session:
        mine = sent_referral(session, theirs.id)
        assert mine is not None
        answer_offer(session, other.actor, mine, "leave_list", reason="too_far")
    line.work()
    assert line.stands() == ["none"]
    with line.officer.at_work() as session:
        row = session.get(SchemeSession, (line.officer.tenant.id, line.session.id))
        assert row is not None
        reserve(session, row, other.tenant.id, 0, today())
    line.work()
    assert line.stands() == ["offered"]


def test_the_centre_notes_a_yes_or_passes_on(federation: Federation) -> None:
    line = List(federation)
    line.free()
    line.work()
    with line.officer.at_work() as session:
        participant = participant_of(session, line.waiting[0].id)
        assert participant is not None
        offers.take_back(session, line.officer.actor, participant)
    line.work()
    assert line.stands() == ["withdrawn", "offered"]
    with line.officer.at_work() as session:
        participant = participant_of(session, line.waiting[1].id)
        assert participant is not None
        seats.give_seat(session, line.officer.actor, participant, line.session)
    assert line.stands() == ["withdrawn", "accepted"]
    assert line.place(line.waiting[1]) == "seated"
    assert line.taken() == 1
    assert line.work() == 0
