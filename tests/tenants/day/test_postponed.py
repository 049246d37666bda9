"""Everything on one's day can wait until a day that one chooses, says until when, and comes back on that day."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape

from sqlalchemy import select

from clais import clock
from clais.clock import now, today
from clais.dates import is_working_day, moment_of, monday_of
from clais.exchange.referrals import actions as referrals
from clais.messaging.models import Notification
from tenants.day.models import Postponed
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.agenda.test_day_and_week import a_plan, day_of, old, rows

POSTPONE = "/ma-journee/report"
NOON = time(12)


def hidden(page: str, who: str) -> dict[str, str]:
    """What the menu of someone's row sends besides the day."""
    found = [row.partition("</li>")[0] for row in page.split("<li")[1:]]
    row = next(row for row in found if who in row and 'name="source"' in row)
    return {name: unescape(re.findall(rf'name="{name}" value="([^"]*)"', row)[0]) for name in ("source", "subject")}


def put_off(member: Member, who: str, until: date, status: int = 303) -> None:
    member.browser().post(POSTPONE, {**hidden(day_of(member), who), "until": until.isoformat()}, status=status)


def a_notification(member: Member, text: str, at: datetime | None = None) -> None:
    with member.at_work() as session:
        session.add(
            Notification(
                membership_id=member.membership.id,
                dedupe_key=text,
                kind="moved",
                subject_type="somewhere",
                subject_id=member.tenant.id,
                text=text,
                created_at=at or now(),
            )
        )


def a_full_day(agent: Member) -> list[str]:
    """Something of every kind on someone's day; the names that tell them apart."""
    a_plan(agent, a_file(agent, "Enretard"), steps_due=(-4,))
    a_plan(agent, a_file(agent, "Aevaluer"), review_in=5)
    an_appointment(agent, a_file(agent, "Venu"), moment_of(today() - timedelta(days=3), time(9)))
    a_file(agent, "Silence", **old(60))
    a_notification(agent, "Place obtenue")
    return ["Enretard", "Aevaluer", "Venu", "Silence", "Place obtenue"]


def test_everything_can_wait_and_says_until_when_and_comes_back_that_day(federation: Federation) -> None:
    agent = federation.agent()
    until = today() + timedelta(days=9)
    for who in a_full_day(agent):
        put_off(agent, who, until)
        page = day_of(agent)
        assert who in rows(page, "postponed")
        assert not any(who in rows(page, part) for part in ("news", "today", "week", "silent")), who
    assert str(until.day) in rows(day_of(agent), "postponed").partition("jusqu")[2][:40]
    with clock.set_to(moment_of(until - timedelta(days=1), NOON)):
        assert "Enretard" in rows(day_of(agent), "postponed")
    with clock.set_to(moment_of(until, NOON)):
        page = day_of(agent)
    assert "Enretard" in rows(page, "today")
    assert 'id="postponed-items"' not in page


def test_what_was_put_off_can_be_put_back_at_once(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent), steps_due=(-4,))
    put_off(agent, "Marchetti", today() + timedelta(days=9))
    address = re.findall(r'action="[^"]*(/ma-journee/report/[^"]*/annulation)"', day_of(agent))[0]
    agent.browser().post(address, status=303)
    assert "Marchetti" in rows(day_of(agent), "today")
    agent.browser().post(address, status=404)


def test_put_off_again_it_waits_until_the_later_choice(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent), steps_due=(-4,))
    sent = hidden(day_of(agent), "Marchetti")
    for days in (9, 3):
        agent.browser().post(POSTPONE, {**sent, "until": (today() + timedelta(days=days)).isoformat()}, status=303)
    with agent.at_work() as session:
        stored = session.scalars(select(Postponed).where(Postponed.tenant_id == agent.tenant.id)).all()
    assert [row.until for row in stored] == [today() + timedelta(days=3)]


def test_a_day_that_is_past_far_or_none_is_refused_and_says_why(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent), steps_due=(-4,))
    sent = hidden(day_of(agent), "Marchetti")
    for until in (today().isoformat(), (today() + timedelta(days=400)).isoformat(), ""):
        answer = agent.browser().post(POSTPONE, {**sent, "until": until}, status=422)
        assert "message late" in answer.get_data(as_text=True)
    assert "Marchetti" in rows(day_of(agent), "today")


def test_what_does_not_wait_is_not_put_off(federation: Federation) -> None:
    agent = federation.agent()
    values = {"source": "steps", "subject": "nothing", "until": (today() + timedelta(days=2)).isoformat()}
    browser = agent.browser()
    browser.post(POSTPONE, values, status=303)
    assert "est plus à faire" in browser.get("/ma-journee").get_data(as_text=True)
    with agent.at_work() as session:
        assert session.scalars(select(Postponed).where(Postponed.tenant_id == agent.tenant.id)).all() == []


def test_what_one_puts_off_stays_on_a_colleagues_day_and_is_not_theirs_to_put_back(federation: Federation) -> None:
    agent = federation.agent()
    one, other = (federation.member(federation.platform, "coordinator", name) for name in ("Paul Un", "Anne Deux"))
    a_file(agent, "Orpheline", "Lina", referent_id=None)
    put_off(one, "Orpheline", today() + timedelta(days=9))
    assert "Orpheline" in rows(day_of(other), "today")
    address = re.findall(r'action="[^"]*(/ma-journee/report/[^"]*/annulation)"', day_of(one))[0]
    other.browser().post(address, status=404)
    assert "Orpheline" in rows(day_of(one), "postponed")


def test_what_happens_anew_is_shown_although_what_was_there_before_is_put_off(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        referrals.move(session, officer.actor, referral, "receive")
    put_off(agent, "Marchetti", today() + timedelta(days=9))
    assert "Marchetti" not in rows(day_of(agent), "news")
    with officer.at_work() as session:
        referrals.move(session, officer.actor, referral, "decline", reason="session_full")
    assert "Marchetti" in rows(day_of(agent), "news")


def test_ten_put_off_do_not_hide_the_eleventh(federation: Federation) -> None:
    agent = federation.agent()
    for number in range(12):
        a_plan(agent, a_file(agent, f"Pas{number:02}"), steps_due=(-20 + number,))
    for number in range(10):
        put_off(agent, f"Pas{number:02}", today() + timedelta(days=9))
    shown = rows(day_of(agent), "today")
    assert "Pas10" in shown
    assert "Pas11" in shown


def test_an_item_offers_the_next_appointment_of_its_person(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, steps_due=(-4,))
    assert "À son prochain rendez-vous" not in day_of(agent)
    day = today() + timedelta(days=6)
    an_appointment(agent, person, moment_of(day, time(9)))
    button = re.findall(r'value="([^"]*)"><span>À son prochain', day_of(agent))
    assert button == [day.isoformat()]


def test_all_seen_empties_the_news_that_was_shown_and_keeps_what_came_since(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        referrals.move(session, officer.actor, referral, "receive")
    a_notification(agent, "Place obtenue")
    page = day_of(agent)
    assert rows(page, "news").count("<li") == 2
    at = unescape(re.findall(r'name="at" value="([^"]*)"', page)[0])
    a_notification(agent, "Arrivée entre-temps", now() + timedelta(seconds=1))
    agent.browser().post("/ma-journee/vu", {"at": at}, status=303)
    news = rows(day_of(agent), "news")
    assert "Arrivée entre-temps" in news
    assert news.count("<li") == 1


def test_the_distance_of_a_day_is_said_once(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent), review_in=2)
    row = rows(day_of(agent), "week")
    assert row.count("dans 2 jours") == 1
    assert str((today() + timedelta(days=2)).year) not in re.sub(r'value="[^"]*"|m(?:in|ax)="[^"]*"', "", row)


def test_a_file_that_goes_takes_what_was_put_off_about_it_along(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent, **old(60))
    put_off(agent, "Marchetti", today() + timedelta(days=9))
    with agent.at_work() as session:
        session.delete(session.get_one(Person, (agent.tenant.id, person.id)))
    with agent.at_work() as session:
        assert session.scalars(select(Postponed).where(Postponed.tenant_id == agent.tenant.id)).all() == []


def test_the_days_that_are_offered_are_those_of_the_day_of_the_week(federation: Federation) -> None:
    """The next day if offices work, Monday once, always two weeks; in a week without a public holiday."""
    agent = federation.agent()
    a_plan(agent, a_file(agent), steps_due=(-4,))
    monday = next(
        monday
        for monday in (monday_of(today()) + timedelta(weeks=week) for week in range(1, 9))
        if all(is_working_day(monday + timedelta(days=day)) for day in range(5))
    )
    offered = {}
    for weekday in range(7):
        day = monday + timedelta(days=weekday)
        with clock.set_to(moment_of(day, NOON)):
            page = day_of(agent)
        days = re.findall(r'name="until" value="([^"]*)"', rows(page, "today"))
        offered[weekday] = [(date.fromisoformat(found) - day).days for found in days]
    assert offered == {
        0: [1, 7, 14], 1: [1, 6, 14], 2: [1, 5, 14], 3: [1, 4, 14], 4: [3, 14], 5: [2, 14], 6: [1, 14],
    }  # fmt: skip
