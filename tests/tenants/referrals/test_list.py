"""The list of the sent referrals: what is new, sorted, narrowed, counted, page by page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from clais.clock import today
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals.actions import move
from clais.exchange.referrals.lists import GROUPS, sent_page
from clais.exchange.referrals.models import Referral
from tenants.people.models import Person
from tenants.referrals.schemas import SentSchema
from tests.support.federation import Browser, Federation, Member
from tests.support.pages import ids_page_by_page
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.support.statements import shapes
from tests.tenants.people.newcomers import words

NAMES = ("Amato", "Bennani", "Caruso", "Dubois", "Elouardi")
SORTS = tuple(SentSchema().load_fields["sort"].validate.choices)  # type: ignore[union-attr]


@pytest.fixture
def sent(federation: Federation) -> tuple[Member, Member, dict[str, Referral], Scheme]:
    """Five referrals that wait for an answer: two of another agent's people, three to one scheme."""
    agent, colleague, officer = federation.agent(), federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    mentoring, _session = a_scheme(officer, name="Parrainage")
    referrals = {}
    for place, name in enumerate(NAMES):
        sender = agent if place < 3 else colleague
        to = (mentoring, None) if place % 2 else (scheme, scheme_session)
        referrals[name] = a_referral(sender, a_person(sender, name, "Ana"), *to)
    return agent, officer, referrals, scheme


def shown(browser: Browser, arguments: str) -> list[str]:
    page = browser.get(f"/relais?{arguments}").get_data(as_text=True)
    return re.findall(r'class="who"><a [^>]*>Ana (\w+)</a>', page)


def counted(browser: Browser, arguments: str) -> list[str]:
    page = browser.get(f"/relais?{arguments}").get_data(as_text=True).partition('id="views"')[2]
    return re.findall(r'<span class="count">(\d+\+?)</span></a></li>', page)


def moved(officer: Member, agent: Member, referral: Referral, *steps: str) -> None:
    with officer.at_work() as session:
        mine = session.get_one(Referral, (agent.tenant.id, referral.id))
        for step in steps:
            reason = "session_full" if step == "decline" else None
            mine = move(session, officer.actor, mine, step, reason=reason)


def test_groups_and_filters_combine(sent: tuple[Member, Member, dict[str, Referral], Scheme]) -> None:
    agent, _officer, _referrals, scheme = sent
    browser = agent.browser()
    assert shown(browser, "group=waiting") == list(NAMES[::-1])
    assert shown(browser, "group=waiting&order=turned") == list(NAMES)
    assert set(shown(browser, "group=waiting&whose=mine")) == set(NAMES[:3])
    assert set(shown(browser, f"group=waiting&scheme_id={scheme.id}")) == {"Amato", "Caruso", "Elouardi"}
    assert set(shown(browser, f"group=waiting&whose=mine&scheme_id={scheme.id}")) == {"Amato", "Caruso"}
    assert shown(browser, "group=running") == []
    assert shown(browser, "group=waiting&sort=scheme")[3:] == ["Bennani", "Dubois"]
    assert counted(browser, "group=waiting") == ["0", "5", "0"]
    assert counted(browser, "group=waiting&whose=mine") == ["0", "3", "0"]


def test_mine_follows_the_file_and_not_the_sender(sent: tuple[Member, Member, dict[str, Referral], Scheme]) -> None:
    agent, _officer, referrals, _scheme = sent
    with agent.at_work() as session:
        handed = Person.id == referrals["Elouardi"].person_id
        session.execute(update(Person).where(handed).values(referent_id=agent.membership.id))
    assert "Elouardi" in shown(agent.browser(), "group=waiting&whose=mine")


def test_what_is_new_comes_first_and_what_came_to_nothing_can_go_elsewhere(
    sent: tuple[Member, Member, dict[str, Referral], Scheme],
) -> None:
    agent, officer, referrals, _scheme = sent
    browser = agent.browser()
    assert shown(browser, "") == []
    moved(officer, agent, referrals["Caruso"], "receive", "decline")
    assert shown(browser, "") == ["Caruso"]
    page = browser.get("/relais").get_data(as_text=True)
    assert "Du nouveau" in page
    assert f"/personnes/{referrals['Caruso'].person_id}/orienter" in page


def test_a_row_says_by_when_an_answer_is_promised(
    sent: tuple[Member, Member, dict[str, Referral], Scheme], superuser: Engine
) -> None:
    agent, officer, referrals, _scheme = sent
    moved(officer, agent, referrals["Amato"], "receive")
    late = {"day": today() - timedelta(days=4), "id": referrals["Bennani"].id}
    with superuser.begin() as connection:
        connection.execute(text("UPDATE referral SET receive_due_on = :day WHERE id = :id"), late)
    page = agent.browser().get("/relais?group=waiting&sort=promised").get_data(as_text=True)
    assert "réponse promise" in page
    assert "réception promise" in page
    assert "4 j de retard" in page
    assert re.findall(r'class="who"><a [^>]*>Ana (\w+)</a>', page)[0] == "Bennani"


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_referral_once_in_any_order(
    sent: tuple[Member, Member, dict[str, Referral], Scheme], sort: str, *, descending: bool
) -> None:
    agent = sent[0]
    with agent.at_work() as session:

        def read(after: Any, limit: int) -> list[Any]:
            return sent_page(session, GROUPS["waiting"], {}, sort, after, descending=descending, limit=limit)

        whole = [row[0].id for row in read(None, 50)]
        assert ids_page_by_page(read) == whole
    assert len(whole) == len(NAMES)


def test_more_referrals_cost_no_more_statements(
    engine: Engine, sent: tuple[Member, Member, dict[str, Referral], Scheme]
) -> None:
    agent, _officer, _referrals, _scheme = sent
    browser = agent.browser()
    few = shapes(engine, browser, "/relais?group=waiting&whose=mine")
    for number in range(9):
        a_referral(agent, a_person(agent, f"Nom{number}", "Ana"))
    assert shapes(engine, browser, "/relais?group=waiting&whose=mine") == few


def test_another_platform_sees_none_of_it(
    sent: tuple[Member, Member, dict[str, Referral], Scheme], federation: Federation
) -> None:
    assert shown(sent[0].browser(), "group=waiting")
    other = federation.other_agent().browser()
    assert shown(other, "group=waiting") == []
    assert counted(other, "group=waiting") == ["0", "0", "0"]


def test_an_address_that_no_page_has_is_not_understood_and_lists_nothing(
    sent: tuple[Member, Member, dict[str, Referral], Scheme],
) -> None:
    browser = sent[0].browser()
    assert shown(browser, "group=waiting")
    for argument in ("group=x", "sort=name", "whose=theirs", "scheme_id=1", "after=abc"):
        page = words(browser.get(f"/relais?{argument}", status=400))
        assert "Cette demande n'a pas été comprise" in page
        assert not any(name in page for name in NAMES)
