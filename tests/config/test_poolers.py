"""A pooler between the house and PostgreSQL: refused when nobody named it, and no danger when somebody did."""

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError

from clais.database import Scope, new_id, open_engine, unit_of_work
from clais.database.engine import check_connection
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from config.database import pooled_url
from config.settings import Settings
from tests.support import poolers, servers
from tests.support.commands import run
from tests.support.poolers import Pooler
from tests.support.servers import Server

pytestmark = [
    pytest.mark.skipif(not poolers.IS_HERE, reason="no PgBouncer here: apt-get install pgbouncer"),
    pytest.mark.usefixtures("few_occupations"),
]
CLIENTS, ACTS = 8, 25


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with an empty house on it."""
    with servers.running(servers.programs()["embedded"]) as found:
        found.execute("CREATE DATABASE clais")
        found.login("clais_app")
        yield found


@pytest.fixture(scope="module")
def pooler(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pooler]:
    """A pooler before it, which drops what a connection asks for."""
    with poolers.pooled(server, ignores_options=True) as found:
        settings = settings_of(server, server.url("clais_app", "clais"), tmp_path_factory.mktemp("house"))
        upgraded = run(settings, "db", "upgrade")
        assert upgraded.exit_code == 0, upgraded.output
        yield found


def settings_of(server: Server, url: str, directory: Path, **options: object) -> Settings:
    found = Settings.from_environment({"CLAIS_DIRECTORY": str(directory)})
    return replace(found, owner_database_url=server.url("postgres", "clais"), database_url=url, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("ignores_options", [True, False])
def test_a_pooler_that_nobody_named_is_refused_in_words(
    server: Server, pooler: Pooler, tmp_path: Path, *, ignores_options: bool
) -> None:
    with ExitStack() as stack:
        between = pooler if ignores_options else stack.enter_context(poolers.pooled(server))
        settings = settings_of(server, between.url(), tmp_path)
        wait_for(between)
        for command in (("tenant", "list"), ("serve",), ("worker",)):
            refused = run(settings, *command)
            assert (refused.exit_code, "CLAIS_POOLED=yes" in refused.output) == (1, True), refused.output
    assert not list(tmp_path.rglob("keyring.json")), "nothing was written"


def test_a_direct_connection_is_what_it_says(server: Server) -> None:
    engine = open_engine(server.url("clais_app", "clais"))
    check_connection(engine, pooled=False)
    engine.dispose()


def test_behind_a_pooler_the_role_has_the_timeouts_or_nothing_starts(
    server: Server, pooler: Pooler, tmp_path: Path
) -> None:
    settings = settings_of(server, pooler.url(), tmp_path, pooled=True)
    server.execute("ALTER ROLE clais_app RESET ALL")
    pooler.restart()
    wait_for(pooler)
    refused = run(settings, "tenant", "list")
    assert (refused.exit_code, "statement_timeout" in refused.output) == (1, True), refused.output
    assert run(settings, "db", "upgrade").exit_code == 0
    pooler.restart()
    wait_for(pooler)
    answered = run(settings, "tenant", "list")
    assert answered.exit_code == 0, answered.output
    zones = server.read("SELECT setconfig FROM pg_db_role_setting", "clais")
    assert any(setting.lower() == "timezone=utc" for zone in zones for setting in zone)


def test_the_worker_asks_for_the_way_past_the_pooler(server: Server, pooler: Pooler, tmp_path: Path) -> None:
    settings = settings_of(server, pooler.url(), tmp_path, pooled=True)
    assert run(settings, "db", "upgrade").exit_code == 0
    pooler.restart()
    wait_for(pooler)
    refused = run(settings, "worker")
    assert (refused.exit_code, "CLAIS_DIRECT_DATABASE_URL" in refused.output) == (1, True), refused.output


def test_with_prepared_statements_the_wrong_one_runs(pooler: Pooler) -> None:
    """The danger that is refused: two clients, two processes of the server, one name for two statements."""
    with ExitStack() as stack:
        one, other, third = (
            stack.enter_context(psycopg.connect(pooler.url(), autocommit=True, prepare_threshold=0)) for _ in range(3)
        )
        process: dict[str, int] = {}
        for name, client in (("one", one), ("other", other)):  # Each keeps its process until both have prepared.
            client.execute("BEGIN", prepare=False)
            process[name] = _process(client)
        assert one.execute("SELECT 'mine'").fetchone() == ("mine",)
        assert other.execute("SELECT 'theirs'").fetchone() == ("theirs",)
        for client in (one, other):
            client.execute("COMMIT", prepare=False)
        one.execute("BEGIN", prepare=False)
        if _process(one) == process["one"]:  # Somebody else takes it, so that the next time it is the other's.
            one.execute("COMMIT", prepare=False)
            third.execute("BEGIN", prepare=False)
            assert _process(third) == process["one"]
            one.execute("BEGIN", prepare=False)
        assert _process(one) == process["other"]
        assert one.execute("SELECT 'mine'").fetchone() == ("theirs",), "this is what CLAIS_POOLED prevents"


# A pool that is replaced while its connections are out leaves them to be closed when nobody has them any more.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_eight_at_once_each_write_and_read_what_is_theirs_while_pooler_and_server_are_killed(
    server: Server, pooler: Pooler, tmp_path: Path
) -> None:
    settings = settings_of(server, pooler.url(), tmp_path, pooled=True)
    assert run(settings, "db", "upgrade").exit_code == 0
    pooler.restart()
    wait_for(pooler)
    engine = open_engine(pooled_url(pooler.url()), pool_size=CLIENTS)
    acknowledged: dict[UUID, set[str]] = {new_id(): set() for _client in range(CLIENTS)}
    foreign: list[str] = []

    def work(tenant_id: UUID) -> None:
        for number in range(ACTS):
            key = f"{tenant_id} {number}"
            for _try in range(100):
                try:
                    with unit_of_work(engine, Scope(tenant_id=tenant_id)) as session:
                        post_mail(session, "a@example.be", "Avis", "Texte", key)
                        seen = session.scalars(select(OutboxMessage.dedupe_key)).all()
                        foreign.extend(other for other in seen if not other.startswith(str(tenant_id)))
                except DBAPIError:
                    time.sleep(0.1)  # The house is away: whoever acts tries again.
                else:
                    acknowledged[tenant_id].add(key)
                    break

    threads = [threading.Thread(target=work, args=(tenant_id,)) for tenant_id in acknowledged]
    for thread in threads:
        thread.start()
    for blow in (pooler.restart, server.restart, pooler.restart):
        time.sleep(0.5)
        blow()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert foreign == []
    direct = open_engine(server.url("clais_app", "clais"))
    for tenant_id, keys in acknowledged.items():
        assert len(keys) == ACTS
        assert _stored(direct, tenant_id) == (ACTS, keys)
    direct.dispose()
    gc.collect()  # Here, not in the next test.


def _stored(engine: Engine, tenant_id: UUID) -> tuple[int, set[str]]:
    with unit_of_work(engine, Scope(tenant_id=tenant_id)) as session:
        mine = OutboxMessage.tenant_id == tenant_id
        count = session.scalar(select(func.count()).select_from(OutboxMessage).where(mine)) or 0
        return count, set(session.scalars(select(OutboxMessage.dedupe_key).where(mine)))


def _process(client: psycopg.Connection[tuple[int]]) -> int:
    row = client.execute("SELECT pg_backend_pid()", prepare=False).fetchone()
    assert row is not None
    return row[0]


def wait_for(pooler: Pooler) -> None:
    """Wait until it answers, whatever it answers."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(psycopg.OperationalError):
            psycopg.connect(pooler.url(), connect_timeout=3).close()
            return
        time.sleep(0.1)
    pytest.fail("the pooler does not answer")
