"""Whoever reached a limit is shown nobody more, by no route: not by a form that is refused, nor by a stale one.

The routes are walked, so that a new one is asked too; what a member works from stands above the limit of lists.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from clais.clock import now
from clais.limits import Limits, Pauses, Typing
from clais.web import routing
from tests.isolation.test_every_list import ROLES, SOUGHT, STEPS_IN, named, owners
from tests.isolation.world import Route, Visitor, World, arguments, routes

__all__ = ["named"]

ABOVE = {"day.my_day", "agenda.index", "routing.inbox", "desk.index", "desk.enter", "desk.close_day"}
"""What stands above the limit of lists: one's own day and week, who is at the desk now, what waits for the centre."""
FILES = {
    "receptionist": {"people.card", "people.edit", "intake.new", "agenda.new"},
    "coordinator": {"file.show", "people.edit", "follow_up.write_note", "follow_up.search_notes", "api_people.show"}
    | {"api_people.edit", "exits.close", "people.referent"},
    "support_officer": {"routing.participant", "routing.progress"},
}
"""Routes of which this test knows that they open a file, by whatever method; it is blind when one is not refused."""
LISTS = {
    "receptionist": {"agenda.propose_people", "caseload.index", "intake.duplicates", "intake.register", "desk.known"}
    | {"people.propose", "people.search", "api_people.index", "api_people.search", "api_people.register"},
    "coordinator": {"referrals.index", "trail.index", "caseload.index"},
    "support_officer": {"routing.participants", "routing.propose", "routing.search"},
}
NAMELESS = {"api_people.register"}
"""What shows by a number, and no name, who is known."""
NEWCOMER = {"given_names": "Karim", "birth_date": "12/03/1990", "sex": "woman", "registration_consent_manner": "spoken"}
"""Someone alike one who is known: the form is complete, and names them unless they are held back."""
TYPED = SOUGHT.lower()
"""No name as the pages write it: what was typed is given back."""
Sent = dict[str, Any]
FORMS: Mapping[str, tuple[Sent, ...]] = {
    "people.edit": ({"family_name": "Q", "given_names": "R", "_version": "99"}, {"family_name": ""}),
    "follow_up.search_notes": ({"q": "a"},),
    "intake.register": ({"family_name": TYPED, "intake-channel": "visit", **NEWCOMER}, {"family_name": TYPED}),
    "api_people.edit": ({"version": 1}, {"version": 99, "family_name": "Q"}),
    "api_people.register": ({"family_name": TYPED, **NEWCOMER, "birth_date": "1990-03-12"},),
    "desk.known": ({"family_name": TYPED, "given_names": "Karim", "birth_date": "12/03/1990"},),
    "routing.progress": ({"text": "Va bien", "_version": "99"},),
}
"""What is sent besides an empty form and a search."""


def sent(visitor: Visitor, route: Route, path: str) -> Iterator[TestResponse]:
    """What a visitor is answered by a route, to all that is sent there."""
    view = visitor.app.view_functions[route.rule.endpoint]
    if route.rule.endpoint.startswith(STEPS_IN) or hasattr(view, routing.ONLY_A_CLICK):
        return
    if route.method == "GET":
        yield visitor.ask("GET", path)
        return
    more = FORMS.get(route.rule.endpoint, ())
    if path.startswith("/api/"):
        for body in (*more, {"q": TYPED}):
            yield visitor.ask(route.method, path, json=body)
    elif route.method == "POST":
        for form in (*more, {}, {"q": TYPED}, {"family_name": TYPED, **NEWCOMER}):
            yield visitor.ask("POST", path, {**form, "_submission": str(uuid4())})


def walked(world: World, role: str, chosen: Collection[str] | None = None) -> tuple[set[str], set[str]]:
    """Of all routes, or those chosen: which show a name to a role, and which refuse it for a limit."""
    visitor, seed, known = world.visitor(role), world.seed_of(role), owners(world, role)
    shows: set[str] = set()
    refuses: set[str] = set()
    with world.looking() as connection:
        # One whose agreement stands, of this centre: other tests have people of the same name in this database.
        participant = connection.scalar(
            text("SELECT id FROM participant WHERE tenant_id = :tenant AND display_name LIKE :name"),
            {"tenant": seed.tenant_id, "name": f"%{SOUGHT}%"},
        )
    for route in routes(world.app):
        left_out = chosen is not None and route.rule.endpoint not in chosen
        if left_out or not world.may(role, route.permission or ""):
            continue
        values = arguments(route, seed, seed.ids["person"])
        if role == "support_officer" and "participant_id" in values:
            values["participant_id"] = participant
        for answer in sent(visitor, route, route.path(visitor.slug, values)):
            body = answer.get_data(as_text=True)
            answer.close()  # As a server does once the answer has left.
            if answer.status_code == 429:
                refuses.add(route.rule.endpoint)
            if any(name in body for name in known) and answer.status_code < routing.FAULT:
                shows.add(route.rule.endpoint)
    return shows, refuses


@pytest.fixture
def reached(named: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets a role have reached one limit or both, whatever the trail says."""
    house = named.app.extensions["clais"]
    held = replace(house, limits=Limits(), pauses=Pauses(), typing=Typing())
    monkeypatch.setitem(named.app.extensions, "clais", held)

    def reach(role: str, *what: str) -> None:
        for one in what:
            held.pauses.begin(named.member(role).actor, one, now() + timedelta(minutes=50))
        if "lists" in what:
            once = replace(held, limits=Limits(lists=1))
            monkeypatch.setitem(named.app.extensions, "clais", once)
            visitor = named.visitor(role)
            visitor.ask("POST", f"/{visitor.slug}/personnes/recherche", {"q": "Zzyzx"}).close()

    return reach


@pytest.mark.parametrize("role", ROLES)
def test_whoever_reached_both_limits_is_shown_nobody_by_any_route(
    role: str,
    named: World,
    reached: Callable[..., None],
) -> None:
    reached(role, "lists", "files")
    shows, refuses = walked(named, role)
    assert shows - ABOVE == set()
    assert (FILES[role] | LISTS[role]) - refuses == set()


@pytest.mark.parametrize("role", ["receptionist", "coordinator"])
def test_names_are_shown_where_nothing_is_held_and_are_found(
    role: str,
    named: World,
    reached: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Planted: what the answers show is not held, and who searched enough is still told of files alike."""
    reached(role, "lists", "files")
    monkeypatch.setattr("clais.web.routing.hold_what_is_shown", lambda **_given: None)
    monkeypatch.setattr("tenants.people.matching.check.hold_to_limit", lambda *_given: None)
    shows, refuses = walked(named, role, FILES[role] | LISTS[role])
    assert (FILES[role] | LISTS[role]) - shows == NAMELESS & LISTS[role]
    assert refuses == set()
