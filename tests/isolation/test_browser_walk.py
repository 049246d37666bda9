"""28. A real browser walks every page: no violation of the policy, nothing kept in its storage, stored markup inert."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine

from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.isolation.canaries import cut
from tests.isolation.pages import crawl
from tests.isolation.test_crawl import starts
from tests.isolation.world import Visitor, World
from tests.support.chromium import Visit, serving
from tests.support.federation import Federation

pytestmark = pytest.mark.browser
STORED = "JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage)])"
SCRIPT = '"\'><script>window.xssRan = 1</script><img src=x onerror="window.xssRan = 1">'
HARMLESS = "Failed to load resource"
"""What Chromium says of the image that the stored markup would load, were it an element; and of an error page."""


@pytest.fixture(scope="module")
def marked(app: Application, engine: Engine, superuser: Engine) -> World:
    return World(Federation(app, engine), superuser, lambda column: cut(SCRIPT, column))


@pytest.fixture(scope="module")
def address(app: Application) -> Iterator[str]:
    with serving(app) as url:
        yield url


def paths(world: World, visitor: Visitor, limit: int = 40) -> list[str]:
    """The pages of a role, the errors among them."""
    found = [
        step.path
        for step in crawl(visitor, start=starts(world, visitor), limit=limit)
        if step.response.mimetype == "text/html" and "HX-Request" not in step.response.request.headers
    ]
    return sorted({path for path in found if not path.startswith("/admin/static")})


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


@pytest.mark.parametrize("role", ["coordinator", "support_officer", "federation_admin"])
def test_no_page_breaks_its_policy_or_keeps_anything(role: str, marked: World, chromium: Browser, address: str) -> None:
    visitor = marked.visitor(role)
    pages = paths(marked, visitor)
    assert len(pages) > 1
    assert check_walk(chromium, address, visitor, pages) == []


def test_a_page_that_keeps_something_or_runs_something_inline_is_found(
    marked: World, chromium: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view: Any = marked.app.view_functions["identity.memberships"]

    def careless() -> object:
        answer = view()
        answer.set_data(answer.get_data(as_text=True).replace("</main>", "</main><p style='color:red'>x</p>"))
        return answer

    careless.clais_permission = view.clais_permission  # type: ignore[attr-defined]
    monkeypatch.setitem(marked.app.view_functions, "identity.memberships", careless)
    assert any(
        "style" in found for found in check_walk(chromium, address, marked.visitor("trainer"), ["/ou-travailler"])
    )


def test_storage_that_is_used_is_found(chromium: Browser, address: str) -> None:
    page = chromium.new_context(base_url=address).new_page()
    page.goto("/connexion")
    page.evaluate("localStorage.setItem('x', 'Marchetti')")
    assert kept(page, "/connexion")
