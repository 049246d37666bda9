"""How long things usually take is counted from what happened, told to the basin, and never of a few people."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from clais.clock import now, today
from clais.exchange.publications.models import Scheme
from clais.exchange.publications.queries import offers_of_basin, usual_delays
from clais.exchange.publications.rules.delays import ANSWER, LEAST, WAIT, Usual, usual
from clais.exchange.publications.rules.freshness import hidden_from, is_hidden, is_stale
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.queries import received_referral
from support_center.catalogue.delays import counted, next_count_at
from support_center.catalogue.jobs import count_delays
from support_center.routing.models import Enrolment
from support_center.routing.queries import participant_of
from support_center.routing.seats import give_seat
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([1] * (LEAST - 1), None),
        (list(range(1, 11)), Usual(5, 9)),
        ([0] * 19 + [40], Usual(0, 0)),
        ([3, 1, 2] * 7, Usual(2, 3)),
        ([-1] * LEAST, Usual(0, 0)),
    ],
)
def test_what_is_usual_is_the_middle_and_nine_in_ten_of_enough_people(days: list[int], said: Usual | None) -> None:
    assert usual(days) == said


def answered(agent: Member, officer: Member, scheme: Scheme, number: int) -> None:
    """So many people who were referred, and answered on the same day."""
    for _turn in range(number):
        referral = a_referral(agent, a_person(agent), scheme)
        with officer.at_work() as session:
            mine = received_referral(session, referral.id)
            assert mine is not None
            move(session, officer.actor, mine, "receive")
            move(session, officer.actor, mine, "decline", reason="session_full")


def test_ten_answers_are_told_and_nine_are_not(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, _session = a_scheme(officer)
    answered(agent, officer, scheme, LEAST - 1)
    with officer.at_work() as session:
        assert counted(session) == {}
        assert next_count_at(session) is None
        assert count_delays(session, officer.actor) == 0
    answered(agent, officer, scheme, 1)
    with officer.at_work() as session:
        assert next_count_at(session) is not None
        assert count_delays(session, officer.actor) == 2
    with federation.other_agent().at_work() as session:
        assert usual_delays(session) == {(None, ANSWER): Usual(0, 0), (scheme.id, ANSWER): Usual(0, 0)}
    with officer.at_work() as session:
        due = next_count_at(session)
        assert due is not None
        assert due > now()
        assert count_delays(session, officer.actor) == 2
    page = agent.browser().get(f"/offre-du-bassin/{scheme.id}").get_data(as_text=True)
    assert "d'habitude 0 jour" in page.replace("&#39;", "'")


def test_the_wait_is_counted_from_the_list_to_the_seat_and_said_of_what_is_full(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=LEAST)
    for number in range(LEAST):
        waiting = a_participant(agent, officer, f"Nom{number}", "Ana", scheme, scheme_session, waiting=True)
        with officer.at_work() as session:
            session.execute(
                update(Enrolment)
                .where(Enrolment.tenant_id == officer.tenant.id, Enrolment.participant_id == waiting.id)
                .values(seated_at=now() - timedelta(days=number))
            )
        with officer.at_work() as session:
            mine = participant_of(session, waiting.referral_id)
            assert mine is not None
            give_seat(session, officer.actor, mine, scheme_session)
    with officer.at_work() as session:
        found = counted(session)
        count_delays(session, officer.actor)
    assert found[scheme.id, WAIT] == Usual(4, 8)
    listed = agent.browser().get("/offre-du-bassin").get_data(as_text=True).replace("&#39;", "'")
    assert "liste d'attente, d'habitude 4 jours (9 sur 10" in listed


def test_six_months_ask_and_seven_hide() -> None:
    day = today()
    since = day.replace(day=1)
    assert not is_stale(since, day)
    assert is_stale(day - timedelta(days=186), day)
    assert not is_hidden(day - timedelta(days=186), day)
    assert is_hidden(day - timedelta(days=217), day)
    assert hidden_from(day) > day


def confirmed(officer: Member, scheme: Scheme, days: int) -> None:
    """Let a scheme have been confirmed so many days ago."""
    with officer.at_work() as session:
        session.get_one(Scheme, (officer.tenant.id, scheme.id)).confirmed_on = today() - timedelta(days=days)


def test_what_nobody_confirms_is_asked_for_then_hidden_and_back_by_one_click(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, _session = a_scheme(officer)
    browser, shown = officer.browser(), f"/dispositifs/{scheme.id}"
    assert "Toujours exact" not in browser.get(shown).get_data(as_text=True)
    for days, offered in ((190, 1), (220, 0)):
        confirmed(officer, scheme, days)
        with agent.at_work() as session:
            assert len(offers_of_basin(session)) == offered
        assert "Toujours exact" in browser.get(shown).get_data(as_text=True)
        assert "à confirmer" in browser.get("/dispositifs?stale=yes").get_data(as_text=True)
    browser.post(f"{shown}/confirmation", {}, status=303)
    with agent.at_work() as session:
        assert len(offers_of_basin(session)) == 1
    assert scheme.name not in browser.get("/dispositifs?stale=yes").get_data(as_text=True)


@pytest.mark.parametrize(("asked", "found"), [("before=31", True), ("before=14", False), ("kind=cisp", False)])
def test_schemes_are_narrowed_by_what_they_are(asked: str, found: bool, federation: Federation) -> None:
    scheme, _session = a_scheme(federation.officer())
    page = federation.agent().browser().get(f"/offre-du-bassin?{asked}").get_data(as_text=True)
    assert (f"/offre-du-bassin/{scheme.id}" in page) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [("aide menagere", True), ("GERMOIR", True), ("6060", True), ("gilly entreprise", True), ("soudeur", False)],
)
def test_a_scheme_is_found_by_what_is_said_of_it(words: str, found: bool, federation: Federation) -> None:
    scheme, _session = a_scheme(federation.officer())
    page = federation.agent().browser().post("/offre-du-bassin/recherche", {"q": words}, status=200)
    assert (f"/offre-du-bassin/{scheme.id}" in page.get_data(as_text=True)) == found
