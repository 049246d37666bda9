"""Ids of B in form fields, in the body of the API and in the query reach nothing."""

import re
from collections.abc import Collection
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.web.routing import Application
from tests.isolation.canaries import CANARY, Seed, differences, fingerprint, rows_of
from tests.isolation.catalogue import faulty_site
from tests.isolation.pages import FormOnPage, crawl, forms_of
from tests.isolation.sendings import WRITERS, Filled, fresh, send, sendings
from tests.isolation.world import Visitor, World, arguments, routes


def foreign_values(world: World, name: str) -> list[str]:
    """B's ids that a field of this name could be given."""
    named = world.foreign.id_for(re.sub(r"^.*-", "", name))
    return [str(named)] if named else [str(world.foreign.ids[table]) for table in ("person", "membership", "referral")]


def check_foreign_fields(
    world: World, visitor: Visitor, forms: dict[str, FormOnPage], chosen: Collection[str] | None = None
) -> list[str]:
    """B's ids in each field and in the query of all pages, or those chosen: no canary comes back, nothing of B changes,
    nothing of A points at B.
    """
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
        is_asked = chosen is None or route.rule.endpoint in chosen
        if is_asked and route.method == "GET" and route.permission and world.may(visitor.role, route.permission):
            path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
            problems += leaks(visitor.ask("GET", path, query_string=everything), f"{path} query")
    problems += [f"B's {table} changed" for table in differences(before, snapshot(world))]
    return problems + check_pointers(world, seed)


def check_pointers(world: World, seed: Seed) -> list[str]:
    """Rows of one's own that hold an id of B."""
    with world.looking() as connection:
        rows = rows_of(connection, seed.tenant_id)
    return [
        f"a row of A's {place} points at B's {table}"
        for table in world.foreign.rows
        for place, row in rows
        if str(world.foreign.ids[table]) in row
    ]


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


NAMING = ("file.show", "team.wishes", "people.referent", "agenda.new")
"""Pages on which a colleague is chosen: a note says who reads it, and the others write whom they name."""


def naming(world: World) -> tuple[Visitor, dict[str, FormOnPage]]:
    """A coordinator, and the forms of these pages alone: what is planted shows there, and elsewhere nothing."""
    visitor, person = world.visitor("coordinator"), world.own.ids["person"]
    pages = [visitor.address(endpoint, person_id=person) for endpoint in NAMING]
    return visitor, forms_of(crawl(visitor, start=tuple(pages), limit=len(pages), partials=False))


def everyone(session: ScopedSession) -> list[Membership]:
    """The members of the tenant at work, as a query gives them that forgets to name it."""
    return list(session.scalars(select(Membership).where(Membership.ended_at.is_(None))))


def test_a_choice_of_colleagues_that_forgets_the_tenant_is_found(
    app: Application, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: neither the query nor the database asks whose members they are. B's are offered, and taken."""
    monkeypatch.setattr("clais.identity.queries.colleagues", everyone)
    with faulty_site(app, superuser, "ALTER TABLE membership DISABLE ROW LEVEL SECURITY") as broken:
        visitor, forms = naming(broken)
        problems = set(check_foreign_fields(broken, visitor, forms, NAMING))
        notes = visitor.address("follow_up.write_note", person_id=broken.own.ids["person"])
    assert "a row of A's note points at B's membership" in problems
    assert f"{notes} note-readers: canary" in problems
    assert not [problem for problem in problems if problem.endswith(": 500")]


def test_a_query_that_forgets_the_tenant_is_stopped_by_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One guard of the two is enough: with the same query over a sound database nothing of B is reached."""
    monkeypatch.setattr("clais.identity.queries.colleagues", everyone)
    assert check_foreign_fields(world, *naming(world), NAMING) == []


def test_a_canary_in_an_answer_is_found(world: World) -> None:
    visitor = world.visitor("receptionist")
    world.confuse(visitor, world.foreign.tenant_id)
    assert leaks(visitor.ask("GET", f"/{world.federation.other_platform.slug}/personnes"), "the list")
