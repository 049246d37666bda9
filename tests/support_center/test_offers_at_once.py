"""Seats that are taken, held and offered are never more than there are, whatever comes at once and in which order."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from clais.database import ScopedSession, open_engine, unit_of_work
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral, sent_referral
from clais.workflow import Refused
from support_center.routing import actions, seats
from support_center.routing.models import Enrolment, Participant
from support_center.routing.offers import take_back
from support_center.routing.queries import participant_of
from support_center.routing.reserves import HOLDS_A_SEAT
from tenants.referrals.actions import answer_offer
from tests.support.federation import Federation
from tests.support.offers import an_offered_seat, pass_on
from tests.support.referrals import a_person, a_referral, a_scheme

AT_ONCE = 12


def test_an_offer_that_is_accepted_and_seats_that_are_given_race_and_there_is_one_winner(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    offered = an_offered_seat(agent, officer)
    with officer.at_work() as session:
        # The offered seat is the last one.
        own = (SeatCount.tenant_id == officer.tenant.id, SeatCount.scheme_session_id == offered.offered_session_id)
        count = session.scalars(select(SeatCount).where(*own)).one()
        count.seats = count.seats_taken
        session_id = count.scheme_session_id
    person = a_person(agent)
    others = [a_referral(agent, person) for _ in range(AT_ONCE - 1)]
    with officer.at_work() as session:
        for referral in others:
            referral_actions.move(session, officer.actor, referral, "receive")
    engine, start = open_engine(federation.engine.url, pool_size=AT_ONCE), Barrier(AT_ONCE)

    def accept_the_offer() -> str:
        with unit_of_work(engine, agent.scope, agent.actor) as session:
            mine = sent_referral(session, offered.id)
            assert mine is not None
            start.wait()
            answer_offer(session, agent.actor, mine, "accept_seat")
        return "accepted"

    def take(referral: Referral) -> str:
        with unit_of_work(engine, officer.scope, officer.actor) as session:
            mine = received_referral(session, referral.id)
            assert mine is not None
            wanted = session.get_one(SchemeSession, (officer.tenant.id, session_id))
            start.wait()
            try:
                actions.accept(session, officer.actor, mine, officer.federation.keyring, scheme_session=wanted)
            except seats.SessionFull:
                session.rollback()
                return "full"
        return "seated"

    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = [pool.submit(accept_the_offer), *(pool.submit(take, referral) for referral in others)]
            said = [answer.result() for answer in answers]
    finally:
        engine.dispose()
    assert sorted(said) == ["accepted", *["full"] * (AT_ONCE - 1)]
    pass_on(officer)
    with officer.at_work() as session:
        held = session.scalars(
            select(Participant.referral_id)
            .join(Enrolment, Enrolment.participant_id == Participant.id)
            .where(Enrolment.scheme_session_id == session_id, Enrolment.state == "seated")
        )
        assert list(held) == [offered.id]


class Small:
    """A session of two seats, four people, and the acts of both sides; what is refused does nothing."""

    SEATS = 2

    def __init__(self, federation: Federation) -> None:
        self.agent, self.officer = federation.agent(), federation.officer()
        _scheme, self.session = a_scheme(self.officer, seats=self.SEATS)
        self.referrals = [a_referral(self.agent, a_person(self.agent)) for _ in range(4)]
        with self.officer.at_work() as session:
            for referral in self.referrals:
                referral_actions.move(session, self.officer.actor, referral, "receive")

    def act(self, act: str, who: int) -> None:
        """One act on one of the four."""
        if act == "worker":
            pass_on(self.officer)
            return
        with suppress(Refused, seats.SessionFull):
            if act in ANSWERS:
                with self.agent.at_work() as session:
                    mine = sent_referral(session, self.referrals[who].id)
                    assert mine is not None
                    answer_offer(session, self.agent.actor, mine, ANSWERS[act], reason="other")
            else:
                with self.officer.at_work() as session:
                    self._at_the_centre(session, act, self.referrals[who])

    def _at_the_centre(self, session: ScopedSession, act: str, referral: Referral) -> None:
        mine, actor = received_referral(session, referral.id), self.officer.actor
        held = session.get_one(SchemeSession, (self.officer.tenant.id, self.session.id))
        assert mine is not None
        known = participant_of(session, referral.id)
        if known is None:
            keyring = self.officer.federation.keyring
            actions.accept(session, actor, mine, keyring, scheme_session=held, waiting=act != "give")
        elif act == "give":
            seats.give_seat(session, actor, known, held)
        elif act == "release":
            seats.release_seat(session, actor, known)
        elif act == "back":
            take_back(session, actor, known)

    def counted(self) -> int:
        """The seats that the session counts as taken."""
        with self.officer.at_work() as session:
            own = (SeatCount.tenant_id == self.officer.tenant.id, SeatCount.scheme_session_id == self.session.id)
            return session.scalars(select(SeatCount.seats_taken).where(*own)).one()

    def held(self) -> int:
        """Who is seated, or offered a seat."""
        with self.officer.at_work() as session:
            here = (Enrolment.scheme_session_id == self.session.id, Enrolment.state != "released")
            return session.scalar(select(func.count()).where(*here, HOLDS_A_SEAT)) or 0

    def whose_turn_it_is(self) -> bool:
        """Whether somebody waits who may be offered a seat today."""
        with self.officer.at_work() as session:
            here = (Enrolment.scheme_session_id == self.session.id, Enrolment.state == "waiting")
            waits = select(Enrolment.id).where(*here, Enrolment.offered_until.is_(None))
            return session.scalars(waits.where(Enrolment.not_before.is_(None))).first() is not None


ANSWERS = {"yes": "accept_seat", "no": "refuse_seat", "leave": "leave_list"}
ACTS = ("give", "wait", "release", "worker", "yes", "no", "leave", "back")
Step = tuple[str, int]


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), min_size=4, max_size=14))
def test_taken_held_and_offered_are_never_more_than_the_seats(federation: Federation, steps: list[Step]) -> None:
    """Against a small model: a seat is of who is seated or offered one, and the count says how many these are."""
    world = Small(federation)
    for act, who in steps:
        world.act(act, who)
        assert world.counted() == world.held() <= Small.SEATS
    pass_on(world.officer)
    # In the end no seat is free while someone waits whose turn it is.
    assert world.held() == Small.SEATS or not world.whose_turn_it_is()
