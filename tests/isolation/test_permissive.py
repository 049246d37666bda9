"""Policies are safe even if each is read as permissive: so a cluster gives them to its shards (Citus 13)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from clais.web.routing import Application
from config.features import METADATA
from migrations.protection_v1 import BETWEEN_TWO
from tests.isolation.canaries import PUBLICATIONS
from tests.isolation.catalogue import PERMISSIVE, faulty_world
from tests.isolation.test_accounts import TABLES as ACCOUNTS
from tests.isolation.test_accounts import WHO, check_account
from tests.isolation.test_catalogue import REGISTRY
from tests.isolation.test_crossing import TRIES, touched
from tests.isolation.test_every_table import TABLES, check_table
from tests.isolation.test_one_statement import FORGERIES, outcome
from tests.isolation.test_shared_tables import check_publication, check_registry, furnished
from tests.isolation.world import World
from tests.support.federation import Federation

RESTRICTIVE = text("SELECT count(*) FROM pg_policies WHERE permissive = 'RESTRICTIVE'")
WIDER = f"ALTER POLICY own_update ON referral USING ({BETWEEN_TWO})"
"""A twin that lets more pass than its floor: what the floor holds back passes where it is permissive."""


@pytest.fixture(scope="module")
def permissive(app: Application, superuser: Engine) -> Iterator[World]:
    with faulty_world(app, superuser, PERMISSIVE) as world:
        with world.looking() as connection:
            assert connection.execute(RESTRICTIVE).scalar_one() == 0
        yield furnished(world)


@pytest.mark.parametrize("name", TABLES)
def test_nothing_of_another_tenant_is_reached(name: str, permissive: World) -> None:
    table = METADATA.tables[name]
    assert check_table(permissive.engine, permissive.superuser, table, permissive.own, permissive.foreign) == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_what_is_a_persons_own_is_reached_by_nobody_else(name: str, permissive: World) -> None:
    assert [check_account(permissive, ACCOUNTS[name], who(permissive)) for who in WHO] == [{}] * len(WHO)


@pytest.mark.parametrize("name", TRIES)
def test_neither_party_undoes_what_was_agreed(name: str, permissive: World) -> None:
    assert touched(permissive, TRIES[name]) == 0


def test_nobody_writes_what_another_owns(permissive: World) -> None:
    found = {
        table.name: check_publication(permissive, table, permissive.centre, readable=True) for table in PUBLICATIONS
    }
    found |= {name: check_registry(permissive, METADATA.tables[name]) for name in REGISTRY}
    assert {name: ways for name, ways in found.items() if ways} == {}


def test_no_row_is_forged(permissive: World) -> None:
    near = Federation(permissive.app, permissive.engine)
    me, other = near.agent(), near.other_agent()
    found = {forge.__name__: outcome(permissive.engine, *forge(me, other)) for forge in FORGERIES}
    assert found == {forge.__name__: "refused" for forge in FORGERIES}


def test_a_twin_that_lets_more_pass_than_its_floor_is_found(app: Application, superuser: Engine) -> None:
    shown_again = TRIES["a withdrawn referral moves"]
    with faulty_world(app, superuser, WIDER) as restrictive:
        assert touched(restrictive, shown_again) == 0
    with faulty_world(app, superuser, f"{WIDER};{PERMISSIVE}") as broken:
        assert touched(broken, shown_again) > 0
