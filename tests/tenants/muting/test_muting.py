"""A file that is quiet on purpose counts nowhere as silent, until its day, a click, or something that happens."""

from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import Date, Integer, column, select, update, values

from clais import clock
from clais.clock import now, today
from clais.dates import months_after
from clais.messaging.models import Notification
from clais.workflow import Refused
from tenants.agenda.silence import without_contact
from tenants.follow_up.actions import note_contact
from tenants.muting import actions
from tenants.muting.choices import REASONS
from tenants.muting.models import FileMuting
from tenants.people.actions import move
from tenants.people.models import Person
from tenants.people.quiet import awaited, is_quiet, quiet
from tenants.team.caseloads import SILENT, caseloads
from tests.support.federation import Federation, Member
from tests.support.muting import a_muting
from tests.tenants.agenda.days import a_file, reload
from tests.tenants.agenda.test_day_and_week import day_of

DAY = timedelta(days=1)


def silent_file(agent: Member, name: str = "Marchetti", days: int = 60) -> Person:
    long_ago = today() - timedelta(days=days)
    return a_file(agent, name, stage_since=long_ago, last_contact_on=long_ago)


def silent(agent: Member) -> set[UUID]:
    """Whom the day, the list and the coordinator's numbers count as silent: they agree."""
    with agent.at_work() as session:
        found = {row[0].id for row in without_contact(session, agent.membership.id, 30)}
        counted = caseloads(session)[agent.membership.id]
        assert counted[SILENT] == len(found)
    page = agent.browser().get("/personnes?contact=month&referent=mine").get_data(as_text=True)
    assert all(str(key) in page for key in found)
    assert bool(found) == ('id="silent-items"' in day_of(agent))
    return found


def typed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def test_a_quiet_file_is_nowhere_among_the_silent_ones_until_its_day_is_over(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    assert silent(agent) == {person.id}
    a_muting(agent, person, 20)
    assert silent(agent) == set()
    quiet_ones = agent.browser().get("/personnes?contact=quiet").get_data(as_text=True)
    assert "Marchetti" in quiet_ones
    with clock.set_to(now() + timedelta(days=20)):
        assert silent(agent) == set()
    with clock.set_to(now() + timedelta(days=21)):
        assert silent(agent) == {person.id}


def test_what_happens_ends_it_and_a_later_silence_counts_again(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    a_muting(agent, person, 150)
    with clock.set_to(now() + timedelta(days=10)):
        with agent.at_work() as session:
            file = session.get_one(Person, (person.tenant_id, person.id))
            note_contact(session, file, agent.actor, channel="phone", outcome="reached", happened_on=today())
        assert not is_quiet(reload(agent, person))
        assert "En veille" not in agent.browser().get(f"/personnes/{person.id}").get_data(as_text=True)
    with clock.set_to(now() + timedelta(days=45)):
        assert silent(agent) == {person.id}


def test_an_attempt_ends_nothing_and_a_step_of_the_path_does(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    a_muting(agent, person, 150)
    with clock.set_to(now() + timedelta(days=5)), agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        note_contact(session, file, agent.actor, channel="phone", outcome="no_answer", happened_on=today())
        session.flush()
        session.refresh(file)
        assert is_quiet(file)
        move(session, agent.actor, file, "begin_intake")
        assert not is_quiet(file)


def test_a_click_ends_it(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    muting = a_muting(agent, person)
    browser = agent.browser()
    page = browser.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "En veille jusqu" in page
    assert "Reprendre le contact" in page
    browser.post(f"/personnes/{person.id}/veille/{muting.id}/fin", status=303)
    assert silent(agent) == {person.id}
    assert "Le contact est repris" in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)
    browser.post(f"/personnes/{person.id}/veille/{muting.id}/fin", status=303)
    assert "entre-temps" in browser.get(f"/personnes/{person.id}").get_data(as_text=True)


def test_the_form_asks_why_and_until_when_six_months_at_most(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    browser, path = agent.browser(), f"/personnes/{person.id}/veille"
    assert "Jusqu" in browser.get(path).get_data(as_text=True)
    furthest = months_after(today(), 6)
    for wrong in (today(), today() - DAY, furthest + DAY):
        browser.post(path, {"reason": "partner", "until_on": typed(wrong)}, status=422)
    browser.post(path, {"until_on": typed(furthest)}, status=422)
    browser.post(path, {"reason": "partner", "until_on": typed(furthest)}, status=303)
    browser.post(path, {"reason": "busy", "until_on": typed(today() + DAY)}, status=303)
    with agent.at_work() as session:
        said = session.execute(select(FileMuting.reason, FileMuting.state).where(FileMuting.person_id == person.id))
        assert {tuple(row) for row in said} == {("partner", "ended"), ("busy", "noted")}
    assert reload(agent, person).quiet_until == today() + DAY
    federation.other_agent().browser().get(path, status=404)
    federation.member(federation.platform, "receptionist", "Samia Ben Ali").browser().get(path, status=403)


def test_the_coordinator_is_told_and_sees_all_of_them(federation: Federation) -> None:
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    person, other = silent_file(agent), silent_file(agent, "Benali")
    for file in (person, other):
        form = {"reason": "partner", "until_on": typed(today() + timedelta(days=40))}
        agent.browser().post(f"/personnes/{file.id}/veille", form, status=303)
    with coordinator.at_work() as session:
        told = session.scalars(select(Notification.text).where(Notification.membership_id == coordinator.membership.id))
        assert [text for text in told if person.reference in text and "partenaire" in text]
    page = coordinator.browser().get("/dossiers-en-veille").get_data(as_text=True)
    assert "Marchetti" in page
    assert "Un partenaire est en contact" in page
    assert "/dossiers-en-veille" in coordinator.browser().get("/equipe").get_data(as_text=True)
    agent.browser().get("/dossiers-en-veille", status=403)
    with agent.at_work() as session:
        session.execute(update(Person).where(Person.id == other.id).values(last_contact_on=today() + DAY))
    assert "Benali" not in coordinator.browser().get("/dossiers-en-veille").get_data(as_text=True)


def test_a_closed_file_is_not_made_quiet(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        move(session, agent.actor, file, "close", reason="job")
    agent.browser().get(f"/personnes/{person.id}/veille", status=409)
    with agent.at_work() as session:
        file = session.get_one(Person, (person.tenant_id, person.id))
        with pytest.raises(Refused, match="closed_file"):
            actions.mute_file(session, file, agent.actor, reason="busy", until_on=today() + DAY)


def test_who_edits_the_card_meanwhile_does_not_come_too_late(federation: Federation) -> None:
    agent = federation.agent()
    person = silent_file(agent)
    before = reload(agent, person).version
    a_muting(agent, person)
    assert reload(agent, person).version == before


def test_no_reason_names_an_illness_or_a_conviction() -> None:
    assert set(REASONS) == {"busy", "partner", "waiting", "asked", "unavailable"}
    assert not {"text", "note", "comment"} & set(FileMuting.__table__.columns.keys())


def test_the_rule_of_a_page_and_that_of_a_list_are_one(federation: Federation) -> None:
    """Every order of the days: each case is quiet or awaited, never both, and as the file itself says."""

    def day(away: int | None) -> date | None:
        return None if away is None else today() + timedelta(days=away)

    names = ("quiet_until", "quiet_from", "last_contact_on", "stage_since")
    cases = [
        (number, day(until), None if until is None else day(since), day(contact), day(stage))
        for number, (until, since, contact, stage) in enumerate(
            product((None, -1, 0, 2), (-1, 0), (None, -2, -1, 0), (-2, -1, 0))
        )
    ]
    card = values(column("number", Integer), *(column(name, Date) for name in names), name="card").data(cases).alias()
    with federation.agent().at_work() as session:
        found = set(session.scalars(select(card.c.number).where(quiet(today(), card.c))))
        others = set(session.scalars(select(card.c.number).where(awaited(today(), card.c))))
    said = {number for number, *days in cases if is_quiet(SimpleNamespace(**dict(zip(names, days, strict=True))))}
    assert said
    assert found == said
    assert others == {number for number, *_days in cases} - said
