"""The list of files: sorted, narrowed, counted, page by page."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from clais.clock import now, today
from clais.encryption import Keyring
from config.features import FEATURES
from tenants.caseload import queries
from tenants.caseload.queries import Wanted, files_page
from tenants.orientation.models import ActionPlan
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import an_appointment
from tests.tenants.caseload.lists import NAMES, change, files_of, names_on
from tests.tenants.people.newcomers import registered

COLUMNS = tuple(column for feature in FEATURES for column in feature.person_columns)


@pytest.fixture
def team(federation: Federation, keyring: Keyring) -> tuple[Member, Member, dict[str, Person]]:
    """Two agents and seven files: three of the first, two of the second, two of nobody."""
    agent, colleague = federation.agent(), federation.agent()
    files = files_of(agent, keyring)
    for place, person in enumerate(files.values()):
        referent = agent if place < 3 else colleague if place < 5 else None
        change(agent, person, referent_id=referent and referent.membership.id, last_contact_on=today())
    return agent, colleague, files


def test_each_filter_narrows_and_they_combine(team: tuple[Member, Member, dict[str, Person]]) -> None:
    agent, colleague, files = team
    browser = agent.browser()
    change(agent, files["Bennani"], stage="in_follow_up")
    change(agent, files["Elouardi"], stage="in_follow_up")
    assert names_on(browser) == list(NAMES)
    assert names_on(browser, "?referent=mine") == ["Amato", "Bennani", "Caruso"]
    assert names_on(browser, "?referent=none") == ["Fontaine", "Gilson"]
    assert names_on(browser, f"?referent={colleague.membership.id}") == ["Dubois", "Elouardi"]
    assert names_on(browser, "?stage=in_follow_up") == ["Bennani", "Elouardi"]
    assert names_on(browser, "?stage=in_follow_up&referent=mine") == ["Bennani"]


def test_columns_of_other_features_are_shown_narrow_and_sort(team: tuple[Member, Member, dict[str, Person]]) -> None:
    agent, _colleague, files = team
    browser = agent.browser()
    an_appointment(agent, files["Caruso"], now() + timedelta(days=9))
    an_appointment(agent, files["Amato"], now() + timedelta(days=12))
    change(agent, files["Gilson"], last_contact_on=today() - timedelta(days=40))
    change(agent, files["Dubois"], last_contact_on=None)
    with agent.at_work() as session:
        late, later = (today() - timedelta(days=3), today() + timedelta(days=20))
        session.add(ActionPlan(person_id=files["Fontaine"].id, goal="x", review_on=late))
        session.add(ActionPlan(person_id=files["Amato"].id, goal="x", review_on=later))
    assert names_on(browser, "?appointment=some&sort=appointment") == ["Caruso", "Amato"]
    assert names_on(browser, "?appointment=none") == [name for name in NAMES if name not in ("Amato", "Caruso")]
    assert names_on(browser, "?contact=month") == ["Dubois", "Gilson"]
    assert names_on(browser, "?plan=late") == ["Fontaine"]
    assert names_on(browser, "?plan=month&sort=plan") == ["Fontaine", "Amato"]
    assert names_on(browser, "?plan=month&sort=plan&order=turned") == ["Amato", "Fontaine"]
    page = browser.get("/personnes?plan=month&sort=plan").get_data(as_text=True)
    assert "3 j de retard" in page
    assert page.count('class="chip"') == 1


def test_a_closed_file_has_nothing_ahead_and_nothing_late(team: tuple[Member, Member, dict[str, Person]]) -> None:
    agent, _colleague, files = team
    browser = agent.browser()
    change(agent, files["Amato"], last_contact_on=today() - timedelta(days=40))
    with agent.at_work() as session:
        session.add(ActionPlan(person_id=files["Amato"].id, goal="x", review_on=today() - timedelta(days=3)))

    def shown(address: str) -> tuple[bool, int, list[str]]:
        page = browser.get(f"/personnes{address}").get_data(as_text=True)
        row = page.split("Sofia Amato", 1)[1].split("</tr>", 1)[0]
        return "3 j de retard" in row, row.count('class="late"'), names_on(browser, f"{address}&plan=late")

    assert shown("?stage=registered") == (True, 1, ["Amato"])
    change(agent, files["Amato"], stage="closed")
    assert shown("?stage=closed") == (False, 0, [])


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "age", "stage", "referent", *(column.name for column in COLUMNS)])
def test_pages_hold_every_file_once_in_any_order(
    team: tuple[Member, Member, dict[str, Person]], sort: str, *, descending: bool
) -> None:
    agent, _colleague, files = team
    an_appointment(agent, files["Caruso"], now() + timedelta(days=9))
    for place, name in enumerate(NAMES[:4]):
        change(agent, files[name], birth_date=date(1980 + place, 5, 1), last_contact_on=today() - timedelta(place))
    change(agent, files["Gilson"], birth_date=None, birth_year=1985)
    change(agent, files["Fontaine"], birth_date=None)
    wanted, found, after = Wanted(sort=sort, descending=descending), [], None
    with agent.at_work() as session:
        for _page in range(5):
            rows = files_page(session, wanted, COLUMNS, after, limit=2)
            found += [row[0].family_name for row in rows[:2]]
            if len(rows) < 3:
                break
            key = rows[1].sort_key
            after = (key if isinstance(key, str) else key.isoformat(), rows[1][0].id)
        whole = [row[0].family_name for row in files_page(session, wanted, COLUMNS, limit=50)]
    assert sorted(found) == list(NAMES)
    assert found == whole


def test_views_are_counted_together_and_say_when_there_are_more(
    team: tuple[Member, Member, dict[str, Person]], monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, _colleague, _files = team
    browser = agent.browser()
    views = browser.get("/personnes/vues").get_data(as_text=True)
    assert re.findall(r'<span class="count">(\d+\+?)</span></a></li>', views.partition('id="views"')[2]) == [
        "3", "7", "0", "0", "7",
    ]  # fmt: skip
    with agent.federation.app.app_context(), agent.at_work() as session:
        monkeypatch.setattr(queries, "MOST_COUNTED", 4)
        assert queries.counts(session, [Wanted(), replace(Wanted(), is_nobodys=True)], COLUMNS) == [4, 2]


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "7 dossiers"), ("?referent=mine", "3 sur 7"), ("?referent=mine&stage=in_follow_up", "1 sur 7")],
)
def test_the_list_says_how_many_files_it_has_of_how_many(
    team: tuple[Member, Member, dict[str, Person]], address: str, says: str
) -> None:
    agent, _colleague, files = team
    change(agent, files["Bennani"], stage="in_follow_up")
    part = agent.browser().get(f"/personnes/vues{address}", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert re.findall(r'id="found" hx-swap-oob="innerHTML">([^<]*)<', part) == [says]


def test_my_files_stay_my_files_when_a_stage_is_chosen(team: tuple[Member, Member, dict[str, Person]]) -> None:
    agent, _colleague, files = team
    change(agent, files["Bennani"], stage="in_follow_up")
    browser = agent.browser()
    menu = browser.get("/personnes/filtres?referent=mine", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert '<option value="mine" selected>' in menu
    page = browser.get("/personnes?referent=mine&stage=in_follow_up").get_data(as_text=True)
    assert re.findall(r'aria-current="page">([\w ]+?) *<', page.partition('id="views"')[2]) == ["Mes dossiers"]
    assert names_on(browser, "?referent=mine&stage=in_follow_up") == ["Bennani"]


def test_files_are_sorted_by_their_referent_and_nobodys_come_last(
    team: tuple[Member, Member, dict[str, Person]], superuser: Engine
) -> None:
    agent, colleague, _files = team
    with superuser.begin() as connection:
        for member, name in ((agent, "Zoé"), (colleague, "Alain")):
            found = {"name": name, "id": member.membership.id}
            connection.execute(text("UPDATE membership SET display_name = :name WHERE id = :id"), found)
    groups = [["Dubois", "Elouardi"], ["Amato", "Bennani", "Caruso"], ["Fontaine", "Gilson"]]
    shown = names_on(agent.browser(), "?sort=referent")
    assert [sorted(shown[:2]), sorted(shown[2:5]), sorted(shown[5:])] == groups
    assert names_on(agent.browser(), "?sort=referent&order=turned") == shown[::-1]


def test_another_platform_sees_none_of_it(
    team: tuple[Member, Member, dict[str, Person]], federation: Federation
) -> None:
    agent, _colleague, _files = team
    other = federation.other_agent().browser()
    assert names_on(other) == []
    assert names_on(other, f"?referent={agent.membership.id}") == []


@pytest.mark.parametrize("address", ["?stage=nowhere", "?referent=x", "?plan=never", "?sort=phone", "?after=abc"])
def test_an_address_that_no_page_has_is_refused(team: tuple[Member, Member, dict[str, Person]], address: str) -> None:
    answer = team[0].browser().get(f"/personnes{address}", status=400)
    assert all(name not in answer.get_data(as_text=True) for name in NAMES)


def test_a_receptionist_reads_cards_and_no_plans(federation: Federation, keyring: Keyring) -> None:
    receptionist = federation.member(federation.platform, "receptionist")
    person = registered(receptionist, keyring)
    page = receptionist.browser().get("/personnes").get_data(as_text=True)
    assert f"/personnes/{person.id}/carte" in page
    assert "Plan à évaluer" not in page
    receptionist.browser().get("/personnes?plan=late", status=400)
