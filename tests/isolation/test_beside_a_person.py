"""What an address names beside a person is of that person: under the address of another one it does not exist.

So the one whose file is on record as read or changed is the one whose row was shown or changed. The routes are walked,
so that a new one is asked too.
"""

import sys
from collections.abc import Iterator

import pytest

from tests.isolation.world import Route, World, arguments, routes
from tests.support.referrals import a_person

SAYS_WHO = {"desk.identify", "merging.compare", "merging.tell_apart", "merging.reconsider"}
"""What says whose a row is that is nobody's yet, or whether two people are one."""
BODY_FIRST = {"api_documents.receive"}
"""The API judges what is sent before it looks for anything: an empty body is 422 whoever a row is of, and
tests/tenants/documents/test_api.py sends whole ones.
"""
LOOK_UP = "theirs_or_404"


def beside_a_person(world: World) -> Iterator[Route]:
    """The routes that name a person and, by its key, something beside them."""
    for route in routes(world.app):
        keys = [name for name in route.id_arguments if type(route.rule._converters[name]).__name__ == "UUIDConverter"]
        if "person_id" in keys and len(keys) > 1 and world.may("coordinator", route.permission or ""):
            yield route


def crossed(world: World, *methods: str) -> dict[str, set[int]]:
    """Endpoint → what is answered when it is asked for something of one person under the address of another one."""
    visitor, stranger = world.visitor("coordinator"), a_person(world.member("coordinator"), "Lenoir", "Paul")
    found: dict[str, set[int]] = {}
    for route in beside_a_person(world):
        if route.method in methods and route.rule.endpoint not in SAYS_WHO | BODY_FIRST:
            values = arguments(route, world.own, stranger.id) | {"person_id": stranger.id}
            answer = visitor.ask(route.method, route.path(visitor.slug, values))
            found.setdefault(route.rule.endpoint, set()).add(answer.status_code)
    return found


def test_what_is_of_another_person_does_not_exist(world: World) -> None:
    answers = crossed(world, "GET", "POST")
    assert len(answers) > 40
    assert {endpoint: statuses for endpoint, statuses in answers.items() if statuses != {404}} == {}


def test_a_look_up_that_forgets_whose_a_row_is_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("tenants.") and hasattr(module, LOOK_UP):
            monkeypatch.setattr(module, LOOK_UP, lambda _person, row: row)
    opened = {endpoint for endpoint, statuses in crossed(world, "GET").items() if statuses != {404}}
    assert {
        "contracts.show",
        "documents.show",
        "exits.news",
        "intake.edit",
        "pauses.edit",
        "situation.change_episode",
    } <= opened
