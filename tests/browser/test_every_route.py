"""Every page that the table of routes has, also where no link leads to it, and every dialog while it is open."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import pytest

from tests.browser.lived_in import doors
from tests.browser.walk import faults, faults_on_paper, faults_over_the_page
from tests.isolation.pages import Step, inside
from tests.isolation.sendings import WRITERS
from tests.isolation.test_unknown_fields import endpoint_of
from tests.isolation.world import ANONYMOUS, World, routes
from tests.support.chromium import Visit

pytestmark = pytest.mark.browser
ON_EVERY_PAGE = {"confirm-dialog", "help-dialog"}
"""The dialogs of the frame are looked at by the walk along the links."""


ON_THE_TABLET = {f"questionnaires.{name}" for name in ("tablet", "ask", "review", "thanks")}
"""Pages of a person whom the screen was given to: tests/browser/test_tablet.py looks at them."""
ELSEWHERE = {
    "referrals.fact",
    "registrations.certificate",
    "registrations.evidence",
    "exchange_practice.word",
    "documents.content",
    "documents.preview",
    "printing.content",
} | ON_THE_TABLET
"""Pages that the lived-in world has no reason to show, the first of which tests/browser/test_choosing_a_scheme.py looks
at; documents, which are no pages; and a word, as it has no charter: the walk along the links of the demo meets those.
"""


class Met(NamedTuple):
    """What a role can be shown: an address of each page and of each dialog on a page, and the pages led to by links."""

    pages: dict[str, str]
    dialogs: dict[tuple[str, str], str]
    linked: set[str]


def whole(step: Step) -> bool:
    """A page, and not a part of one, a file or a redirect."""
    return step.response.status_code == 200 and any(tag == "main" for tag, _attributes in step.page.elements)


@pytest.fixture(scope="module")
def met(lived_world: World, shown: Callable[[str], list[Step]]) -> Callable[[str], Met]:
    """What each role can be shown in the lived-in world."""

    def walk(role: str) -> Met:
        found = Met({}, {}, set())
        for step in shown(role):
            if not whole(step):
                continue
            endpoint = endpoint_of(lived_world, "GET", step.path)
            found.pages.setdefault(endpoint, step.path)
            for tag, attributes in step.page.elements:
                if tag == "dialog" and attributes["id"] not in ON_EVERY_PAGE:
                    found.dialogs.setdefault((endpoint, str(attributes["id"])), step.path)
            leads = [attributes.get("href") or "" for tag, attributes in step.page.elements if tag == "a"]
            paths = [path for lead in leads if (path := inside(lead, step.path)) and not path.startswith("/static/")]
            found.linked.update(endpoint_of(lived_world, "GET", path) for path in paths)
        return found

    return cache(walk)


def unshown(world: World, role: str, found: Met) -> set[str]:
    """The pages that a role may open and that nobody was shown."""
    ours = (route for route in routes(world.app) if not route.rule.rule.startswith(("/api/", "/admin/")))
    may = {route.rule.endpoint for route in ours if route.method == "GET" and world.may(role, str(route.permission))}
    return may - set(found.pages)


@pytest.mark.parametrize("role", WRITERS)
def test_every_page_of_the_table_of_routes_is_accessible_and_fits(
    role: str, lived_world: World, met: Callable[[str], Met], in_role: Callable[[str], Visit]
) -> None:
    visit, found, wrong = in_role(role), met(role), list[str]()
    assert unshown(lived_world, role, found) <= ELSEWHERE
    # The others walk along the links of a federation that is lived in, in test_every_page.
    waiting = (
        found.pages
        if role == "coordinator"
        else {endpoint: path for endpoint, path in found.pages.items() if endpoint not in found.linked}
    )
    for endpoint, path in waiting.items():
        visit.complaints.clear()
        visit.page.goto(path)
        wrong += faults(visit, endpoint, back=False) + faults_on_paper(visit, endpoint)
    assert wrong == []


def test_a_page_that_nobody_was_shown_is_reported(lived_world: World) -> None:
    assert "catalogue.index" in unshown(lived_world, "support_officer", Met({"catalogue.show": "/"}, {}, set()))


@pytest.mark.parametrize("role", [role for role in WRITERS if role != "federation_admin"])
def test_every_dialog_is_accessible_and_fits_while_it_is_open(
    role: str, met: Callable[[str], Met], in_role: Callable[[str], Visit]
) -> None:
    visit, found, seen = in_role(role), met(role), set[str]()
    wrong = []
    for (endpoint, name), path in found.dialogs.items():
        if f"{endpoint}: {name}" not in seen:
            visit.page.goto(path)
            wrong += faults_over_the_page(visit, endpoint, seen)
    assert found.dialogs
    assert {f"{endpoint}: {name}" for endpoint, name in found.dialogs} <= seen
    assert wrong == []


def test_what_stands_at_the_door_is_accessible_and_fits(lived_world: World, in_role: Callable[[str], Visit]) -> None:
    visit, wrong = in_role(ANONYMOUS), list[str]()
    door, invitation = doors(lived_world)
    for path in (door, invitation, f"{invitation}x"):
        visit.page.goto(path)
        wrong += faults(visit, path)
    visit.page.goto(door)
    visit.page.get_by_label("Adresse e-mail").fill("quelqu.un@example.be")
    visit.page.get_by_label("Mot de passe").fill("ce n'est pas celui-là")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".errors").wait_for()
    wrong += faults(visit, "refused at the door")
    assert wrong == []
