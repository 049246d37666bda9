"""Every list is one table: rows of 44 px on a wide screen, cards on a phone, nothing cut, acts in reach of keys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from clais.clock import today
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.registry.models import Partner
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from support_center.catalogue.workflow import SCHEME
from tests.support.chromium import PATIENCE
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral

pytestmark = pytest.mark.browser

ENOUGH = 15
"""Rows within the first 900 px of a wide screen."""
OPERATOR = "Centre d'insertion socioprofessionnelle, démarche de formation et d'insertion"
LONG = "Anticonstitutionnellement" * 2
CENTRE = ("/a-traiter", "/a-traiter?group=running", "/participants", "/places", "/dispositifs")
PLATFORM = ("/personnes", "/relais?group=waiting", "/relais?group=running", "/offre-du-bassin", "/partenaires")
WIDTHS = (1280, 360, 640, 1024, 1920)
"""640 px is a screen of 1280 px at 200 %."""
WORDS = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll("[data-listing] :is(td, th)")) {
    if (!cell.getClientRects().length || cell.closest("thead")?.offsetHeight <= 1) continue;
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (const word of walker.currentNode.data.matchAll(/[^\\s\u2010-\u2015/-]+/g)) {
        const range = document.createRange();
        range.setStart(walker.currentNode, word.index);
        range.setEnd(walker.currentNode, word.index + word[0].length);
        const boxes = [...range.getClientRects()].filter((box) => box.width > 1);
        const width = boxes.reduce((sum, box) => sum + box.width, 0);
        if (new Set(boxes.map((box) => Math.round(box.top))).size > 1 && width < 240) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""
"""The words that are broken inside, of those that fit a column."""
MEASURE = """() => {
  const seen = (element) => element.getClientRects().length > 0;
  const rows = [...document.querySelectorAll("[data-listing] tbody tr")];
  const cut = [...document.querySelectorAll("[data-listing] :is(td, th, a, span), .chip, .found")]
    .filter((element) => seen(element) && !element.closest(".visually-hidden, thead")
      && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline");
  const out = rows.flatMap((row) => [...row.querySelectorAll("a, button")])
    .filter((act) => seen(act) && (act.getBoundingClientRect().right > innerWidth || act.tabIndex < 0));
  return {
    rows: rows.length,
    within: rows.filter((row) => row.getBoundingClientRect().bottom <= 900).length,
    tall: rows.filter((row) => !row.textContent.includes("Anticonstitutionnellement") && row.offsetHeight > 45)
      .map((row) => row.textContent.trim().slice(0, 40)),
    sideways: document.documentElement.scrollWidth - innerWidth,
    cut: cut.map((element) => element.textContent.trim().slice(0, 40)),
    out: out.map((act) => act.textContent.trim().slice(0, 40)),
  };
}"""


@dataclass(frozen=True)
class Standing:
    """A basin with long lists on both sides."""

    agent: Member
    officer: Member


def schemes(officer: Member) -> tuple[Scheme, SchemeSession]:
    """Twenty schemes with a session each; the last one comes back."""
    owner = {"owner_tenant_id": officer.tenant.id, "basin_id": officer.tenant.basin_id}
    day = today() + timedelta(days=20)
    with officer.at_work() as session:
        for number in range(20):
            scheme = Scheme(
                **owner, kind="cisp", name=f"CISP orientation – mes métiers possibles {number}", operator=OPERATOR,
                audience="Adultes", description="Chercher son métier.", required_fields=["name"],
            )  # fmt: skip
            session.add(scheme)
            session.flush()
            SCHEME.apply(session, scheme, "publish", officer.actor)
            held = SchemeSession(
                **owner, scheme_id=scheme.id, starts_on=day, ends_on=day, closes_on=day, seats=60,
                place="Centre de compétence, Marchienne-au-Pont", postal_code="6030",
            )  # fmt: skip
            session.add(held)
    return scheme, held


@pytest.fixture(scope="module")
def standing(app: Application, engine: Engine) -> Standing:
    """Twenty rows or more in every list; the longest names are longer than a column."""
    federation = Federation(app, engine)
    agent, officer = federation.agent(), federation.officer()
    scheme, held = schemes(officer)
    for number in range(20):
        a_referral(agent, a_person(agent, f"Vandenbroucke {number}", "Marie-Christine"), scheme, held)
        a_participant(agent, officer, f"Benmoussa {number}", "Abdelrahmane", scheme, held)
    a_referral(agent, a_person(agent, LONG, "Zoé"), scheme, held)
    a_participant(agent, officer, LONG, "Zoé", scheme, held)
    with agent.at_work() as session:
        session.add_all(
            Partner(name=f"Agence de développement local de Farciennes {number}", kind="operator", phone="+3271206020",
                    email=f"mediation.{number}@farciennes.example", note="Premier rendez-vous sous trois semaines.")
            for number in range(20)
        )  # fmt: skip
        session.add(Partner(name=LONG, kind="other", email=f"{LONG.lower()}@exemple.be", note=LONG))
    return Standing(agent, officer)


@pytest.fixture
def open_at(chromium: Browser, address: str) -> Iterator[Callable[[Member, int], Page]]:
    """A page of someone who is signed in, on a screen so many pixels wide."""
    contexts = []

    def enter(member: Member, width: int) -> Page:
        context = chromium.new_context(
            base_url=f"{address}/{member.tenant.slug}/", viewport={"width": width, "height": 900}, locale="fr-BE"
        )
        contexts.append(context)
        cookie = member.browser().client.get_cookie(SESSION_COOKIE)
        assert cookie is not None
        context.add_cookies([{"name": SESSION_COOKIE, "value": cookie.value, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", [*CENTRE, *PLATFORM])
def test_every_list_fits_and_shows_many_rows(
    standing: Standing, open_at: Callable[[Member, int], Page], path: str
) -> None:
    page = open_at(standing.officer if path in CENTRE else standing.agent, WIDTHS[0])
    page.goto(f".{path}")
    # What comes by itself has come.
    expect(page.locator("[hx-trigger~=load], .htmx-request")).to_have_count(0)
    problems = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(MEASURE)
        print(f"{width} px {path}: {found['within']} of {found['rows']} rows within 900 px")  # noqa: T201
        assert found["rows"] >= 20, path
        if width == 1280 and found["within"] < ENOUGH:
            problems.append(f"{width} px: {found['within']} rows")
        if width == 1280 and found["tall"]:
            problems.append(f"{width} px: rows above 44 px: {found['tall']}")
        broken = page.evaluate(WORDS)
        if broken:
            problems.append(f"{width} px: broken words {broken}")
        if found["sideways"] > 0 or found["cut"] or found["out"]:
            problems.append(f"{width} px: {found}")
    assert problems == []


@pytest.mark.parametrize("width", [1280, 1024])
def test_a_long_name_takes_no_room_of_other_words(
    standing: Standing, open_at: Callable[[Member, int], Page], width: int
) -> None:
    page = open_at(standing.agent, width)
    page.goto("./personnes?referent=mine&order=turned")
    page.locator("[data-listing] .who a").first.evaluate(f"(link) => {{ link.textContent = '{LONG} Zoé'; }}")
    assert page.evaluate(WORDS) == []


def test_on_a_phone_the_current_tab_is_in_view_and_acts_stand_above_the_tabs(
    standing: Standing, open_at: Callable[[Member, int], Page]
) -> None:
    page = open_at(standing.agent, 360)
    page.goto("./personnes?order=turned")
    assert page.locator(".tabs [aria-current]").evaluate("(tab) => tab.getBoundingClientRect().right <= innerWidth")
    expect(page.locator("[data-listing] tbody [data-label='Référent·e']").first).to_be_visible()
    page.goto("./relais")
    acts, tabs = page.locator(".views-head .acts"), page.locator(".views-head .tabs")
    assert acts.evaluate("(box) => box.getBoundingClientRect().bottom") <= tabs.evaluate(
        "(box) => box.getBoundingClientRect().top"
    )


def test_what_is_cut_is_found(standing: Standing, open_at: Callable[[Member, int], Page]) -> None:
    page = open_at(standing.agent, 1280)
    page.goto("./partenaires")
    assert page.evaluate(MEASURE)["cut"] == []
    page.evaluate(
        """() => {
          const narrow = {display: "block", width: "40px", overflow: "hidden", whiteSpace: "nowrap"};
          Object.assign(document.querySelector("[data-listing] tbody td:last-child").style, narrow);
        }"""
    )
    assert page.evaluate(MEASURE)["cut"]
    assert page.evaluate(WORDS) == []
    page.evaluate(
        """() => {
          const narrow = {display: "block", width: "40px", overflowWrap: "anywhere", whiteSpace: "normal"};
          Object.assign(document.querySelector("[data-listing] tbody td").style, narrow);
        }"""
    )
    assert page.evaluate(WORDS)


def test_keys_walk_through_the_rows_and_reach_their_acts(
    standing: Standing, open_at: Callable[[Member, int], Page]
) -> None:
    page = open_at(standing.officer, 1280)
    page.goto("./a-traiter")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = page.locator("[data-listing] tbody tr:not(.group-row)").nth(1)
    assert second.locator(".who a").evaluate("(link) => link === document.activeElement")
    page.keyboard.press("Tab")
    assert second.locator(".acts a").evaluate("(link) => link === document.activeElement")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/a-traiter/*")
