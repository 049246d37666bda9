"""While the clock of a person stands still, what is due is put off; what is late already stays late."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from clais.clock import today
from clais.dates import is_working_day, working_day_on_or_before
from clais.workflow import Refused
from tenants.orientation.models import ActionPlan
from tenants.pauses import actions
from tenants.pauses.choices import REASONS
from tenants.pauses.models import ClockPause
from tenants.pauses.rules.stopping import is_put_off, length, put_off
from tenants.people.models import Person
from tests.support.contracts import a_contract, evaluations_of, stored, typed
from tests.support.federation import Federation, Member
from tests.support.pauses import a_pause
from tests.tenants.agenda.days import a_file
from tests.tenants.agenda.test_day_and_week import a_plan

DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
DAY = timedelta(days=1)


def act_on(member: Member, pause: ClockPause, act: str, **facts: object) -> None:
    with member.federation.app.test_request_context(), member.at_work() as session:
        row = session.get_one(ClockPause, (pause.tenant_id, pause.id))
        file = session.get_one(Person, (pause.tenant_id, pause.person_id))
        getattr(actions, act)(session, file, row, member.actor, **facts)


def review_of(member: Member, person: Person) -> date:
    with member.at_work() as session:
        return session.scalars(select(ActionPlan.review_on).where(ActionPlan.person_id == person.id)).one()


@given(DAYS, DAYS, DAYS)
def test_what_was_late_when_the_pause_was_noted_is_never_put_off(due: date, starts: date, noted: date) -> None:
    if due < noted or due < starts:
        assert not is_put_off(due, starts, noted)
    else:
        assert is_put_off(due, starts, noted)


@given(DAYS, st.integers(1, 366))
def test_a_day_is_put_off_by_the_whole_pause_to_a_working_day(due: date, days: int) -> None:
    later = put_off(due, length(due, due + timedelta(days=days - 1)))
    assert is_working_day(later)
    assert due + timedelta(days=days) <= later <= due + timedelta(days=days + 6)
    assert put_off(due, timedelta()) == due


def test_no_reason_names_an_illness_or_a_conviction() -> None:
    assert set(REASONS) == {"health_or_family", "prevented", "working", "away", "other"}
    assert not {"text", "note", "comment"} & set(ClockPause.__table__.columns.keys())


def test_the_plan_and_the_contract_are_put_off_and_what_comes_before_is_not(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, review_in=20)
    contract = a_contract(agent, person, -100, until="running")
    first, second, third = (each.planned_on for each in evaluations_of(agent, contract))
    pause = a_pause(agent, person, 15, 30)
    assert review_of(agent, person) == put_off(today() + timedelta(days=20), timedelta(days=30))
    moved = [each.planned_on for each in evaluations_of(agent, contract)]
    wanted = [put_off(day, timedelta(days=30)) if day >= pause.starts_on else day for day in (first, second, third)]
    last = working_day_on_or_before(stored(agent, contract).ends_on)
    assert moved == [min(day, max(last, old)) for day, old in zip(wanted, (first, second, third), strict=True)]


def test_what_is_late_stays_late(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, review_in=-3)
    assert a_pause(agent, person, -10, 60).moved == []
    assert review_of(agent, person) == today() - timedelta(days=3)


def test_a_pause_made_longer_or_shorter_takes_along_what_it_put_off(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, review_in=40)
    due = review_of(agent, person)
    pause = a_pause(agent, person, 0, 10)
    act_on(agent, pause, "change_pause", until_on=today() + timedelta(days=19))
    assert review_of(agent, person) == put_off(due, timedelta(days=20))
    act_on(agent, pause, "change_pause", until_on=today() + timedelta(days=4))
    assert review_of(agent, person) == put_off(due, timedelta(days=5))
    act_on(agent, pause, "withdraw_pause")
    assert review_of(agent, person) == due


def test_a_day_that_someone_chose_meanwhile_stays(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, review_in=40)
    pause = a_pause(agent, person, 0, 10)
    chosen = today() + timedelta(days=70)
    with agent.at_work() as session:
        session.scalars(select(ActionPlan).where(ActionPlan.person_id == person.id)).one().review_on = chosen
    act_on(agent, pause, "withdraw_pause")
    assert review_of(agent, person) == chosen


def test_a_pause_that_is_over_is_not_made_longer_and_two_do_not_overlap(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    pause = a_pause(agent, person, -10, 10)
    with pytest.raises(Refused, match="over"):
        act_on(agent, pause, "change_pause", until_on=today() + timedelta(days=5))
    with pytest.raises(Refused, match="overlap"):
        a_pause(agent, person, -3, 10)
    a_pause(agent, person, 0, 10)
    with pytest.raises(Refused, match="over"):
        a_pause(agent, person, -40, 10)


def test_the_form_says_what_will_be_put_off_and_the_file_shows_the_pause(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, review_in=10)
    browser, path = agent.browser(), f"/personnes/{person.id}/pauses/nouvelle"
    assert "Plan à évaluer" in browser.get(path).get_data(as_text=True)
    form = {"reason": "health_or_family", "starts_on": typed(today()), "until_on": typed(today() + 20 * DAY)}
    browser.post(path, form | {"until_on": typed(today() - DAY)}, status=422)
    browser.post(path, form, status=303)
    file = browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "En pause jusqu" in file
    assert "Raison de santé ou de famille" in file
    assert "1 échéance reportée" in file
    page = browser.post(path, form, status=422).get_data(as_text=True)
    assert "Une autre pause couvre" in page
    federation.other_agent().browser().get(path, status=404)
    federation.member(federation.platform, "receptionist", "Samia Ben Ali").browser().get(path, status=403)
