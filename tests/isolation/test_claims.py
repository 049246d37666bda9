"""The session decides the tenant, whatever a request claims: it reads nothing of B and writes nothing there."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from string import ascii_lowercase
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import request
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from clais.actor import Actor
from clais.forms import formdata
from clais.registry.models import Partner
from clais.web import context
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tenants.people.models import Person
from tenants.people.schemas import NewcomerSchema
from tests.isolation.canaries import CANARY, differences, fingerprint
from tests.isolation.world import Visitor, World, essence
from tests.support.federation import Federation

HEADERS = ("X-Tenant", "X-Tenant-Id", "X-Tenant-Slug", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL")
WORDS = ("tenant", "tenant_id", "tenant_slug", "active_tenant_id")
PAGES = ("caseload.index", "intake.index")
"""Where names stand: in one that is asked by its address, and in one that is not."""
REFUSED = ("form", "json", "address")
"""Claims that are refused where they stand; every other one is passed over."""
Claim = dict[str, Any]
"""What is added to a request: headers, cookies, query_string, data, json, base_url, slug."""


@pytest.fixture(scope="module")
def world(app: Application, engine: Engine, superuser: Engine) -> World:
    """One for all these tests: what they write has words of its own."""
    return World(Federation(app, engine), superuser)


def claims(world: World, only: str = "") -> Iterator[tuple[str, Claim]]:
    """Every way to say that one is at work in B, or one of them."""
    return ((way, claim) for way, claim in every_claim(world) if only in {"", way})


def every_claim(world: World) -> Iterator[tuple[str, Claim]]:
    """Where a tenant can be named in a request."""
    slug, key = world.federation.other_platform.slug, str(world.foreign.tenant_id)
    for name in HEADERS:
        for value in (slug, key, f"/{slug}/personnes"):
            yield f"header {name}", {"headers": {name: value}}
    for name in WORDS:
        yield f"cookie {name}", {"cookies": {name: key}}
        yield f"query {name}", {"query_string": {name: key}}
        yield f"form {name}", {"data": {name: key}}
        yield f"json {name}", {"json": {name: key}}
    yield "host", {"base_url": f"http://{slug}.localhost"}
    yield "address", {"slug": slug}


@contextmanager
def cookies(visitor: Visitor, claim: Claim) -> Iterator[Claim]:
    """The rest of a claim, while its cookies are set."""
    names = claim.get("cookies", {})
    if "base_url" in claim:
        # A browser keeps the cookie to its host: whoever claims another one carries it along.
        visitor.client.set_cookie(
            SESSION_COOKIE, visitor.token or "", domain=urlsplit(claim["base_url"]).hostname or ""
        )
    for name, value in names.items():
        visitor.client.set_cookie(name, value)
    yield {name: value for name, value in claim.items() if name not in {"cookies", "slug"}}
    for name in names:
        visitor.client.delete_cookie(name)


def check_reading(world: World, visitor: Visitor, only: str = "") -> list[str]:
    """Claims that show data of B, or that change an answer although no route reads them."""
    problems = set()
    for view in PAGES:
        usual = essence(visitor.ask("GET", visitor.address(view)))
        for way, claim in claims(world, only):
            page = visitor.address(view, tenant_slug=claim.get("slug", visitor.slug))
            with cookies(visitor, claim) as options:
                answer = visitor.client.open(page, method="GET", **options)
            # A list has questions of its own in its address, and refuses others; an address of B is not there.
            refused = answer.status_code == {"query": 400, "address": 404}.get(way.partition(" ")[0])
            if CANARY in answer.get_data(as_text=True) or not (refused or essence(answer) == usual):
                problems.add(way)
    return sorted(problems)


DOORS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("partners.new", "data", {"name": "{word}", "kind": "cpas"}),
    (
        "api_people.register",
        "json",
        {"family_name": "{word}", "given_names": "Essai", "registration_consent_manner": "spoken"},
    ),
)
"""Views that write a row, what body they take, and what stands in it."""


def sent(visitor: Visitor, claim: Claim, door: tuple[str, str, dict[str, str]], word: str) -> TestResponse:
    """Write a row under a claim, which stands beside the body or in it; one of another kind takes its place."""
    view, kind, fields = door
    path = visitor.address(view, tenant_slug=claim.get("slug", visitor.slug))
    given = {name: text.format(word=word) for name, text in fields.items()}
    with cookies(visitor, claim) as options:
        kinds = {"data", "json"} & options.keys() or {kind}
        bodies = {name: given | options.get(name, {}) for name in kinds}
        return visitor.ask("POST", path, **(options | bodies))


def landed(world: World, word: str) -> list[UUID]:
    """The tenants in which a row of that word stands."""
    partners, people = select(Partner.tenant_id).where(Partner.name == word), select(Person.tenant_id)
    with world.looking() as connection:
        return list(connection.scalars(partners.union_all(people.where(Person.family_name == word))))


def check_writing(world: World, visitor: Visitor, only: str = "") -> list[str]:
    """Claims under which a row was written elsewhere than in A, or none although nothing refuses the claim."""
    problems = []
    with world.looking() as connection:
        before = fingerprint(connection, world.foreign)
    for way, claim in claims(world, only):
        for door in DOORS:
            word = "".join(secrets.choice(ascii_lowercase) for _ in range(14)).title()
            status = sent(visitor, claim, door, word).status_code
            # A field that nobody offered is refused, and an address of B is not there; of the API there is only one,
            # and it takes JSON alone.
            refused = status in {400, 404, 415, 422} and way.startswith(REFUSED)
            if landed(world, word) != ([] if refused else [world.own.tenant_id]):
                problems.append(f"{way} {door[0]}: {status}")
    with world.looking() as connection:
        return problems + [
            f"B's {table} changed" for table in differences(before, fingerprint(connection, world.foreign))
        ]


def test_what_is_read_is_that_of_the_session_whatever_the_request_claims(world: World) -> None:
    assert check_reading(world, world.visitor("coordinator")) == []


def test_what_is_written_lands_in_the_tenant_of_the_session(world: World) -> None:
    assert check_writing(world, world.visitor("coordinator")) == []


def json_word() -> str | None:
    given = request.get_json(silent=True)
    return given.get("tenant_id") if isinstance(given, dict) else None


BELIEVED: dict[str, Callable[[], str | None]] = {
    "header X-Tenant-Id": lambda: request.headers.get("X-Tenant-Id"),
    "cookie tenant_id": lambda: request.cookies.get("tenant_id"),
    "query tenant_id": lambda: request.args.get("tenant_id"),
    "form tenant_id": lambda: request.form.get("tenant_id"),
    "json tenant_id": json_word,
    "host": lambda: request.host.partition(".")[0],
    "address": lambda: request.path.split("/")[1],
}
"""By way: what a planted fault takes from the request."""


@pytest.mark.parametrize("way", BELIEVED)
def test_a_tenant_taken_from_the_request_is_found(way: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a claim is believed, and where unknown fields would stop it they are let pass."""
    real, load = context._actor, NewcomerSchema.load
    slug, key = world.federation.other_platform.slug, world.foreign.tenant_id

    def gullible(*given: Any) -> Actor:
        who = real(*given)
        if BELIEVED[way]() not in {slug, str(key)}:
            return who
        return replace(who, tenant_id=key, tenant_slug=slug if way == "address" else who.tenant_slug)

    def lenient(schema: NewcomerSchema, data: dict[str, Any], **options: Any) -> Any:
        return load(schema, {name: value for name, value in data.items() if name != "tenant_id"}, **options)

    monkeypatch.setattr(context, "_actor", gullible)
    monkeypatch.setattr(formdata, "SHELL_FIELDS", formdata.SHELL_FIELDS | {"tenant_id"})
    monkeypatch.setattr(NewcomerSchema, "load", lenient)
    visitor = world.visitor("coordinator")
    assert way in check_reading(world, visitor, way)
    written = check_writing(world, visitor, way)
    assert any(problem.startswith(f"{way} ") for problem in written)
    # What the API writes names its author, whom B does not have: there the keys of the table hold.
    assert way.startswith("json") or "B's partner changed" in written
