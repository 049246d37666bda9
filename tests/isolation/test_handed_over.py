"""While a session is handed over, every route of the application refuses but the few that the person needs."""

from collections.abc import Iterable
from uuid import UUID, uuid4

import pytest

from tests.isolation.tablets import handed, tablet_of
from tests.isolation.world import Route, Visitor, World, arguments, routes

OF_THE_PERSON = {f"questionnaires.{name}" for name in ("tablet", "ask", "person_answers", "review", "finish", "thanks")}
ALWAYS = {"account.take_back", "account.sign_out"}
WITHOUT_SESSION = {"api-docs.openapi_json"}
"""The description of the API, which holds no data of anyone."""
LOCKED = "La tablette est entre les mains de la personne"


def check_locked(world: World, visitor: Visitor, chosen: Iterable[Route], *, ours: bool = True) -> list[str]:
    """Routes that answer with anything but the page that asks for the password: with ids of ours, or of nobody."""
    problems = []
    seed = world.seed_of(visitor.role)
    for route in chosen:
        if route.rule.endpoint in ALWAYS | WITHOUT_SESSION:
            continue
        values = arguments(route, seed, uuid4()) | ({} if ours else nobody(route))
        answer = visitor.ask(route.method, route.path(visitor.slug, values))
        text = answer.get_data(as_text=True)
        if route.rule.rule.startswith("/api/"):
            locked = answer.status_code == 401
        else:
            locked = answer.status_code == 403 and LOCKED in text and 'class="rail"' not in text
        if not locked:
            problems.append(f"{route}: {answer.status_code}")
    return sorted(set(problems))


def nobody(route: Route) -> dict[str, UUID]:
    converters = route.rule._converters
    return {name: uuid4() for name in route.id_arguments if type(converters[name]).__name__ == "UUIDConverter"}


@pytest.mark.parametrize(("role", "ours"), [("agent", True), ("coordinator", False)])
def test_every_route_is_locked_while_the_screen_is_in_the_hands_of_a_person(
    standing_world: World, role: str, ours: bool
) -> None:
    world = standing_world
    visitor = handed(world, role, tablet_of(world.federation.platform.slug, uuid4(), uuid4()))
    assert check_locked(world, visitor, routes(world.app), ours=ours) == []


def test_a_lock_that_lets_everything_pass_is_found(standing_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = standing_world
    visitor = handed(world, "agent", tablet_of(world.federation.platform.slug, uuid4(), uuid4()))
    monkeypatch.setattr("clais.web.handed_over.may_open", lambda _address: True)
    people = [one for one in routes(world.app) if one.rule.endpoint.startswith("people.") and one.method == "GET"]
    assert people
    assert {found.rpartition(": ")[0] for found in check_locked(world, visitor, people)} == set(map(str, people))


def test_the_person_has_the_pages_below_the_address_and_no_others(standing_world: World) -> None:
    world, slug = standing_world, standing_world.federation.platform.slug
    person, filling = uuid4(), uuid4()
    visitor = handed(world, "agent", tablet_of(slug, person, filling))
    values = {"person_id": person, "filling_id": filling, "item": "enfants"}
    opened = set()
    for route in routes(world.app):
        if not set(route.id_arguments) <= set(values) or route.rule.endpoint in ALWAYS:
            continue
        answer = visitor.ask(route.method, route.path(slug, values))
        if LOCKED not in answer.get_data(as_text=True) and not route.rule.rule.startswith("/api/"):
            opened.add(route.rule.endpoint)
    assert opened == OF_THE_PERSON


def test_an_address_that_begins_alike_is_not_below_it(standing_world: World) -> None:
    address = tablet_of(standing_world.federation.platform.slug, uuid4(), uuid4())
    visitor = handed(standing_world, "agent", address)
    for path in (f"{address}s", f"{address}/../..", f"{address}%2f..%2f..", f"/{address}", address.upper()):
        answer = visitor.client.get(path)
        assert answer.status_code in {308, 403, 404}, path
        assert 'class="rail"' not in answer.get_data(as_text=True)
