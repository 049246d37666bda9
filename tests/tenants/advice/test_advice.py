"""Some weeks after an orientation it is asked whether the advised step was done; a click answers it."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from clais import clock
from clais.clock import now
from clais.workflow import Refused
from tenants.advice import actions
from tenants.advice.choices import ANSWERS, NOUNS, WHY_NOT
from tenants.advice.models import AdviceAnswer
from tenants.advice.rules.asking import is_asked, is_due
from tenants.orientation.models import OrientationDecision
from tenants.people.actions import hand_over, move
from tenants.people.models import Person
from tests.support.advice import a_decision, answered
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file
from tests.tenants.agenda.test_day_and_week import day_of, rows

ASKED = "Est-ce fait"
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def given_answers(member: Member, person: Person) -> list[str]:
    with member.at_work() as session:
        found = select(AdviceAnswer.answer).where(AdviceAnswer.person_id == person.id).order_by(AdviceAnswer.id)
        return list(session.scalars(found))


def file_of(member: Member, person: Person) -> str:
    return member.browser().get(f"/personnes/{person.id}").get_data(as_text=True)


def address_of(page: str, end: str) -> str:
    found = re.search(rf'action="([^"]*/orientations/[^"]*{end})"', page)
    assert found is not None
    return unescape(found[1])


@given(DAYS, st.integers(0, 120))
def test_it_is_asked_from_four_weeks_on_and_due_from_six(since: date, days: int) -> None:
    day = since + timedelta(days=days)
    assert is_asked(since, day) == (28 <= days <= 84)
    assert is_due(since, day) == (days >= 42)


@pytest.mark.parametrize(
    ("days", "part"), [(27, ""), (28, "week"), (41, "week"), (42, "today"), (84, "today"), (85, "")]
)
def test_it_is_on_the_day_of_who_follows_the_file_in_its_weeks(federation: Federation, days: int, part: str) -> None:
    agent, colleague = federation.agent(), federation.agent()
    person = a_file(agent)
    a_decision(agent, person, days)
    page = day_of(agent)
    assert {name for name in ("today", "week") if ASKED in rows(page, name)} == ({part} if part else set())
    assert ASKED not in day_of(colleague)
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        hand_over(session, agent.actor, file, colleague.membership)
    assert (ASKED in day_of(colleague)) == bool(part)


def test_from_the_day_it_takes_two_clicks_and_the_path_shows_it(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_decision(agent, person, 45)
    browser = agent.browser()
    page = day_of(agent)
    asked = re.search(r'href="([^"]*/orientations/[^"]*/suite)"', page)
    assert asked is not None
    form = browser.get(unescape(asked[1])).get_data(as_text=True)
    assert "aide-ménagère" in form
    browser.post(address_of(form, "/inaccessible"), status=303)
    assert ASKED not in day_of(agent)
    file = browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "hors de portée" in file.partition('id="advice"')[2]
    assert "hors de portée" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    browser.post(address_of(file, "/retrait"), status=303)
    assert given_answers(agent, person) == []
    assert ASKED in day_of(agent)


def test_each_answer_is_a_click_in_the_file_and_a_no_has_its_reason(federation: Federation) -> None:
    agent = federation.agent()
    for code, noun in NOUNS.items():
        person = a_file(agent, f"Suite{noun}")
        a_decision(agent, person, 30)
        agent.browser().post(address_of(file_of(agent, person), f"/{noun}"), status=303)
        assert given_answers(agent, person) == [code]
    assert set(ANSWERS) - set(WHY_NOT) == {"done", "not_yet"}
    assert set(NOUNS) == set(ANSWERS)


def test_not_yet_is_asked_again_four_weeks_later(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    decision = a_decision(agent, person, 45)
    answered(agent, decision, "not_yet")
    assert ASKED not in day_of(agent)
    assert "/faite" in file_of(agent, person)
    with clock.set_to(now() + timedelta(days=28)):
        assert ASKED in day_of(agent)
        answered(agent, decision, "done")
        assert ASKED not in day_of(agent)
        assert "/faite" not in file_of(agent, person)
    assert given_answers(agent, person) == ["not_yet", "done"]


def test_two_clicks_note_it_once(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    decision = a_decision(agent, person, 45)
    for _click in range(2):
        answered(agent, decision, "done")
    assert given_answers(agent, person) == ["done"]


def test_of_an_orientation_that_was_replaced_nothing_is_asked(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    old = a_decision(agent, person, 60)
    a_decision(agent, person, 2)
    assert ASKED not in day_of(agent)
    path = f"/personnes/{person.id}/orientations/{old.id}/suite/faite"
    agent.browser().post(path, status=303)
    assert given_answers(agent, person) == []


def test_only_the_last_answer_is_taken_back(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    decision = a_decision(agent, person, 45)
    first = answered(agent, decision, "not_yet")
    answered(agent, decision, "obstacle")
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        row = session.get_one(AdviceAnswer, (person.tenant_id, first.id))
        with pytest.raises(Refused, match="answered_since"):
            actions.take_back(session, file, row)


def test_a_closed_file_is_not_asked_about(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    decision = a_decision(agent, person, 45)
    with agent.at_work() as session:
        move(session, agent.actor, session.get_one(Person, (person.tenant_id, person.id)), "close", reason="job")
    assert ASKED not in day_of(agent)
    agent.browser().get(f"/personnes/{person.id}/orientations/{decision.id}/suite", status=409)
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        found = session.get_one(OrientationDecision, (decision.tenant_id, decision.id))
        with pytest.raises(Refused, match="closed_file"):
            actions.note_answer(session, file, found, agent.actor, "done")


def test_who_may_not_decide_does_not_answer_and_another_platform_finds_nothing(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    other = a_file(agent, "Benali")
    decision = a_decision(agent, person, 45)
    path = f"/personnes/{person.id}/orientations/{decision.id}/suite"
    elsewhere = f"/personnes/{other.id}/orientations/{decision.id}/suite"
    clerk = federation.member(federation.platform, "receptionist", "Samia Ben Ali")
    for who, address, status in ((federation.other_agent(), path, 404), (clerk, path, 403), (agent, elsewhere, 404)):
        browser = who.browser()
        page = browser.get(address, status=status).get_data(as_text=True)
        assert person.family_name not in page
        browser.post(f"{address}/{NOUNS['done']}", status=status)
    with agent.at_work() as session:
        assert session.scalars(select(AdviceAnswer)).all() == []
