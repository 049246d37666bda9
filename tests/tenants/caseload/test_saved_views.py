"""Views of the list that members keep: above the list at once, for themselves or for the team."""

import re

import pytest

from clais.encryption import Keyring
from tenants.caseload.models import SavedView
from tests.support.federation import Browser, Federation, Member
from tests.tenants.caseload.lists import change, files_of


@pytest.fixture
def agent(federation: Federation, keyring: Keyring) -> Member:
    member = federation.agent()
    files = files_of(member, keyring, ("Amato", "Bennani", "Caruso"))
    change(member, files["Amato"], stage="in_follow_up")
    return member


def tabs(browser: Browser, address: str = "/personnes") -> dict[str, str]:
    page = browser.get(address).get_data(as_text=True).partition('id="views"')[2].partition("</nav>")[0]
    return {label.strip(): url.replace("&amp;", "&") for url, label in re.findall(r'href="([^"]*)"[^>]*>([^<]+)', page)}


def test_a_view_is_kept_with_its_filters_order_and_columns(agent: Member) -> None:
    browser = agent.browser()
    address = "?stage=in_follow_up&sort=age&order=turned&columns=age.stage"
    assert "Garder cette vue" in browser.get(f"/personnes{address}").get_data(as_text=True)
    assert "Garder cette vue" not in browser.get("/personnes").get_data(as_text=True)
    browser.post(f"/personnes/vues/nouvelle{address}", {"label": "En suivi"}, status=303)
    url = tabs(browser)["En suivi"]
    assert all(part in url for part in ("stage=in_follow_up", "sort=age", "order=turned", "columns=age.stage"))
    counted = browser.get("/personnes/vues").get_data(as_text=True)
    assert re.search(r'En suivi *<span class="count">1</span>', counted)


def test_a_name_that_is_taken_is_given_to_the_new_view(agent: Member) -> None:
    browser = agent.browser()
    for stage in ("in_follow_up", "registered"):
        browser.post(f"/personnes/vues/nouvelle?stage={stage}", {"label": "Les miens"}, status=303)
    assert "stage=registered" in tabs(browser)["Les miens"]
    with agent.at_work() as session:
        assert session.query(SavedView).count() == 1


def test_a_view_is_ones_own_unless_a_coordinator_shares_it(agent: Member, federation: Federation) -> None:
    coordinator, colleague = federation.member(federation.platform, "coordinator"), federation.agent()
    agent.browser().post("/personnes/vues/nouvelle?stage=closed", {"label": "À moi"}, status=303)
    agent.browser().post("/personnes/vues/nouvelle?stage=closed", {"label": "x", "is_shared": "true"}, status=400)
    coordinator.browser().post(
        "/personnes/vues/nouvelle?age=under_25", {"label": "Les jeunes", "is_shared": "true"}, status=303
    )
    assert set(tabs(colleague.browser())) >= {"Les jeunes"}
    assert "À moi" not in tabs(colleague.browser())
    assert "Les jeunes" not in tabs(federation.other_agent().browser())


def test_a_view_is_forgotten_by_who_keeps_it_and_a_shared_one_by_who_may_share(
    agent: Member, federation: Federation
) -> None:
    coordinator = federation.member(federation.platform, "coordinator")
    agent.browser().post("/personnes/vues/nouvelle?stage=closed", {"label": "À moi"}, status=303)
    coordinator.browser().post(
        "/personnes/vues/nouvelle?age=under_25", {"label": "Les jeunes", "is_shared": "true"}, status=303
    )
    with agent.at_work() as session:
        keys = {view.label: view.id for view in session.query(SavedView)}
    agent.browser().post(f"/personnes/vues/{keys['Les jeunes']}/oubli", {}, status=404)
    coordinator.browser().post(f"/personnes/vues/{keys['À moi']}/oubli", {}, status=404)
    federation.other_agent().browser().post(f"/personnes/vues/{keys['À moi']}/oubli", {}, status=404)
    agent.browser().post(f"/personnes/vues/{keys['À moi']}/oubli", {}, status=303)
    coordinator.browser().post(f"/personnes/vues/{keys['Les jeunes']}/oubli", {}, status=303)
    assert {"À moi", "Les jeunes"}.isdisjoint(tabs(agent.browser()))


def test_what_the_list_no_longer_knows_of_a_view_is_left_out(agent: Member) -> None:
    with agent.at_work() as session:
        session.add(
            SavedView(
                membership_id=agent.membership.id,
                label="Avant",
                arguments={"stage": "in_follow_up", "sort": "gone"},
            )
        )
    url = tabs(agent.browser())["Avant"]
    assert url.endswith("?stage=in_follow_up")


def test_a_view_whose_filter_the_list_has_no_more_is_not_above_it_under_its_name(agent: Member) -> None:
    with agent.at_work() as session:
        session.add(
            SavedView(
                membership_id=agent.membership.id, label="Avant", arguments={"stage": "in_follow_up", "plan": "never"}
            )
        )
    browser = agent.browser()
    assert "Avant" not in tabs(browser)
    page = browser.get("/personnes/vues/nouvelle").get_data(as_text=True)
    assert "La liste n'a plus ce qui la limitait" in page
    assert "plan=never" not in page


def test_sixteen_views_are_one_too_many_and_nothing_typed_is_lost(agent: Member) -> None:
    browser = agent.browser()
    for number in range(15):
        browser.post("/personnes/vues/nouvelle?stage=closed", {"label": f"Vue {number}"}, status=303)
    page = browser.post("/personnes/vues/nouvelle?stage=closed", {"label": "La seizième"}, status=422)
    assert 'value="La seizième"' in page.get_data(as_text=True)
