"""The last seat has one winner; who comes too late is told so and loses nothing."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.database import Distribution, new_id, open_engine, unit_of_work
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.publications.queries import free_seats
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.workflow import Refused
from config.features import DISTRIBUTIONS
from support_center.catalogue.actions import edit_session
from support_center.routing import actions, seats
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import current_enrolment, participant_of
from support_center.routing.reserves import reserve
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.support.statements import statements

THREADS = 50


def received(agent: Member, officer: Member, count: int, scheme_session: SchemeSession) -> list[Referral]:
    """Referrals of `count` people that the centre has acknowledged."""
    referrals = [a_referral(agent, a_person(agent)) for _ in range(count)]
    with officer.at_work() as session:
        for referral in referrals:
            referral_actions.move(session, officer.actor, referral, "receive")
    assert scheme_session.seats_taken == 0
    return referrals


def test_fifty_at_once_for_the_last_seat_and_one_gets_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=1)
    referrals = received(agent, officer, THREADS, scheme_session)
    engine = open_engine(federation.engine.url, pool_size=THREADS)
    start = Barrier(THREADS)

    def take(referral: Referral) -> str:
        with unit_of_work(engine, officer.scope, officer.actor) as session:
            mine = received_referral(session, referral.id)
            assert mine is not None
            start.wait()
            try:
                actions.accept(session, officer.actor, mine, officer.federation.keyring, scheme_session=scheme_session)
            except seats.SessionFull:
                session.rollback()
                return "full"
        return "seated"

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            answers = list(pool.map(take, referrals))
    finally:
        engine.dispose()
    assert answers.count("seated") == 1
    assert answers.count("full") == THREADS - 1
    with officer.at_work() as session:
        row = session.get(SchemeSession, (officer.tenant.id, scheme_session.id))
        assert row is not None
        assert row.seats_taken == 1
        assert session.scalar(select(func.count()).select_from(Participant)) == 1
        assert session.scalar(select(func.count()).select_from(Enrolment)) == 1
        states = list(session.scalars(select(Referral.state).where(Referral.id.in_([r.id for r in referrals]))))
    assert sorted(states) == ["accepted"] + ["received"] * (THREADS - 1)


def test_too_late_on_the_page_offers_what_is_left(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=1)
    first = a_referral(agent, a_person(agent), scheme, scheme_session)
    second = a_referral(agent, a_person(agent, "Lenoir", "Paul"), scheme, scheme_session)
    browser = officer.browser()
    for referral in (first, second):
        browser.post(f"/a-traiter/{referral.id}/reception", status=303)
    browser.post(f"/a-traiter/{first.id}/acceptation", {"accept-place": str(scheme_session.id)}, status=303)
    late = browser.post(
        f"/a-traiter/{second.id}/acceptation",
        {"accept-place": str(scheme_session.id), "accept-comment": "À bientôt"},
        status=409,
    )
    page = late.get_data(as_text=True)
    assert "La dernière place vient d&#39;être attribuée" in page or "La dernière place vient d'être donnée" in page
    assert f"wait:{scheme_session.id}" in page
    assert "À bientôt" in page
    accepted = browser.post(
        f"/a-traiter/{second.id}/acceptation", {"accept-place": f"wait:{scheme_session.id}"}, status=303
    )
    assert "Liste d&#39;attente" in browser.get(str(accepted.location)).get_data(
        as_text=True
    ) or "Liste d'attente" in browser.get(str(accepted.location)).get_data(as_text=True)
    with officer.at_work() as session:
        waiting = participant_of(session, second.id)
        assert waiting is not None
        assert waiting.state == "waiting"
        row = session.get(SchemeSession, (officer.tenant.id, scheme_session.id))
        assert row is not None
        assert row.seats_taken == 1
        seated = participant_of(session, first.id)
        assert seated is not None
    # The seat is freed, and goes to who waited.
    shown = browser.get(f"/participants/{seated.id}").get_data(as_text=True)
    form = {"_submission": str(new_id()), "_version": version_sent_to("/liberation", shown)}
    browser.post(f"/participants/{seated.id}/liberation", form, status=303)
    offered = browser.get(f"/participants/{waiting.id}").get_data(as_text=True)
    form = {"place": str(scheme_session.id), "_version": version_sent_to("/place", offered)}
    browser.post(f"/participants/{waiting.id}/place", form, status=303)
    with officer.at_work() as session:
        now_seated = participant_of(session, second.id)
        assert now_seated is not None
        assert now_seated.state == "enrolled"
        held = current_enrolment(session, now_seated.id)
        assert held is not None
        assert held.state == "seated"


def test_changing_session_frees_the_old_seat_and_a_failure_frees_it_too(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _one, first = a_scheme(officer, seats=2)
    _two, second = a_scheme(officer, seats=2, name="Une autre session")
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        participant = actions.accept(session, officer.actor, referral, officer.federation.keyring, scheme_session=first)
    with officer.at_work() as session:
        mine = participant_of(session, referral.id)
        assert mine is not None
        seats.give_seat(session, officer.actor, mine, second)
    assert (taken(officer, first), taken(officer, second)) == (0, 1)
    with officer.at_work() as session:
        actions.report(session, officer.actor, referral, "fail", reason="did_not_come")
    assert (taken(officer, first), taken(officer, second)) == (0, 0)
    with officer.at_work() as session:
        row = session.get(Participant, (officer.tenant.id, participant.id))
        assert row is not None
        assert row.state == "left"


def taken(officer: Member, scheme_session: SchemeSession) -> int:
    with officer.at_work() as session:
        row: SchemeSession | None = session.get(SchemeSession, (officer.tenant.id, scheme_session.id))
        assert row is not None
        return row.seats_taken


def test_a_session_never_has_fewer_seats_than_are_held(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=3)
    for referral in received(agent, officer, 2, scheme_session):
        with officer.at_work() as session:
            actions.accept(session, officer.actor, referral, officer.federation.keyring, scheme_session=scheme_session)
    with officer.at_work() as session:
        row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
        with pytest.raises(Refused):
            edit_session(session, row, {"seats": 1})
        edit_session(session, row, {"seats": 2})
    # Nor does the database take one, whoever forgets to look.
    for fault in ({"seats": 1}, {"seats_taken": 3}, {"seats_taken": -1}):
        with officer.at_work() as session:
            row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
            for name, value in fault.items():
                setattr(row, name, value)
            with pytest.raises(IntegrityError, match="ck_seat_count_seats"):
                session.flush()
            session.rollback()


def test_other_seats_alone_are_another_version_of_a_session(federation: Federation) -> None:
    officer = federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=3)
    with officer.at_work() as first, officer.at_work() as second:
        mine, theirs = (
            session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)) for session in (first, second)
        )
        edit_session(first, mine, {"seats": 4})
        first.commit()
        with pytest.raises(StaleDataError):
            edit_session(second, theirs, {"seats": 5})
        second.rollback()
    assert mine.version == scheme_session.version + 1


EVERYWHERE = "|".join(name for name, where in DISTRIBUTIONS.items() if where is Distribution.REFERENCE)
WRITTEN = re.compile(
    rf"(?:INSERT INTO|UPDATE|DELETE FROM) (?:{EVERYWHERE})\b|FROM (?:{EVERYWHERE})\b.* FOR ", re.DOTALL
)


def test_a_seat_that_is_given_moved_or_freed_changes_nothing_that_every_server_has(
    federation: Federation, engine: Engine
) -> None:
    """In a cluster, such a change holds the row on all of them."""
    agent, officer = federation.agent(), federation.officer()
    (_one, first), (_two, second) = a_scheme(officer, seats=2), a_scheme(officer, seats=2, name="Une autre")
    (referral,) = received(agent, officer, 1, first)
    with statements(engine) as seen:
        with officer.at_work() as session:
            row = actions.accept(session, officer.actor, referral, officer.federation.keyring, scheme_session=first)
            seats.give_seat(session, officer.actor, row, second)
        with officer.at_work() as session:
            seats.release_seat(session, officer.actor, session.get_one(Participant, (officer.tenant.id, row.id)))
    assert sum("UPDATE seat_count" in statement for statement in seen) == 4
    assert [statement for statement in seen if WRITTEN.search(statement)] == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE scheme_session SET place = 'x'",
        "SELECT scheme_session.id FROM scheme_session WHERE id = 'x' FOR NO KEY UPDATE",
    ],
)
def test_a_change_of_what_every_server_has_is_found(statement: str) -> None:
    assert WRITTEN.search(statement)


def test_a_foreign_tenant_cannot_take_a_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=3)
    with agent.at_work() as session, pytest.raises(seats.SessionFull):
        seats.take_seat(session, scheme_session.id, agent.tenant.id)
    assert taken(officer, scheme_session) == 0


def keep(officer: Member, scheme_session: SchemeSession, platform: UUID, number: int, days: int = 10) -> None:
    """Keep seats of a session for a platform."""
    with officer.at_work() as session:
        row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
        reserve(session, row, platform, number, today() + timedelta(days=days))


def seat(officer: Member, referral: Referral, scheme_session: SchemeSession) -> str:
    """Accept a referral with a seat, if there is one."""
    with officer.at_work() as session:
        mine = received_referral(session, referral.id)
        assert mine is not None
        try:
            actions.accept(session, officer.actor, mine, officer.federation.keyring, scheme_session=scheme_session)
        except seats.SessionFull:
            session.rollback()
            return "full"
    return "seated"


def kept(officer: Member, scheme_session: SchemeSession) -> list[int]:
    """How many seats are left of what is kept, for each platform."""
    with officer.at_work() as session:
        row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
        return [left for left, _until in (row.count.reserved or {}).values()]


def free_for(member: Member, officer: Member, scheme_session: SchemeSession) -> int:
    """The free seats of a session, as a member reads them."""
    with member.at_work() as session:
        return free_seats(session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)))


def test_seats_that_are_kept_go_to_their_platform_and_come_back_to_it(federation: Federation) -> None:
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=3)
    keep(officer, scheme_session, other.tenant.id, 2)
    assert [free_for(who, officer, scheme_session) for who in (agent, other, officer)] == [1, 3, 3]
    one, two = received(agent, officer, 2, scheme_session)
    theirs, last = received(other, officer, 2, scheme_session)
    assert seat(officer, one, scheme_session) == "seated"
    assert seat(officer, two, scheme_session) == "full"
    assert seat(officer, theirs, scheme_session) == "seated"
    assert kept(officer, scheme_session) == [1]
    assert seat(officer, two, scheme_session) == "full"
    with officer.at_work() as session:
        found = participant_of(session, theirs.id)
        assert found is not None
        seats.release_seat(session, officer.actor, found)
    assert kept(officer, scheme_session) == [2]
    assert seat(officer, two, scheme_session) == "full"
    with officer.at_work() as session:
        row = session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id))
        with pytest.raises(Refused, match="seats_kept"):
            edit_session(session, row, {"seats": 2})
        with pytest.raises(Refused, match="too_many"):
            reserve(session, row, agent.tenant.id, 2, today())
        session.rollback()
    keep(officer, scheme_session, other.tenant.id, 0)
    assert seat(officer, two, scheme_session) == "seated"
    assert seat(officer, last, scheme_session) == "seated"
    assert taken(officer, scheme_session) == 3


def test_seats_are_kept_until_their_day(federation: Federation) -> None:
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=1)
    keep(officer, scheme_session, other.tenant.id, 1, days=0)
    (mine,) = received(agent, officer, 1, scheme_session)
    assert seat(officer, mine, scheme_session) == "full"
    with officer.at_work() as session:
        session.execute(
            update(SeatCount)
            .where(SeatCount.tenant_id == officer.tenant.id, SeatCount.scheme_session_id == scheme_session.id)
            .values(reserved={str(other.tenant.id): [1, (today() - timedelta(days=1)).isoformat()]})
        )
    assert free_for(agent, officer, scheme_session) == 1
    assert seat(officer, mine, scheme_session) == "seated"


def test_what_was_kept_until_a_day_that_is_over_is_taken_away(federation: Federation) -> None:
    other, officer = federation.other_agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=1)
    keep(officer, scheme_session, other.tenant.id, 1, days=0)
    keep(officer, scheme_session, other.tenant.id, 0, days=-1)
    assert kept(officer, scheme_session) == []
    with pytest.raises(Refused, match="past"):
        keep(officer, scheme_session, other.tenant.id, 1, days=-1)


def test_the_inbox_says_which_seats_are_free_for_whom(federation: Federation) -> None:
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=2)
    keep(officer, scheme_session, other.tenant.id, 2)
    a_referral(agent, a_person(agent), scheme, scheme_session)
    page = officer.browser().get("/a-traiter").get_data(as_text=True).replace("\xa0", " ")
    assert "complet" in page
    assert "2 libres sur 2" not in page
    a_referral(other, a_person(other), scheme, scheme_session)
    assert "2 libres sur 2" in officer.browser().get("/a-traiter").get_data(as_text=True).replace("\xa0", " ")


def test_many_at_once_leave_what_is_kept_for_others(federation: Federation) -> None:
    many = 12
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=5)
    keep(officer, scheme_session, other.tenant.id, 3)
    referrals = received(agent, officer, many, scheme_session) + received(other, officer, many, scheme_session)
    start = Barrier(2 * many)
    engine = open_engine(federation.engine.url, pool_size=2 * many)

    def take(referral: Referral) -> UUID | None:
        with unit_of_work(engine, officer.scope, officer.actor) as session:
            mine = received_referral(session, referral.id)
            assert mine is not None
            start.wait()
            try:
                actions.accept(session, officer.actor, mine, officer.federation.keyring, scheme_session=scheme_session)
            except seats.SessionFull:
                session.rollback()
                return None
        return referral.tenant_id

    try:
        with ThreadPoolExecutor(2 * many) as pool:
            seated = Counter(pool.map(take, referrals))
    finally:
        engine.dispose()
    assert seated[agent.tenant.id] + seated[other.tenant.id] == 5
    assert seated[other.tenant.id] >= 3
    assert (taken(officer, scheme_session), kept(officer, scheme_session)) == (5, [0])
