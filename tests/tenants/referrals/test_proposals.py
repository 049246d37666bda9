"""Choosing a scheme: what the orientation points to first, a free seat before a full session, nothing hidden."""

import re
from datetime import timedelta

from clais.clock import today
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.models import Referral
from tenants.orientation.models import OrientationDecision
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme


def schemes(officer: Member) -> None:
    """Four schemes whose names sort the other way round than they should be read."""
    a_scheme(officer, name="Alternance maçon")
    full, full_session = a_scheme(officer, name="Bases de calcul", seats=1)
    free, _free_session = a_scheme(officer, name="Cariste")
    with officer.at_work() as session:
        for scheme in (full, free):
            session.get_one(Scheme, (officer.tenant.id, scheme.id)).kind = "forem_training"
        session.get_one(SchemeSession, (officer.tenant.id, full_session.id)).seats_taken = 1


def decide(agent: Member, person_id: object, direction: str) -> None:
    with agent.at_work() as session:
        session.add(
            OrientationDecision(
                person_id=person_id,
                decided_on=today() - timedelta(days=3),
                decided_by=agent.membership.display_name,
                direction=direction,
                goal="Un métier",
                reasons="Elle le veut.",
            )
        )


def read(agent: Member, person_id: object) -> str:
    return agent.browser().get(f"/personnes/{person_id}/orienter").get_data(as_text=True)


def names(page: str) -> list[str]:
    return re.findall(r"(Alternance maçon|Bases de calcul|Cariste) <span", page)


def test_what_the_orientation_points_to_comes_first_and_there_a_free_seat_before_a_full_session(
    federation: Federation,
) -> None:
    agent = federation.agent()
    schemes(federation.officer())
    person = a_person(agent)
    decide(agent, person.id, "training")
    page = read(agent, person.id)
    assert names(page) == ["Cariste", "Bases de calcul", "Alternance maçon"]
    assert "orientation décidée : Formation" in page
    assert page.index("Bases de calcul") < page.index("Les autres dispositifs du bassin")


def test_without_an_orientation_all_stand_in_one_list(federation: Federation) -> None:
    agent = federation.agent()
    schemes(federation.officer())
    page = read(agent, a_person(agent).id)
    assert names(page) == ["Alternance maçon", "Cariste", "Bases de calcul"]
    assert "orientation décidée" not in page


def test_after_a_refusal_the_next_act_is_to_refer_elsewhere_and_what_runs_already_comes_last(
    federation: Federation,
) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, name="Alternance maçon")
    a_scheme(officer, name="Cariste")
    person = a_person(agent)
    sent = a_referral(agent, person, scheme, scheme_session)
    assert names(read(agent, person.id)) == ["Cariste", "Alternance maçon"]
    assert "Orienter ailleurs" not in agent.browser().get(f"/relais/{sent.id}").get_data(as_text=True)
    with officer.at_work() as session:
        referral = session.get_one(Referral, (agent.tenant.id, sent.id))
        move(session, officer.actor, referral, "receive")
        move(session, officer.actor, referral, "decline", reason="session_full")
    page = agent.browser().get(f"/relais/{sent.id}").get_data(as_text=True)
    assert f'/personnes/{person.id}/orienter">Orienter ailleurs' in page.replace("\n", "")
