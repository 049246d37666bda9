"""In a real browser no page violates the policy, fills the storage of the browser, or runs stored markup."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.isolation.canaries import cut
from tests.isolation.likeness import Likeness, elements_of
from tests.isolation.pages import Step, crawl, inside, starts
from tests.isolation.test_crawl import ROLES
from tests.isolation.world import Visitor, World
from tests.support.chromium import Visit, serving
from tests.support.federation import Federation

pytestmark = pytest.mark.browser
STORED = "JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])"
SCRIPT = '"\'><script>window.xssRan = 1</script><img src=x onerror="window.xssRan = 1">'
HARMLESS = "Failed to load resource"
"""What Chromium says of the image that the stored markup would load, were it an element; and of an error page."""


AWAY = "/admin/static"
"""The files of the library that the administration is built with."""


@pytest.fixture(scope="module")
def marked(app: Application, engine: Engine, superuser: Engine) -> World:
    return World(Federation(app, engine), superuser, lambda column: cut(SCRIPT, column))


@pytest.fixture(scope="module")
def address(app: Application) -> Iterator[str]:
    with serving(app) as url:
        yield url


def pages_of(world: World, visitor: Visitor, limit: int | None = None) -> list[Step]:
    """The pages of a role, the errors among them: all there are."""
    steps = crawl(visitor, start=starts(world, visitor), limit=limit, partials=False)
    return [step for step in steps if step.response.mimetype == "text/html" and not step.path.startswith(AWAY)]


def left_out(world: World, visitor: Visitor, pages: list[Step]) -> list[str]:
    """Known pages that a walk does not come to: every route that the role may look at, and what those lead to."""
    known = {inside(link, step.path) or "" for step in pages for link in step.page.links} | set(starts(world, visitor))
    plain = {step.path.partition("?")[0] for step in pages}
    return sorted(path for path in known if path.partition("?")[0] not in plain and is_page(visitor, path))


def with_something_new(pages: Iterable[Step], met: set[Likeness]) -> list[str]:
    """The pages with an element that a browser has not met yet; `met` are those that it has, and meets now."""
    chosen = []
    for step in pages:
        elements = elements_of(step.response.get_data(as_text=True))
        if not elements <= met:
            chosen.append(step.path)
            met |= elements
    return chosen


def is_page(visitor: Visitor, path: str) -> bool:
    """Whether an address of this site shows a page, and not a file or the description of the API."""
    if not path or path.startswith(("/static/", AWAY)):
        return False
    return visitor.ask("GET", path).mimetype == "text/html"


def check_walk(chromium: Browser, address: str, visitor: Visitor, pages: list[str]) -> list[str]:
    """Violations, complaints and what was kept, page by page."""
    context = chromium.new_context(base_url=address)
    assert visitor.token is not None
    context.add_cookies([{"name": SESSION_COOKIE, "value": visitor.token, "url": address}])
    visit = Visit(context.new_page())
    visit.page.add_init_script(
        "window.violations = []; addEventListener('securitypolicyviolation', "
        "e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    problems = []
    for path in pages:
        visit.complaints.clear()
        visit.page.goto(path, wait_until="load")
        problems += [f"{path}: {found}" for found in visit.page.evaluate("window.violations")]
        problems += [f"{path}: {found}" for found in visit.complaints if HARMLESS not in found]
        problems += kept(visit.page, path)
        if visit.page.evaluate("window.xssRan"):
            problems.append(f"{path}: stored markup ran")
    context.close()
    return problems


def kept(page: Page, path: str) -> list[str]:
    """What a page left in the storage of the browser."""
    found = page.evaluate(STORED)
    return [f"{path}: kept {found}"] if found != "[[],[]]" else []


WALKERS = [role for role in ROLES if role != "agent"]
"""An agent's pages are among a coordinator's."""


@pytest.fixture(scope="module")
def met() -> set[Likeness]:
    """The elements of the pages that were opened in a browser, whoever opened them."""
    return set()


@pytest.mark.parametrize("role", WALKERS)
def test_no_page_breaks_its_policy_or_keeps_anything(
    role: str, marked: World, met: set[Likeness], chromium: Browser, address: str
) -> None:
    visitor = marked.visitor(role)
    pages = pages_of(marked, visitor)
    assert left_out(marked, visitor, pages) == []
    assert check_walk(chromium, address, visitor, with_something_new(pages, met)) == []


def test_a_walk_that_stops_early_is_found(marked: World) -> None:
    visitor = marked.visitor("receptionist")
    assert left_out(marked, visitor, pages_of(marked, visitor, 15))


def test_a_page_is_opened_again_when_it_has_something_new(marked: World) -> None:
    visitor, met = marked.visitor("trainer"), set[Likeness]()
    page = list(crawl(visitor, start=("/ou-travailler",), limit=1))
    assert with_something_new(page, met) == ["/ou-travailler"]
    assert with_something_new(crawl(visitor, start=("/ou-travailler",), limit=1), met) == []
    for planted in (
        "<p data-said='x'>x</p>",
        "<p hx-get='/x'>x</p>",
        "<p class='new'>x</p>",
        f"<p>{escape(SCRIPT)}</p>",
    ):
        answer = page[0].response
        answer.set_data(page[0].response.get_data(as_text=True).replace("</main>", f"{planted}</main>"))
        assert with_something_new(page, met) == ["/ou-travailler"], planted


def test_a_page_that_keeps_something_or_runs_something_inline_is_found(
    marked: World, chromium: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view: Any = marked.app.view_functions["account.memberships"]

    def careless() -> object:
        answer = view()
        answer.set_data(answer.get_data(as_text=True).replace("</main>", "</main><p style='color:red'>x</p>"))
        return answer

    careless.clais_permission = view.clais_permission  # type: ignore[attr-defined]
    monkeypatch.setitem(marked.app.view_functions, "account.memberships", careless)
    assert any(
        "style" in found for found in check_walk(chromium, address, marked.visitor("trainer"), ["/ou-travailler"])
    )


def test_storage_that_is_used_is_found(chromium: Browser, address: str) -> None:
    page = chromium.new_context(base_url=address).new_page()
    page.goto("/connexion")
    page.evaluate("localStorage.setItem('x', 'Marchetti')")
    assert kept(page, "/connexion")
