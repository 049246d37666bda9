"""Every form that a role meets and every route that changes something, with a plausible way to send each."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from clais.feature.pages import SIGNED_IN
from clais.web.routing import BRINGS_A_FILE
from tests.isolation.pages import FormOnPage, crawl, forms_of, starts
from tests.isolation.world import Route, Visitor, World, arguments, routes

Sending = tuple[str, str, dict[str, Any]]
"""The method, the address and the fields of what is sent."""
Filled = Callable[..., tuple[Visitor, dict[str, FormOnPage]]]
LEAVES = {
    "account.sign_out",
    "account.switch",
    "orientation.hand_bilan_over",
    "orientation.hand_plan_over",
    "questionnaires.hand_over",
}
WRITERS = ["coordinator", "support_officer", "federation_admin"]
"""Between them, these roles reach every form of the house."""


def forms_met(world: World, role: str, limit: int | None = None) -> tuple[Visitor, dict[str, FormOnPage]]:
    """A visitor in a role and every form that they meet: one view of each page shows them all (test_crawl.py)."""
    visitor = world.visitor(role)
    return visitor, forms_of(crawl(visitor, start=starts(world, visitor), limit=limit, partials=False, views=1))


def unsafe(world: World, visitor: Visitor, *, leaving: bool = False) -> list[Route]:
    """The routes that change something and that a visitor may use."""
    return [
        route
        for route in routes(world.app)
        if route.method != "GET"
        and (leaving or route.rule.endpoint not in LEAVES)
        and route.permission is not None
        and (route.permission == SIGNED_IN or world.may(visitor.role, route.permission))
    ]


def sendings(world: World, visitor: Visitor, forms: dict[str, FormOnPage]) -> Iterator[Sending]:
    """What someone can send: each form met with each of its buttons, and nothing to each unsafe route without one."""
    seed = world.seed_of(visitor.role)
    for path, form in forms.items():
        for pressed in form.buttons:
            yield form.method, path, form.filled() | pressed
    for route in unsafe(world, visitor):
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        if path not in forms:
            yield route.method, path, {}


def send(visitor: Visitor, method: str, path: str, data: dict[str, Any]) -> TestResponse:
    """Send fields the way the address takes them: as a form, or as JSON or in parts to the API."""
    if path.startswith("/api/"):
        return (
            visitor.ask(method, path, data)
            if _in_parts(visitor, method, path)
            else visitor.ask(method, path, json=data)
        )
    return visitor.ask(method, path, data)


def fresh(data: dict[str, Any]) -> dict[str, str]:
    """A new key for a form that is sent again."""
    return {"_submission": str(uuid4())} if "_submission" in data else {}


def _in_parts(visitor: Visitor, method: str, path: str) -> bool:
    """Whether an address of the API takes a file."""
    endpoint, _values = visitor.app.url_map.bind("localhost").match(path, method=method)
    return getattr(visitor.app.view_functions[endpoint], BRINGS_A_FILE, False)
