"""Every statement says by a constant whose rows it means of each tenant's table, and joins none with what others sent.

Row security then only confirms it, and a database that is spread over servers asks the one that has them.
"""

import pytest
from sqlalchemy import Engine

from clais.clock import now
from clais.scheduling.claims import Claim, run_claimed
from clais.web.routing import Application
from tests.browser.lived_in import lived_in
from tests.isolation.pages import crawl, forms_of, starts
from tests.isolation.sendings import WRITERS, send, sendings
from tests.isolation.sql import torn, unnamed
from tests.isolation.world import World
from tests.support.federation import Federation
from tests.support.statements import statements
from tests.support.work import context_of, due_jobs_of

VIEWS = 12
"""Of one page: its lists in each order and narrowed in several ways."""


@pytest.fixture(scope="module")
def world(app: Application, engine: Engine, superuser: Engine) -> World:
    return lived_in(World(Federation(app, engine), superuser))


def of_pages(world: World, role: str) -> set[str]:
    """The statements of every page that a role can reach and of every form that it can send."""
    visitor = world.visitor(role)
    with statements(world.engine) as seen:
        forms = forms_of(crawl(visitor, start=starts(world, visitor), partials=False, views=VIEWS))
        for method, path, data in sendings(world, visitor, forms):
            send(visitor, method, path, data)
    return set(seen)


def of_jobs(world: World) -> set[str]:
    """The statements of every job that runs where it is due."""
    jobs, near = due_jobs_of(world.app), world.federation
    with statements(world.engine) as seen:
        for name in jobs:
            for tenant in (near.platform, near.support_centre):
                assert run_claimed(context_of(world.app), jobs, Claim(name, tenant.id, (), now(), 0))
    return set(seen)


def check(found: set[str]) -> dict[str, str]:
    """Statement → the tables of which it does not say whose rows it means, or that no server has together."""
    return {
        statement: ", ".join(sorted(tables)) for statement in found if (tables := unnamed(statement) | torn(statement))
    }


@pytest.mark.parametrize("role", WRITERS)
def test_every_statement_of_a_page_or_form_says_whose_rows_it_means(role: str, world: World) -> None:
    found = of_pages(world, role)
    assert len(found) > 10
    assert check(found) == {}


def test_every_statement_of_a_job_says_whose_rows_it_means(world: World) -> None:
    found = of_jobs(world)
    assert len(found) > 10
    assert check(found) == {}


@pytest.mark.parametrize(
    "sound",
    [
        "SELECT id FROM person WHERE person.tenant_id = %(here)s::UUID",
        "SELECT p.id FROM person AS p WHERE %(here)s::UUID = p.tenant_id AND p.stage = 'x'",
        "SELECT 1 FROM person p JOIN note n ON n.tenant_id = %(a)s AND n.person_id = p.id WHERE p.tenant_id = %(a)s",
        "SELECT id FROM referral r WHERE r.tenant_id = %(here)s OR r.to_tenant_id = %(here)s",
        "SELECT id FROM person p WHERE p.tenant_id IN (%(here)s)",
        "UPDATE person SET stage = 'x' WHERE person.tenant_id = %(here)s AND person.id = %(id)s",
        "SELECT id FROM tenant",
    ],
)
def test_a_statement_that_says_it_passes(sound: str) -> None:
    assert unnamed(sound) == set()


@pytest.mark.parametrize(
    ("forgetful", "table"),
    [
        ("SELECT id FROM person", "person"),
        ("SELECT 1 FROM person p JOIN note n ON n.tenant_id = p.tenant_id WHERE p.tenant_id = %(here)s", "note"),
        (
            "SELECT (SELECT 1 FROM note n WHERE n.tenant_id = p.tenant_id) FROM person p WHERE p.tenant_id = 'x'",
            "note",
        ),
        ("SELECT id FROM referral r WHERE r.tenant_id = %(here)s OR r.state = 'x'", "referral"),
        ("SELECT id FROM person p WHERE NOT p.tenant_id = %(here)s", "person"),
        ("SELECT id FROM person p WHERE p.tenant_id <> %(here)s", "person"),
        ("WITH a AS (SELECT id FROM person) SELECT id FROM a", "person"),
        ("DELETE FROM note WHERE note.id = %(id)s", "note"),
    ],
)
def test_a_statement_that_does_not_is_found(forgetful: str, table: str) -> None:
    assert unnamed(forgetful) == {table}


@pytest.mark.parametrize(
    "sound",
    [
        "SELECT 1 FROM participant p JOIN enrolment e ON e.tenant_id = %(a)s AND p.id = e.id WHERE p.tenant_id = %(a)s",
        "SELECT 1 FROM note n WHERE n.tenant_id = '' AND n.id IN (SELECT id FROM referral r WHERE r.to_tenant_id = '')",
        "SELECT 1 FROM referral r JOIN parcel p ON p.tenant_id = r.tenant_id WHERE r.to_tenant_id = %(a)s",
        "SELECT 1 FROM referral r JOIN scheme s ON s.id = r.scheme_id WHERE r.to_tenant_id = %(a)s",
        "SELECT 1 FROM consent c JOIN referral r ON r.tenant_id = %(a)s WHERE c.tenant_id = %(a)s",
    ],
)
def test_a_statement_that_one_server_answers_passes(sound: str) -> None:
    """What is compared with a list that is read first asks each server for its own."""
    assert torn(sound) == set()


@pytest.mark.parametrize(
    "joined",
    [
        "SELECT 1 FROM note n JOIN referral r ON r.to_tenant_id = %(a)s AND r.id = n.id WHERE n.tenant_id = %(a)s",
        "SELECT 1 FROM referral r LEFT JOIN note n ON n.tenant_id = %(a)s AND r.id = n.id WHERE r.to_tenant_id = %(a)s",
        "SELECT (SELECT FROM referral r WHERE r.to_tenant_id = 'x' AND r.id = n.id) FROM note n WHERE n.tenant_id = ''",
        "DELETE FROM note n WHERE n.tenant_id = '' AND (SELECT n.id = id FROM referral r WHERE r.to_tenant_id = '')",
    ],
)
def test_a_statement_that_puts_together_what_lies_here_and_with_a_sender_is_found(joined: str) -> None:
    assert torn(joined) == {"note + referral"}
