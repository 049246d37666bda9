"""Every page that a link leads to, over a lived-in federation: accessible, fitting and in order, wide and narrow."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

from clais.encryption import Keyring
from config.demo import Account, seed
from tests.browser.walk import complaints, faults, faults_on_paper, faults_over_the_page, main_of
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
LEAST, MOST = 3, 200
"""How many kinds of pages a role meets: a walk that finds fewer or more has gone astray."""
ROLES = ["receptionist", "agent", "support_officer", "trainer", "supervisor", "federation_admin"]
"""Everybody but the coordinator, who sees what an agent sees: test_every_route looks at each of their pages."""
PLANT = """() => {
  const main = document.getElementById("main");
  const wide = document.createElement("div");
  wide.style.width = "600px";
  wide.textContent = "x";
  const dialog = document.createElement("dialog");
  dialog.id = "planted";
  const button = document.createElement("button");
  button.style.cssText = "position: fixed; left: -40px";
  dialog.append(button);
  const fold = document.createElement("details");
  fold.append(document.createElement("summary"), document.createElement("input"));
  fold.firstChild.textContent = "Plus";
  main.append(wide, dialog, fold);
  console.error("planted complaint");
}"""
"""A field without a label in what is folded, something too wide, a dialog with a nameless button out of reach."""


@pytest.fixture(scope="module")
def accounts(engine: Engine, keyring: Keyring) -> list[Account]:
    return seed(engine, keyring, platforms=2, people=40, progress=False)


def enter(visit: Visit, account: Account) -> None:
    visit.page.goto("/connexion")
    visit.page.get_by_label("Adresse e-mail").fill(account.email)
    visit.page.get_by_label("Mot de passe").fill(account.password)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(lambda url: "/connexion" not in url)


def links(page: Page) -> list[str]:
    """The addresses of this site that the page leads to."""
    leading = "[...document.querySelectorAll('a[href]:not([download])')]"
    found: list[str] = page.evaluate(f"{leading}.map(a => a.getAttribute('href'))")
    return [address.partition("#")[0] for address in found if address.startswith("/") and "/static/" not in address]


def kind(address: str) -> str:
    """What an address has in common with those of other people: its route, without keys and questions."""
    return KEY.sub("*", address.partition("?")[0])


@pytest.fixture(scope="module")
def looked_at() -> set[str]:
    """What the pages said that were looked at, to whoever it was."""
    return set()


@pytest.mark.parametrize("role", ROLES)
def test_every_page_that_a_link_leads_to_is_accessible_and_fits(
    role: str, accounts: list[Account], visitor: Callable[[], Visit], looked_at: set[str]
) -> None:
    visit = visitor()
    enter(visit, next(account for account in accounts if account.role == role))
    waiting, seen, opened, wrong = [urlsplit(visit.page.url).path], set[str](), set[str](), list[str]()
    while waiting:
        assert len(seen) < MOST, waiting
        address = waiting.pop(0)
        if kind(address) in seen:
            continue
        seen.add(kind(address))
        visit.complaints.clear()
        answer = visit.page.goto(address)
        assert answer is not None
        assert answer.status < 400, f"{address}: {answer.status}"
        waiting += links(visit.page)
        main = main_of(answer.text(), address.split("/")[1])
        # The first page of a role shows what is around all of them.
        if main in looked_at and len(seen) > 1:
            wrong += complaints(visit)
            continue
        looked_at.add(main)
        wrong += faults(visit, address, back=False) + faults_over_the_page(visit, kind(address), opened)
        wrong += faults_on_paper(visit, address)
    assert len(seen) >= LEAST
    assert wrong == []


def test_a_page_is_another_one_when_a_word_or_an_element_of_it_is() -> None:
    page = '<main><a href="/farciennes/mots/{key}">Un mot</a></main>'
    here, again = page.format(key=uuid4()), page.replace("farciennes", "centre").format(key=uuid4())
    assert main_of(here, "farciennes") == main_of(again, "centre")
    for other in (here.replace("mot<", "long mot<"), here.replace("</main>", "<p></p></main>")):
        assert main_of(other, "farciennes") != main_of(here, "farciennes")


def test_the_roles_that_walk_are_all_there_are(accounts: list[Account]) -> None:
    assert {*ROLES, "coordinator"} == {account.role for account in accounts}


def test_what_is_wrong_with_a_page_and_with_what_it_opens_is_reported(
    accounts: list[Account], visitor: Callable[[], Visit]
) -> None:
    visit = visitor()
    enter(visit, next(account for account in accounts if account.role == "agent"))
    page = visit.page
    page.evaluate(PLANT)
    found, opened = faults(visit, "here"), faults_over_the_page(visit, "here", set())
    for width in (1280, 360):
        assert any(fault.startswith(f"here at {width} px: label: ") for fault in found)
        assert any(fault.startswith(f"here: planted open at {width} px: button-name: ") for fault in opened)
        assert any(fault.startswith(f"here: planted open at {width} px: ") and "beside" in fault for fault in opened)
    assert any(fault.startswith("here at 360 px scrolls sideways by ") for fault in found)
    assert "here: planted complaint" in found
