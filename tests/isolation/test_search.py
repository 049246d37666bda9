"""A search for a person of B finds nobody, no search term stands in a URL, and cursors are sealed."""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from datetime import date
from html import escape
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from flask import g
from sqlalchemy import text

from clais.clock import today
from clais.database import new_id
from clais.searching.names import sort_key
from clais.web.cursors import write_cursor
from tenants.people.matching.keys import encrypted_number, write_keys
from tenants.people.models import Person
from tests.isolation.test_editors import opened
from tests.isolation.world import Route, Visitor, World, arguments, essence, routes
from tests.support.federation import Member

FAMILY, GIVEN, NUMBER, PHONE, EMAIL = "Vandenkerckhove", "Dieudonnée", "85073003328", "+32470123456", "d.vdk@example.be"
BORN = date(1985, 7, 30)
THEIRS = {
    "family_name": FAMILY,
    "given_names": GIVEN,
    "birth_date": "30/07/1985",
    "phone": "0470 12 34 56",
    "email": EMAIL,
}
NOBODYS = {
    "family_name": "Zzyzxquist",
    "given_names": "Qwfpgjluy",
    "birth_date": "02/01/1951",
    "phone": "0479 98 76 54",
    "email": "z@example.be",
}
TERMS = [FAMILY, f"{GIVEN} {FAMILY}", FAMILY[:6], "85.07.30-033.28", NUMBER, "0470 12 34 56", EMAIL, "30/07/1985"]
NOBODY = "Zzyzxquist"


def file_of(world: World, member: Member) -> Person:
    """A person with every key by which someone is found, in the tenant of `member`."""
    keyring = world.app.extensions["clais"].keyring
    with member.at_work() as session:
        person = Person(
            tenant_id=member.tenant.id, id=new_id(), reference=f"T-{uuid4().hex[:12]}",
            family_name=FAMILY, given_names=GIVEN,
            sort_name=sort_key(FAMILY, GIVEN), birth_date=BORN, phone=PHONE, email=EMAIL, stage_since=today(),
        )  # fmt: skip
        person.national_number = encrypted_number(keyring, person, NUMBER)
        session.add(person)
        write_keys(session, person, keyring)
    return person


def without_ids(world: World, visitor: Visitor, method: str) -> list[Route]:
    """The routes that a visitor may use and that name nothing by its id."""
    return [
        route
        for route in routes(world.app)
        if route.method == method
        and not route.id_arguments
        and route.permission
        and world.may(visitor.role, route.permission)
    ]


def searches(world: World, visitor: Visitor) -> list[Route]:
    """The routes that look something up: those that take words and no id."""
    return [route for route in without_ids(world, visitor, "POST") if look_up(visitor, route, NOBODY)[0] == 200]


def look_up(visitor: Visitor, route: Route, words: str) -> Any:
    """The answer to some words, without the words."""
    path = route.path(visitor.slug, {})
    answer = (
        visitor.ask("POST", path, json={"q": words})
        if path.startswith("/api/")
        else visitor.ask("POST", path, {"q": words})
    )
    status, headers, body = essence(answer)
    for written in {words, escape(words), escape(words, quote=False)}:
        body = body.replace(written, "WORDS")
    return status, [header for header in headers if header[0] != "Content-Length"], body


def check_searches(world: World, visitor: Visitor) -> list[str]:
    """Searches whose answer to the data of a person of B differs from the answer to data of nobody."""
    found = searches(world, visitor)
    assert found, "nothing can be searched"
    usual = [(route, look_up(visitor, route, NOBODY)) for route in found]
    return [f"{route} {term}" for route, nobodys in usual for term in TERMS if look_up(visitor, route, term) != nobodys]


@pytest.mark.parametrize("role", ["receptionist", "coordinator", "support_officer"])
def test_searching_for_someone_of_another_tenant_is_searching_for_nobody(role: str, world: World) -> None:
    file_of(world, world.federation.other_agent())
    assert check_searches(world, world.visitor(role)) == []


def test_a_search_that_finds_is_found(world: World) -> None:
    """The same person in A: the terms do find them, so that the test above could have failed."""
    file_of(world, world.member("coordinator"))
    problems = check_searches(world, world.visitor("coordinator"))
    assert all(any(term in problem for problem in problems) for term in (FAMILY, "0470 12 34 56"))


def response_to_facts(visitor: Visitor, page: str, path: str, facts: dict[str, str]) -> tuple[int, str]:
    """The response to the form of a page with some facts, without the facts themselves."""
    form = opened(visitor, page, page)
    assert form is not None
    # Rows that can be added are left out: saved, they would be asked for once more the next time.
    single = {name: value for name, value in form.filled().items() if not re.search(r"-\d+-", name)}
    status, _headers, body = essence(visitor.ask("POST", path, single | facts))
    for name, value in facts.items():
        body = body.replace(escape(value), name.upper())
    return status, body


def in_json(world: World, visitor: Visitor, facts: dict[str, str]) -> int:
    """What the API answers to someone's registration: done (and taken away again), or someone alike has a file."""
    day, month, year = facts["birth_date"].split("/")
    given = facts | {"birth_date": f"{year}-{month}-{day}", "registration_consent_manner": "spoken"}
    answer = visitor.ask("POST", visitor.address("api_people.register"), json=given)
    assert answer.status_code in {201, 409}
    if answer.status_code == 201:
        with world.superuser.begin() as connection:
            for table, key in (("person_key", "person_id"), ("person", "id")):
                connection.execute(text(f"DELETE FROM {table} WHERE {key} = :id"), {"id": (answer.json or {})["id"]})
    return answer.status_code


def check_duplicates(world: World, visitor: Visitor) -> list[str]:
    """Ways to register a person whose answer to the data of a person of B differs from the answer to data of nobody."""
    register = visitor.address("intake.register")
    card = visitor.address("people.edit", person_id=world.own.ids["person"])
    # What does not fit keeps the form on the screen, with what looks alike: nobody is registered.
    unfit = {"postal_code": "nowhere"}
    ways: dict[str, Callable[[dict[str, str]], object]] = {
        "intake.register": lambda facts: response_to_facts(visitor, register, register, facts | unfit),
        "intake.duplicates": lambda facts: response_to_facts(
            visitor, register, visitor.address("intake.duplicates"), facts
        ),
        "api_people.register": lambda facts: in_json(world, visitor, facts),
        "people.edit": lambda facts: response_to_facts(visitor, card, card, facts),
    }
    return [name for name, way in ways.items() if way(THEIRS) != way(NOBODYS)]


def test_the_warning_of_duplicates_knows_nobody_of_another_tenant(world: World) -> None:
    file_of(world, world.federation.other_agent())
    assert check_duplicates(world, world.visitor("coordinator")) == []


def test_each_warning_that_knows_someone_is_found(world: World) -> None:
    """The same person in A: each way does warn of them."""
    file_of(world, world.member("coordinator"))
    assert check_duplicates(world, world.visitor("coordinator")) == [
        "intake.register",
        "intake.duplicates",
        "api_people.register",
        "people.edit",
    ]


def check_cursors(world: World, visitor: Visitor, foreign: Visitor, lists: Iterable[Route]) -> list[str]:
    """Lists that take a forged cursor, or one of another tenant."""
    problems = []
    with world.app.test_request_context("/"):
        g.actor = world.member(foreign.role).actor
        other = write_cursor("CANARY", world.foreign.ids["person"])
    forged = ["x", "%00", urlsafe_b64encode(b"['a', 'b']" * 4).decode(), other, other[:-2] + "AA"]
    taken = 0
    for route in lists:
        path = route.path(visitor.slug, arguments(route, world.own, uuid4()))
        plain = visitor.ask("GET", path).status_code
        statuses = [visitor.ask("GET", path, query_string={"after": cursor}).status_code for cursor in forged]
        if 400 in statuses or 422 in statuses:
            taken += 1
            problems += [
                f"{path} {cursor}: {status}"
                for cursor, status in zip(forged, statuses, strict=True)
                if status not in {400, 422}
            ]
        elif any(status != plain for status in statuses):
            problems.append(f"{path}: {statuses}")
    return problems if taken else ["no list takes a cursor"]


def test_a_forged_cursor_is_refused(standing_world: World) -> None:
    visitor, foreign = standing_world.visitor("coordinator"), standing_world.visitor("support_officer")
    assert check_cursors(standing_world, visitor, foreign, without_ids(standing_world, visitor, "GET")) == []


def test_a_cursor_that_is_not_sealed_is_found(standing_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = SimpleNamespace(encrypt=lambda text, _bound: text, decrypt=lambda text, _bound: text)
    monkeypatch.setattr("clais.web.cursors._cipher", lambda: plain)
    visitor, foreign = standing_world.visitor("coordinator"), standing_world.visitor("support_officer")
    some = [route for route in without_ids(standing_world, visitor, "GET") if route.rule.endpoint == "partners.index"]
    assert check_cursors(standing_world, visitor, foreign, some)
