"""Every page that a link leads to, over a lived-in federation: accessible, fitting and in order, wide and narrow."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page
from sqlalchemy import Engine

from clais.encryption import Keyring
from config.demo import Account, seed
from tests.support.chromium import NARROW, WIDE, Visit

pytestmark = pytest.mark.browser
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
MOST = 60
HARMLESS = "Failed to load resource"


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
    found: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(a => a.getAttribute('href'))")
    return [address.partition("#")[0] for address in found if address.startswith("/") and "/static/" not in address]


def kind(address: str) -> str:
    """What an address has in common with those of other people: its route, without keys and questions."""
    return KEY.sub("*", address.partition("?")[0])


def faults(visit: Visit, address: str) -> list[str]:
    """What is wrong with a page, wide and narrow."""
    found = []
    for width in (WIDE, NARROW):
        visit.page.set_viewport_size({"width": width, "height": 900})
        found += [f"{address} at {width} px: {fault}" for fault in visit.violations()]
        if visit.overflow() > 0:
            found.append(f"{address} at {width} px scrolls sideways by {visit.overflow()} px")
    return found + [f"{address}: {said}" for said in visit.complaints if HARMLESS not in said]


@pytest.mark.parametrize("role", ["agent", "coordinator", "support_officer", "federation_admin"])
def test_every_page_that_a_link_leads_to_is_accessible_and_fits(
    role: str, accounts: list[Account], visitor: Callable[[], Visit]
) -> None:
    visit = visitor()
    enter(visit, next(account for account in accounts if account.role == role))
    waiting, seen, wrong = [urlsplit(visit.page.url).path], set[str](), list[str]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if kind(address) in seen:
            continue
        seen.add(kind(address))
        visit.complaints.clear()
        answer = visit.page.goto(address)
        assert answer is not None
        assert answer.status < 400, f"{address}: {answer.status}"
        wrong += faults(visit, address)
        waiting += links(visit.page)
    assert len(seen) > 4
    assert wrong == []
