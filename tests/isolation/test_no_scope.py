"""Work without a scope is an error and never returns data: for each table, and for each registered job."""

from collections.abc import Iterable
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from clais.actor import Actor
from clais.database import Scope, ScopedSession, new_id
from clais.feature.job import Job
from clais.web.routing import Application
from config.features import FEATURES, METADATA
from tests.isolation.catalogue import faulty_world
from tests.isolation.test_catalogue import REGISTRY, UNSCOPED
from tests.isolation.world import World

NO_SCOPE = (
    psycopg.errors.UndefinedObject,  # a setting that nobody ever set
    psycopg.errors.InvalidTextRepresentation,  # one that reverted to '' after a commit
    psycopg.errors.InsufficientPrivilege,  # nothing granted at all
)
PROTECTED = sorted(set(METADATA.tables) - UNSCOPED)


def outcome(engine: Engine, statement: str) -> str:
    """What a statement does in a transaction without scope: 'refused', or what it gave."""
    with engine.connect() as connection:
        try:
            result = connection.execute(text(statement))
            return f"gave {len(result.fetchall()) if result.returns_rows else result.rowcount} rows"
        except DatabaseError as error:
            return "refused" if isinstance(error.orig, NO_SCOPE) else f"failed otherwise: {error.orig}"


def check_tables(engine: Engine, tables: Iterable[str]) -> list[str]:
    """The tables that answer without a scope. The registry may be read."""
    problems = []
    for name in tables:
        statements = [
            f"UPDATE {name} SET {next(iter(METADATA.tables[name].columns)).name} = NULL",
            f"DELETE FROM {name}",
        ]
        if name not in REGISTRY:
            statements += [f"SELECT * FROM {name}", f"SELECT count(*) FROM {name}"]
        for statement in statements:
            found = outcome(engine, statement)
            # Without a scope nobody administers: in the registry a write finds no row that it may touch.
            if found != "refused" and not (name in REGISTRY and found == "gave 0 rows"):
                problems.append(f"{statement.split()[0]} {name}: {found}")
    return problems


def settle(world: World) -> None:
    """Let each pooled connection have had a scope, so that the settings exist and have reverted to ''."""
    with world.session_in(world.own) as session:
        session.execute(text("SELECT count(*) FROM person"))
        session.commit()


@pytest.mark.usefixtures("standing_world")
def test_a_fresh_connection_without_scope_gets_nothing(engine: Engine) -> None:
    engine.dispose()
    assert check_tables(engine, PROTECTED) == []


def test_a_connection_that_had_a_scope_gets_nothing_without_one(engine: Engine, standing_world: World) -> None:
    settle(standing_world)
    assert check_tables(engine, PROTECTED) == []


def test_a_policy_that_is_lenient_without_scope_is_found(standing_world: World) -> None:
    lenient = "nullif(current_setting('app.tenant_id', true), '')::uuid"
    fault = (
        "DROP POLICY floor ON person; DROP POLICY own ON person;"
        f"CREATE POLICY own ON person TO clais_app USING ({lenient} IS NULL OR tenant_id = {lenient})"
    )
    with faulty_world(standing_world.app, standing_world.superuser, fault) as broken:
        assert check_tables(broken.engine, ["person"])


def run_without_scope(job: Job, engine: Engine) -> str:
    """What a job does whose session names a tenant while its transaction was given no scope: only the database is left
    to refuse.
    """
    actor = Actor(display_name="system", permissions=frozenset(), role="system")
    with ScopedSession(engine, None, actor) as session:  # type: ignore[arg-type]
        session.info["scope"] = Scope(tenant_id=new_id(), basin_id=new_id())
        try:
            job.run(session, actor)
            session.flush()
        except DatabaseError as error:
            return "refused" if isinstance(error.orig, NO_SCOPE) else f"failed otherwise: {error.orig}"
        except Exception as error:  # noqa: BLE001 - whatever it is, the database has not refused.
            return f"failed otherwise: {type(error).__name__}"
    return "ran"


def check_jobs(app: Application, engine: Engine) -> dict[str, str]:
    """The jobs that are not refused, and what they do."""
    jobs = [job for feature in FEATURES for job in feature.jobs]
    assert jobs
    with app.app_context():
        outcomes = {job.name: run_without_scope(job, engine) for job in jobs}
    return {name: outcome for name, outcome in outcomes.items() if outcome != "refused"}


def test_every_job_without_scope_is_refused_by_the_database(app: Application, engine: Engine) -> None:
    assert check_jobs(app, engine) == {}


def test_a_table_that_lets_a_job_work_without_scope_is_found(standing_world: World) -> None:
    tables = ("submission", "outbox_message", "notification")
    fault = ";".join(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY" for table in tables)
    with faulty_world(standing_world.app, standing_world.superuser, fault) as broken:
        assert check_jobs(standing_world.app, broken.engine) == {
            "mail.send": "ran",
            "mail.forget": "ran",
            "submission.forget": "ran",
        }


def test_a_job_that_works_without_scope_is_found(engine: Engine) -> None:
    def careless(session: ScopedSession, _actor: Actor) -> None:
        session.execute(text("SELECT count(*) FROM tenant"))

    assert run_without_scope(Job("planted", careless, timedelta(minutes=1)), engine) == "ran"


def test_a_job_that_fails_for_another_reason_is_not_taken_for_refused(engine: Engine) -> None:
    def broken(_session: ScopedSession, actor: Actor) -> None:
        actor.nowhere  # type: ignore[attr-defined] # noqa: B018 - a slip in a job, as an attribute that is missing.

    outcome = run_without_scope(Job("planted", broken, timedelta(minutes=1)), engine)
    assert outcome == "failed otherwise: AttributeError"
