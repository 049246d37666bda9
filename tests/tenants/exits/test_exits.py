"""Who leaves has a result; some months later their last referent asks what became of them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from clais import clock
from clais.clock import now, today
from clais.dates import is_working_day, months_after
from clais.workflow import Refused
from tenants.exits import actions
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.rules.delays import months_of_checks
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tests.support.exits import CLOSING, checks_of, someone_gone
from tests.support.federation import Federation
from tests.tenants.agenda.days import a_file, reload
from tests.tenants.agenda.test_day_and_week import day_of


def typed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def test_closing_a_file_notes_the_result_and_plans_news_after_three_and_six_months(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    page = agent.browser().get(f"/personnes/{person.id}/cloture").get_data(as_text=True)
    assert "après 3 et 6 mois" in page
    agent.browser().post(f"/personnes/{person.id}/cloture", CLOSING, status=303)
    first, second = checks_of(agent, person)
    assert [first.months, second.months] == [3, 6]
    assert all(is_working_day(check.due_on) for check in (first, second))
    assert months_after(today(), 3) - timedelta(days=4) <= first.due_on <= months_after(today(), 3)
    file = agent.browser().get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "durée déterminée" in file
    assert file.count("Noter les nouvelles") == 2


def test_a_closing_without_a_result_says_that_it_is_not_known(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    agent.browser().post(f"/personnes/{person.id}/cloture", {"reason": "no_news"}, status=303)
    with agent.at_work() as session:
        left = session.scalars(select(PersonExit).where(PersonExit.person_id == person.id)).one()
    assert (left.reason, left.result) == ("no_news", "unknown")


def test_the_news_are_on_the_day_of_the_last_referent_when_their_time_has_come(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    person = someone_gone(agent, a_file(agent))
    assert "où en est la personne" not in day_of(agent)
    with clock.set_to(now() + timedelta(days=93)):
        assert "où en est la personne après 3 mois" in day_of(agent)
        assert "où en est la personne" not in day_of(colleague)
        with agent.at_work() as session:
            file = session.get_one(Person, (person.tenant_id, person.id))
            hand_over(session, agent.actor, file, colleague.membership)
        assert "où en est la personne" in day_of(colleague)


def test_one_form_says_reached_or_not_and_what_they_have_now(federation: Federation) -> None:
    agent = federation.agent()
    person = someone_gone(agent, a_file(agent))
    browser = agent.browser()
    first, second = checks_of(agent, person)
    path = f"/personnes/{person.id}/sortie/{first.id}"
    answers = {"reached": "yes", "asked_on": typed(today()), "_version": str(first.version)}
    browser.post(path, answers, status=422)
    browser.post(path, answers | {"result": "open_ended", "comment": "Engagée"}, status=303)
    missed = {"reached": "no", "asked_on": typed(today()), "_version": str(second.version)}
    browser.post(f"/personnes/{person.id}/sortie/{second.id}", missed, status=303)
    assert [(check.state, check.result) for check in checks_of(agent, person)] == [
        ("reached", "open_ended"),
        ("not_reached", None),
    ]
    assert "durée indéterminée" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    late = federation.agent().browser().post(path, answers | {"result": "looking"}, status=409)
    assert "durée indéterminée" in late.get_data(as_text=True)
    browser.post(f"/personnes/{person.id}/nouvelles-notees/{first.id}/retour", status=303)
    assert checks_of(agent, person)[0].state == "planned"


def test_news_from_before_the_exit_are_refused(federation: Federation) -> None:
    agent = federation.agent()
    person = someone_gone(agent, a_file(agent))
    check = checks_of(agent, person)[0]
    yesterday = today() - timedelta(days=1)
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        row = session.get_one(ExitCheck, (person.tenant_id, check.id))
        with pytest.raises(Refused, match="before_exit"):
            actions.note_news(session, file, row, agent.actor, reached=False, asked_on=yesterday)


def test_reopening_keeps_what_was_noted_and_asks_nothing_until_the_next_exit(federation: Federation) -> None:
    agent = federation.agent()
    person = someone_gone(agent, a_file(agent))
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        actions.reopen_file(session, file, agent.actor)
    assert [check.state for check in checks_of(agent, person)] == ["dropped", "dropped"]
    with clock.set_to(now() + timedelta(days=200)):
        assert "où en est la personne" not in day_of(agent)
        with agent.at_work() as session:
            file = session.get_one(Person, (person.tenant_id, person.id))
            actions.close_file(session, file, agent.actor, reason="training", result="training")
    assert [check.state for check in checks_of(agent, person)] == ["dropped", "dropped", "planned", "planned"]
    with agent.at_work() as session:
        exits = session.scalars(select(PersonExit.result).where(PersonExit.person_id == person.id))
        assert sorted(exits) == ["fixed_term", "training"]
    assert reload(agent, person).stage == "closed"


def test_a_platform_may_ask_at_other_months_since_a_day() -> None:
    settings = {"exit_checks": [{"from": "2027-01-01", "first_months": 4}]}
    assert months_of_checks(settings, date(2026, 12, 31)) == [3, 6]
    assert months_of_checks(settings, date(2027, 1, 1)) == [4, 6]


def test_another_platform_finds_nothing(federation: Federation) -> None:
    agent = federation.agent()
    person = someone_gone(agent, a_file(agent))
    check = checks_of(agent, person)[0]
    path, other = f"/personnes/{person.id}/sortie/{check.id}", federation.other_agent().browser()
    other.get(path, status=404)
    other.post(path, {"reached": "false"}, status=404)
    assert checks_of(agent, person)[0].state == "planned"
