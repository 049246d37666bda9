"""3, 7, 13, 27. What forms and the API carry: another's ids, fields nobody offered, faults below, forged tokens."""

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from marshmallow import EXCLUDE, INCLUDE
from sqlalchemy import Engine, event
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from clais.web import formdata
from clais.web.routing import SIGNED_IN
from clais.web.schemas import Schema
from config.models import METADATA
from tests.isolation.canaries import CANARY, Seed, differences, every_schema, fingerprint, holding
from tests.isolation.pages import FormOnPage, crawl, forms_of
from tests.isolation.test_crawl import starts
from tests.isolation.world import Route, Visitor, World, arguments, routes

PROTECTED = (
    "tenant_id",
    "id",
    "role",
    "version",
    "state",
    "stage",
    "consent",
    "consent_until",
    "withdrawn_at",
    "to_tenant_id",
    "owner_tenant_id",
    "user_id",
    "membership_id",
    "administers",
    "permissions",
    "seats_taken",
    "referent_id",
    "created_at",
)
"""Columns that an answer may not set: a form that offers one of them under this very name says so on the page."""
LEAVES = {"identity.sign_out", "identity.switch"}
OFFERED = {"referent_id", "consent"}
"""Names that are questions of a form in their own right."""


@pytest.fixture
def filled(world: World) -> Callable[..., tuple[Visitor, dict[str, FormOnPage]]]:
    """A visitor in a role and every form that they meet."""

    def find(role: str, limit: int = 80) -> tuple[Visitor, dict[str, FormOnPage]]:
        visitor = world.visitor(role)
        return visitor, forms_of(crawl(visitor, start=starts(world, visitor), limit=limit, partials=False))

    return find


Filled = Callable[..., tuple[Visitor, dict[str, FormOnPage]]]
WRITERS = ["coordinator", "support_officer", "federation_admin"]
"""Between them, these roles reach every form of the house."""


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


def sendings(world: World, visitor: Visitor, forms: dict[str, FormOnPage]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, plausible fields) for every form met, and for every unsafe route on which no form was met."""
    seed = world.seed_of(visitor.role)
    for path, form in forms.items():
        yield form.method, path, form.filled()
    for route in unsafe(world, visitor):
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        if path not in forms:
            yield route.method, path, {}


def send(visitor: Visitor, method: str, path: str, data: dict[str, Any]) -> TestResponse:
    """Send fields the way the address takes them: as a form, or as JSON to the API."""
    if path.startswith("/api/"):
        return visitor.ask(method, path, json=data)
    return visitor.ask(method, path, data)


# 3 ------------------------------------------------------------------------------------------------------------------


def foreign_values(world: World, name: str) -> list[str]:
    """B's ids that a field of this name could be given."""
    named = world.foreign.id_for(re.sub(r"^.*-", "", name))
    return [str(named)] if named else [str(world.foreign.ids[table]) for table in ("person", "membership", "referral")]


def check_foreign_fields(world: World, visitor: Visitor, forms: dict[str, FormOnPage]) -> list[str]:
    """B's ids in each field and in the query: no canary comes back, nothing of B changes, nothing of A points at B."""
    problems = []
    seed = world.seed_of(visitor.role)
    before = snapshot(world)
    sent = list(sendings(world, visitor, forms))
    for method, path, data in sent:
        for name in [n for n in data if is_pointer(n, str(data[n]))]:
            for value in foreign_values(world, name):
                problems += leaks(send(visitor, method, path, data | fresh(data) | {name: value}), f"{path} {name}")
        everywhere = {
            f"{table}_id": str(key) for table, key in world.foreign.ids.items() if table in world.foreign.rows
        }
        problems += leaks(send(visitor, method, path, data | fresh(data) | everywhere), f"{path} with all of B's ids")
    everything = {f"{table}_id": str(world.foreign.ids[table]) for table in world.foreign.rows}
    for route in routes(world.app):
        if route.method == "GET" and route.permission and world.may(visitor.role, route.permission):
            path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
            problems += leaks(visitor.ask("GET", path, query_string=everything), f"{path} query")
    problems += [f"B's {table} changed" for table in differences(before, snapshot(world))]
    return problems + check_pointers(world, seed)


def check_pointers(world: World, seed: Seed) -> list[str]:
    """Rows of one's own that hold an id of B."""
    with world.looking() as connection:
        return [
            f"a row of A's {place} points at B's {table}"
            for table in world.foreign.rows
            for place in holding(connection, str(world.foreign.ids[table]), tenant_id=seed.tenant_id)
        ]


def fresh(data: dict[str, Any]) -> dict[str, str]:
    """A new key for a form that is sent again."""
    return {"_submission": str(uuid4())} if "_submission" in data else {}


def is_pointer(name: str, value: str) -> bool:
    """Whether a field names a row."""
    try:
        UUID(value)
    except ValueError:
        return name.endswith("_id")
    return name != "_submission"


def snapshot(world: World) -> dict[str, str]:
    """Everything of B, in its own basin and abroad."""
    with world.looking() as connection:
        abroad = fingerprint(connection, world.abroad)
        return fingerprint(connection, world.foreign) | {f"{table} abroad": digest for table, digest in abroad.items()}


def leaks(answer: TestResponse, where: str) -> list[str]:
    """A canary in an answer, or a broken one."""
    text = answer.get_data(as_text=True)
    return [f"{where}: canary"] * (CANARY in text) + [f"{where}: {answer.status_code}"] * (answer.status_code >= 500)


@pytest.mark.parametrize("role", WRITERS)
def test_ids_of_another_tenant_in_fields_reach_nothing(role: str, world: World, filled: Filled) -> None:
    visitor, forms = filled(role)
    assert sorted(set(check_foreign_fields(world, visitor, forms))) == []


def test_a_row_that_points_at_another_tenant_is_found(world: World) -> None:
    """Planted: a row of A is given B's person, as an action that does not look would."""
    with world.superuser.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE wished_occupation SET label = %s WHERE id = %s",
            (str(world.foreign.ids["person"]), world.own.ids["wished_occupation"]),
        )
    assert check_pointers(world, world.own) == ["a row of A's wished_occupation points at B's person"]


def test_a_canary_in_an_answer_is_found(world: World) -> None:
    visitor = world.visitor("receptionist")
    world.confuse(visitor, world.foreign.tenant_id)
    assert leaks(visitor.ask("GET", f"/{world.federation.other_platform.slug}/personnes"), "the list")


# 7 ------------------------------------------------------------------------------------------------------------------


def check_mass_assignment(
    world: World, visitor: Visitor, forms: dict[str, FormOnPage], limit: int | None = None
) -> list[str]:
    """Fields that nobody offered: refused with 400 or 422, and their value stands nowhere in the database."""
    problems = []
    planted: list[str] = []
    for method, path, data in list(sendings(world, visitor, forms))[:limit]:
        bare = send(visitor, method, path, {} if path.startswith("/api/") else fresh(data))
        names = [name for name in PROTECTED if name not in data and name not in OFFERED]
        for some in (names, [names[len(planted) % len(names)]]):
            markers = {name: str(uuid4()) for name in some}
            planted += markers.values()
            answer = send(visitor, method, path, data | fresh(data) | markers)
            # Whoever takes fields at all says so by refusing an empty form; a button takes none and reads none.
            if bare.status_code in {400, 422} and answer.status_code not in {400, 404, 409, 422}:
                problems.append(f"{method} {path} {some}: {answer.status_code}")
    with world.looking() as connection:
        problems += [f"a planted value stands in {place}" for place in holding_any(connection, planted)]
    return problems


def holding_any(connection: Any, needles: Iterable[str]) -> list[str]:
    """The tables that hold one of many values."""
    pattern = "|".join(needles)
    return [
        name
        for name in METADATA.tables
        if pattern
        and connection.exec_driver_sql(f"SELECT EXISTS (SELECT FROM {name} t WHERE t::text ~ %s)", (pattern,)).scalar()
    ]


@pytest.mark.parametrize("role", WRITERS)
def test_fields_that_nobody_offered_are_refused(role: str, world: World, filled: Filled) -> None:
    visitor, forms = filled(role)
    assert check_mass_assignment(world, visitor, forms) == []


def check_schemas(schemas: Iterable[type[Schema]]) -> list[str]:
    """Schemas that let unknown fields pass, or that offer a protected one."""
    problems = []
    for schema in schemas:
        if schema().unknown != "raise":
            problems.append(f"{schema.__name__}: unknown fields are not refused")
        if not schema.__module__.endswith(".schemas") or not schema.__name__.endswith("Schema"):
            continue  # What the API gives back names what it likes.
        offered = {declared.data_key or name for name, declared in schema().load_fields.items()}
        problems += [
            f"{schema.__name__}: offers {name}" for name in sorted(offered & (set(PROTECTED) - OFFERED - FILTERS))
        ]
    return problems


FILTERS = {"stage", "state", "version", "permissions", "id"}
"""Names that a list may be narrowed by; a write under them is what the test over all forms looks for."""


def test_every_schema_refuses_what_it_does_not_declare() -> None:
    schemas = every_schema()
    assert schemas
    assert check_schemas(schemas) == []


@pytest.mark.parametrize("lenient", [INCLUDE, EXCLUDE])
def test_a_lenient_schema_is_found(lenient: str) -> None:
    schema = type(
        "PlantedSchema", (Schema,), {"Meta": type("Meta", (), {"unknown": lenient}), "__module__": "tests.planted"}
    )
    assert check_schemas([schema]) == ["PlantedSchema: unknown fields are not refused"]


def test_a_form_that_takes_what_it_is_given_is_found(
    world: World, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, forms = filled("receptionist", 4)
    read = formdata._read
    monkeypatch.setattr(
        "clais.web.forms.read_form", lambda schema, form, prefix="", *_allowed: read(schema, form, prefix, set())
    )
    assert check_mass_assignment(world, visitor, forms, 6)


# 13 -----------------------------------------------------------------------------------------------------------------

SECRET = "CANARYVALUE"
FAULTS = {"integrity": "23505", "data": "22001", "policy": "42501"}
TELLTALE = re.compile(
    rf"{SECRET}|CANARYTABLE|\bINSERT INTO\b|\bUPDATE \w+ SET\b|\bDELETE FROM\b|\bSELECT .+ FROM\b|psycopg|sqlalchemy\.|"
    r"violates|constraint|row-level security|Traceback",
    re.IGNORECASE,
)


@contextmanager
def broken_writes(engine: Engine, code: str) -> Iterator[list[str]]:
    """Each statement that writes fails with an error that names a table and a value."""
    met: list[str] = []

    def fail(
        _connection: object, _cursor: object, statement: str, parameters: object, _context: object, _many: bool
    ) -> tuple[str, Any]:
        if (
            not re.match(r"\s*(INSERT|UPDATE|DELETE)", statement)
            or " user_session" in statement
            or " submission" in statement
        ):
            return statement, parameters
        met.append(statement)
        message = f"duplicate key in CANARYTABLE violates constraint, Key (name)=({SECRET})"
        return (
            f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}', MESSAGE = '{message}'; END $$",
            None,
        )

    event.listen(engine, "before_cursor_execute", fail, retval=True)
    try:
        yield met
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def check_errors(
    world: World, visitor: Visitor, forms: dict[str, FormOnPage], code: str, limit: int | None = None
) -> tuple[list[str], int]:
    """What answers and logs say of the database when every write fails; and how many writes were tried."""
    problems = []
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    try:
        with capture_logs() as logs, broken_writes(world.engine, code) as met:
            for method, path, data in list(sendings(world, visitor, forms))[:limit]:
                answer = send(visitor, method, path, data)
                text = "\n".join([answer.get_data(as_text=True), *(f"{n}: {v}" for n, v in answer.headers)])
                problems += [f"{path}: {found[0]}" for found in TELLTALE.finditer(text)]
        written = stream.getvalue() + "\n".join(str(entry) for entry in logs)
    finally:
        logging.getLogger().removeHandler(handler)
    return problems + [f"log: {found[0]}" for found in TELLTALE.finditer(written)], len(met)


@pytest.mark.parametrize("role", WRITERS)
def test_a_fault_below_says_nothing_of_what_is_stored(role: str, world: World, filled: Filled) -> None:
    visitor, forms = filled(role)
    for fault, code in FAULTS.items():
        problems, tried = check_errors(world, visitor, forms, code)
        assert sorted(set(problems)) == [], fault
        assert tried, fault


def test_an_error_page_that_repeats_the_database_is_found(
    world: World, filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, forms = filled("receptionist", 4)
    monkeypatch.setattr("clais.web.errors.reference", lambda: "psycopg.errors.UniqueViolation: violates")
    problems, _tried = check_errors(world, visitor, forms, FAULTS["integrity"], 6)
    assert problems


# 27 -----------------------------------------------------------------------------------------------------------------


def check_forgery(world: World, role: str) -> list[str]:
    """Each unsafe route without token, with another session's, from another site: refused, and nothing changed."""
    problems = []
    visitor, other = world.visitor(role), world.visitor(role)
    seed = world.seed_of(role)
    theirs = other.csrf
    assert theirs != visitor.csrf
    with world.looking() as connection:
        before = fingerprint(connection, seed)
    for route in unsafe(world, visitor, leaving=True):
        path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        own = {"csrf_token": visitor.csrf}
        ways: dict[str, tuple[dict[str, str], dict[str, str]]] = {
            "no token": ({}, {}),
            "empty token": ({"csrf_token": ""}, {}),
            "another session's": ({"csrf_token": theirs}, {}),
            "another session's, in the header": ({}, {"X-CSRF-Token": theirs}),
            "another site": (own, {"Sec-Fetch-Site": "cross-site"}),
            "a neighbouring site": (own, {"Sec-Fetch-Site": "same-site"}),
        }
        for way, (data, headers) in ways.items():
            answer = visitor.client.open(path, method=route.method, data=data, headers=headers)
            if answer.status_code not in {400, 401, 403, 404, 405}:
                problems.append(f"{role} {route} {way}: {answer.status_code}")
        text = visitor.client.open(path, method=route.method, json={"name": "x"})
        if text.status_code not in {400, 401, 403, 404, 405}:
            problems.append(f"{role} {route} JSON without token: {text.status_code}")
    with world.looking() as connection:
        changed = differences(before, fingerprint(connection, seed))
    return problems + [f"{role}: {table} changed" for table in changed if table != "user_session"]


@pytest.mark.parametrize("role", WRITERS)
def test_a_forged_request_changes_nothing(role: str, world: World) -> None:
    assert check_forgery(world, role) == []


def test_an_unprotected_application_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = [hook for hook in world.app.before_request_funcs[None] if hook.__name__ != "check_csrf"]
    monkeypatch.setitem(world.app.before_request_funcs, None, hooks)
    assert check_forgery(world, "receptionist")
