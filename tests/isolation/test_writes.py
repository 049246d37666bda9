"""A write that fails below tells nothing of what is stored, and a forged write changes nothing."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event
from structlog.testing import capture_logs

from tests.isolation.canaries import differences, fingerprint
from tests.isolation.pages import FormOnPage
from tests.isolation.sendings import WRITERS, Filled, send, sendings, unsafe
from tests.isolation.world import Visitor, World, arguments

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
    monkeypatch.setattr("clais.web.error_pages.reference", lambda: "psycopg.errors.UniqueViolation: violates")
    problems, _tried = check_errors(world, visitor, forms, FAULTS["integrity"], 6)
    assert problems


def check_forgery(world: World, role: str, limit: int | None = None) -> list[str]:
    """Each unsafe route without token, with another session's, from another site: refused, and nothing changed."""
    problems = []
    visitor, other = world.visitor(role), world.visitor(role)
    seed = world.seed_of(role)
    theirs = other.csrf
    assert theirs != visitor.csrf
    with world.looking() as connection:
        before = fingerprint(connection, seed)
    for route in unsafe(world, visitor, leaving=True)[:limit]:
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


@pytest.mark.usefixtures("unframed")
@pytest.mark.parametrize("role", WRITERS)
def test_a_forged_request_changes_nothing(role: str, world: World) -> None:
    assert check_forgery(world, role) == []


def test_an_unprotected_application_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = [hook for hook in world.app.before_request_funcs[None] if hook.__name__ != "check_csrf"]
    monkeypatch.setitem(world.app.before_request_funcs, None, hooks)
    assert check_forgery(world, "receptionist", 5)
