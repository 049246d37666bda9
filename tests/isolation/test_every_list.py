"""Every answer that shows a name is on record: as the reading of a file, or as a list in which the name stood.

The answers are found by what they show, so that a new list, search or resource of the API is asked for its record.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Response, g, request_finished, request_started
from sqlalchemy import Column, Engine, text
from werkzeug.test import TestResponse

from clais.audit import listings
from clais.web import routing
from clais.web.routing import Application
from tests.browser.lived_in import lived_in
from tests.isolation.canaries import cut
from tests.isolation.world import Route, Visitor, World, arguments, routes
from tests.support.federation import Federation
from tests.support.referrals import a_participant
from tests.tenants.people.newcomers import registered

EXEMPT: dict[str, str] = {}
"""Pages that show a name and need not be on record, and why. There is none; what is added needs a reason in review."""
ROLES = ("receptionist", "coordinator", "support_officer")
"""Between them, these roles open every list."""
NAMES = {("person", "family_name"), ("participant", "display_name")}
MARK, SOUGHT, TYPED = "Nomdefamille", "Delcourtois", "Delcourtoi"
"""What is typed is not quite the name: a form that shows again what was typed shows nobody."""
STEPS_IN = "account."
"""Forms that end the session with which the others are sent."""


def mark(column: Column[object]) -> str:
    """A text of one's own; that of a name can be told on a page."""
    named = (column.table.name, column.name) in NAMES
    return cut(MARK if named else f"Propre {column.table.name} {column.name}", column)


@pytest.fixture(scope="module")
def named(app: Application, engine: Engine, superuser: Engine) -> Iterator[World]:
    """A lived-in world whose names can be told, and whose requests say their number, as a server's do."""

    def begin(_app: object, **_extra: object) -> None:
        g.request_id = uuid4().hex

    def end(_app: object, response: Response, **_extra: object) -> None:
        response.headers["X-Request-Id"] = g.request_id

    with request_started.connected_to(begin, app), request_finished.connected_to(end, app):
        world = lived_in(World(Federation(app, engine), superuser, mark))
        agent, officer = world.federation.agent(), world.member("support_officer")
        for given in ("Karim", "Karin"):
            # Two of a name: the one who fits a search alone is opened.
            born: dict[str, Any] = {"birth_date": date(1990, 3, 12), "sex": "woman"}
            registered(agent, agent.federation.keyring, family_name=SOUGHT, given_names=given, **born)
            a_participant(agent, officer, SOUGHT, given)
        yield world


@pytest.fixture(autouse=True)
def every_key_is_on_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same proposals are asked for by several tests within a minute."""
    monkeypatch.setattr(listings, "TYPING", timedelta(0))


def owners(world: World, role: str) -> dict[str, set[UUID]]:
    """Family name → the keys under which those of this name are known where a role works."""
    found: dict[str, set[UUID]] = {}
    names = (
        "SELECT family_name AS name, id FROM person WHERE tenant_id = :tenant UNION "
        "SELECT display_name, id FROM participant WHERE tenant_id = :tenant UNION "
        "SELECT display_name, referral_id FROM participant WHERE tenant_id = :tenant"
    )
    with world.looking() as connection:
        for row in connection.execute(text(names), {"tenant": world.seed_of(role).tenant_id}):
            found.setdefault(row.name.split()[-1], set()).add(row.id)
    return found


def keys_on_record(world: World, answer: TestResponse) -> set[UUID]:
    """The people, and subjects about them, whom the records of one request name."""
    recorded = text("SELECT person_id, subject_id, listed FROM audit_event WHERE request_id = :request")
    with world.looking() as connection:
        rows = connection.execute(recorded, {"request": answer.headers["X-Request-Id"]}).all()
    return {key for row in rows for key in (row.person_id, row.subject_id, *(row.listed or ()))}


def asked(
    visitor: Visitor, route: Route, path: str, typed: str = TYPED, born: str = "12/03/1990"
) -> Iterator[TestResponse]:
    """What a visitor is answered: a page, or a search for names that exist."""
    if route.method == "GET":
        yield visitor.ask("GET", path)
    elif route.method == "POST" and not route.id_arguments and not route.rule.endpoint.startswith(STEPS_IN):
        if path.startswith("/api/"):
            yield visitor.ask("POST", path, json={"q": typed})
            return
        # A form refuses fields that it does not know.
        yield visitor.ask("POST", path, {"q": typed})
        yield visitor.ask(
            "POST", path, {"family_name": typed, "given_names": "Karim", "birth_date": born, "sex": "woman"}
        )


def unrecorded(world: World, role: str, exempt: Collection[str] = ()) -> tuple[set[str], set[str]]:
    """The pages and searches that show a name to a role: those without a record, and those with one."""
    visitor, seed, known = world.visitor(role), world.seed_of(role), owners(world, role)
    silent: set[str] = set()
    told: set[str] = set()
    for route in routes(world.app):
        if route.rule.endpoint in exempt or not world.may(role, route.permission or ""):
            continue
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        for answer in asked(visitor, route, path):
            body = answer.get_data(as_text=True)
            answer.close()  # As a server does once the answer has left.
            shown = [keys for name, keys in known.items() if name in body and answer.status_code < routing.FAULT]
            recorded = keys_on_record(world, answer) if shown else set()
            for keys in shown:
                (told if keys & recorded else silent).add(route.rule.endpoint)
    return silent, told


LISTS = {
    "receptionist": {"agenda.index", "agenda.propose_people", "caseload.index", "day.my_day", "intake.duplicates"}
    | {"intake.index", "people.propose", "people.search", "api_people.index", "api_people.search"},
    "coordinator": {"referrals.index", "trail.index", "trail.propose_people"},
    "support_officer": {"routing.participants", "routing.propose", "routing.search"},
}
"""Lists of which this test knows that they show names; the test is blind when it does not find one of them."""


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_that_shows_a_name_is_on_record(role: str, named: World) -> None:
    silent, told = unrecorded(named, role, EXEMPT)
    assert silent == set()
    assert LISTS[role] - told == set()


def searched_in_vain(world: World, role: str) -> tuple[set[str], set[str]]:
    """The searches of a role, asked for a name that nobody has: those without a record, and those with one."""
    visitor, seed = world.visitor(role), world.seed_of(role)
    silent: set[str] = set()
    told: set[str] = set()
    for route in routes(world.app):
        if route.method == "POST" and route.rule.endpoint in LISTS[role]:
            path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
            for answer in asked(visitor, route, path, f"Zzyzx{uuid4().hex[:6]}", "02/01/1951"):
                answer.close()
                (told if keys_on_record(world, answer) else silent).add(route.rule.endpoint)
    return silent - told, told


@pytest.mark.parametrize("role", ROLES)
def test_every_search_that_finds_nobody_is_on_record_too(role: str, named: World) -> None:
    silent, told = searched_in_vain(named, role)
    assert silent == set()
    assert told


def test_searches_in_vain_that_nobody_puts_on_record_are_found(named: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.listings.is_search", lambda _session: False)
    monkeypatch.setattr("clais.web.listings.searches", lambda: False)
    silent, told = searched_in_vain(named, "receptionist")
    assert told == set()
    assert {"people.search", "people.propose", "intake.duplicates", "api_people.search"} <= silent


def test_lists_that_nobody_puts_on_record_are_found(named: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.listings.noted_listing", lambda _session, **_what: None)
    silent, _told = unrecorded(named, "support_officer")
    assert LISTS["support_officer"] <= silent


def test_one_list_that_forgets_is_found(named: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support_center.routing.rows.record_name", lambda _row: None)
    silent, _told = unrecorded(named, "support_officer")
    assert silent == {"routing.participants", "routing.search"}
