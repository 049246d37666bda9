"""Nobody has two seats in a session or waits on more than five lists; a list that does not move takes nobody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from clais.clock import now, today
from clais.database import open_engine, unit_of_work
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.workflow import Refused
from support_center.routing.actions import accept
from support_center.routing.models import Enrolment
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.offers import pass_on
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person, a_referral, a_scheme


def received(agent: Member, officer: Member, person: Person) -> Referral:
    referral = a_referral(agent, person)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
    return referral


def enters(officer: Member, referral: Referral, scheme_session: SchemeSession, *, waiting: bool) -> None:
    with officer.at_work() as session:
        mine = received_referral(session, referral.id)
        assert mine is not None
        keyring = officer.federation.keyring
        accept(session, officer.actor, mine, keyring, scheme_session=scheme_session, waiting=waiting)


@pytest.mark.parametrize("waiting", [False, True])
def test_one_person_has_one_place_in_a_session_whatever_the_referrals(federation: Federation, waiting: bool) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, held = a_scheme(officer)
    person = a_person(agent)
    first, second = (received(agent, officer, person) for _ in range(2))
    other = received(agent, officer, a_person(agent, "Lenoir", "Paul"))
    enters(officer, first, held, waiting=waiting)
    with pytest.raises(Refused, match="seated_already"):
        enters(officer, second, held, waiting=False)
    enters(officer, other, held, waiting=waiting)


def test_two_referrals_of_one_person_at_once_give_one_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _scheme, held = a_scheme(officer)
    person = a_person(agent)
    referrals = [received(agent, officer, person) for _ in range(6)]
    engine, start = open_engine(federation.engine.url, pool_size=len(referrals)), Barrier(len(referrals))

    def enter(place: int) -> str:
        with unit_of_work(engine, officer.scope, officer.actor) as session:
            mine = received_referral(session, referrals[place].id)
            assert mine is not None
            start.wait()
            try:
                # Half of them give a seat, half a place on the list.
                keyring = officer.federation.keyring
                accept(session, officer.actor, mine, keyring, scheme_session=held, waiting=bool(place % 2))
            except Refused as refused:
                session.rollback()
                return refused.code
        return "in"

    try:
        with ThreadPoolExecutor(len(referrals)) as pool:
            said = list(pool.map(enter, range(len(referrals))))
    finally:
        engine.dispose()
    assert sorted(said) == ["in", *["seated_already"] * 5]


def test_a_sixth_list_is_refused_in_words_and_nothing_is_lost(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    person = a_person(agent)
    lists = [a_scheme(officer, name=f"Atelier {number}")[1] for number in range(5)]
    for held in lists:
        enters(officer, received(agent, officer, person), held, waiting=True)
    scheme, held = a_scheme(officer, seats=0, name="Atelier de trop")
    sixth = a_referral(agent, person, scheme, held)
    browser = officer.browser()
    browser.post(f"/a-traiter/{sixth.id}/reception", status=303)
    form = {"accept-place": f"wait:{held.id}", "accept-comment": "À bientôt"}
    page = browser.post(f"/a-traiter/{sixth.id}/acceptation", form, status=409).get_data(as_text=True)
    assert "déjà sur 5 listes" in page
    assert "À bientôt" in page
    # A seat is no list.
    _scheme, free = a_scheme(officer, name="Avec une place")
    enters(officer, received(agent, officer, person), free, waiting=False)
    # Nor is a list whose session is over.
    over = {"starts_on": today() - timedelta(days=9), "ends_on": today() - timedelta(days=1)}
    with officer.at_work() as session:
        session.execute(update(SchemeSession).where(SchemeSession.id == lists[0].id).values(**over))
    browser.post(f"/a-traiter/{sixth.id}/acceptation", form, status=303)


def test_a_list_that_does_not_move_is_closed_and_opens_when_it_moves(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, held = a_scheme(officer, seats=1)
    enters(officer, received(agent, officer, a_person(agent)), held, waiting=False)
    for _each in range(2):
        enters(officer, received(agent, officer, a_person(agent)), held, waiting=True)
    assert pass_on(officer) == 0
    page = f"/offre-du-bassin/{scheme.id}"
    assert "la liste est fermée" not in agent.browser().get(page).get_data(as_text=True)
    long_ago = now() - timedelta(days=181)
    with officer.at_work() as session:
        here = (Enrolment.tenant_id == officer.tenant.id, Enrolment.scheme_session_id == held.id)
        session.execute(update(Enrolment).where(*here, Enrolment.state == "waiting").values(seated_at=long_ago))
    pass_on(officer)
    assert is_said_closed(officer, held)
    shown = agent.browser().get(page).get_data(as_text=True)
    assert "la liste est fermée" in shown
    assert "fermée" in officer.browser().get(f"/places/{held.id}").get_data(as_text=True)
    with pytest.raises(Refused, match="list_closed"):
        enters(officer, received(agent, officer, a_person(agent)), held, waiting=True)
    with officer.at_work() as session:
        row = session.get_one(SchemeSession, (officer.tenant.id, held.id))
        row.seats = 2
    pass_on(officer)
    with officer.at_work() as session:
        first = session.scalars(select(Enrolment).where(*here, Enrolment.offered_until.is_not(None))).one()
    browser = officer.browser()
    participant = browser.get(f"/participants/{first.participant_id}").get_data(as_text=True)
    answer = {"_version": version_sent_to("/accord", participant)}
    browser.post(f"/participants/{first.participant_id}/offre/accord", answer, status=303)
    pass_on(officer)
    assert not is_said_closed(officer, held)


def is_said_closed(officer: Member, held: SchemeSession) -> bool:
    with officer.at_work() as session:
        own = (SeatCount.tenant_id == officer.tenant.id, SeatCount.scheme_session_id == held.id)
        return bool(session.scalars(select(SeatCount.list_closed).where(*own)).one())
