"""The last seat has one winner; who comes too late is told so and loses nothing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from clais.database import new_id, open_engine, unit_of_work
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.workflow import Refused
from support_center.catalogue.actions import edit_session
from support_center.routing import actions, seats
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import current_enrolment, participant_of
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person, a_referral, a_scheme

THREADS = 50


def received(agent: Member, officer: Member, count: int, scheme_session: SchemeSession) -> list[Referral]:
    """Referrals of `count` people that the centre has acknowledged."""
    person = a_person(agent)
    referrals = [a_referral(agent, person) for _ in range(count)]
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


def test_a_foreign_tenant_cannot_take_a_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, scheme_session = a_scheme(officer, seats=3)
    with agent.at_work() as session, pytest.raises(seats.SessionFull):
        seats.take_seat(session, scheme_session.id)
    assert taken(officer, scheme_session) == 0
