"""A database of an earlier release becomes one of today, while people work on it, and loses nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.exc import ProgrammingError

from clais.database import Scope, unit_of_work
from clais.database import upgrade as upgrading
from clais.database.upgrade import TablesInUseError, alembic_config, upgrade
from clais.instruments.first import first_version
from clais.instruments.rules.definition import InstrumentKind
from clais.instruments.schemas import from_json
from clais.registry.models import Partner
from config.app import create_app
from config.benchmarks.browser import Browser
from config.checks import migrations
from config.demo.engine.places import PLACES, SUPPORT_CENTRE_SLUG
from config.release import release_keyring
from config.settings import Settings
from support_center.routing.seats import free_seat
from tenants.orientation.answered import answered
from tenants.orientation.models import Bilan
from tenants.people.models import Person
from tests.config.conftest import settings_of
from tests.isolation.catalogue import faulty_database
from tests.isolation.test_catalogue import check_catalogue
from tests.support.commands import run
from tests.support.releases import (
    DUMPS,
    Crowd,
    application_of,
    counts_of,
    new_database,
    restored,
    schema_of,
    tables_in_use,
)

HEAD = """
from alembic import op

from migrations.online_v1 import add_index

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    {work}
"""
READ_BY_ALL = ("referral", "parcel", "referral_event", "audit_event", "user_account", "person", "note", "partner")
LONGEST_WAIT = 2
"""Seconds that a request may take while a migration runs."""
COLUMN = "op.execute('ALTER TABLE partner ADD COLUMN planted varchar(40)')"
INDEX = "add_index('ix_partner_planted', 'partner', ['tenant_id', 'planted'], where='planted IS NOT NULL')"
HEAVY = {
    "an index that stops all writing": "op.execute('CREATE INDEX ix_heavy ON partner (tenant_id, kind)')",
    "a column that rewrites the table": "op.execute('ALTER TABLE partner ALTER COLUMN kind TYPE text')",
    "a column that must be filled": "op.execute('ALTER TABLE partner ADD COLUMN heavy int NOT NULL')",
    "a table that goes": "op.execute('DROP TABLE partner')",
    "a key that is checked at once": "op.execute('ALTER TABLE partner ADD CONSTRAINT heavy FOREIGN KEY (tenant_id) "
    "REFERENCES tenant (id)')",
}


def planted(directory: Path, *works: str) -> Path:
    """A folder of migrations that come after those of the house, one for each of `works`."""
    directory.mkdir(exist_ok=True)
    before = ScriptDirectory.from_config(alembic_config()).get_current_head()
    for number, work in enumerate(works, start=9001):
        text_of = HEAD.format(revision=number, before=before, work=work)
        (directory / f"{number}_planted.py").write_text(text_of)
        before = str(number)
    return directory


def lint(directory: Path) -> int:
    """What the check of `make check` says of planted migrations: 0 when they may go."""
    script = ScriptDirectory.from_config(alembic_config(versions=[directory]))
    found = [step.revision for step in script.walk_revisions() if step.revision > "9000"]
    return migrations.lint({revision: migrations.sql_of(script, revision) for revision in found})


@pytest.fixture(scope="module", params=DUMPS, ids=lambda file: file.name)
def release(request: pytest.FixtureRequest) -> Path:
    """The dump of a release."""
    file: Path = request.param
    return file


@pytest.fixture(scope="module")
def as_released(release: Path, server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The superuser URL of a database as the release left it, which nothing changes."""
    with restored(server, release, tmp_path_factory.mktemp("release")) as url:
        yield url


@pytest.fixture
def old(as_released: str, server: str) -> Iterator[str]:
    """The superuser URL of a copy of it."""
    with new_database(server, str(make_url(as_released).database)) as url:
        yield url


@pytest.fixture
def owner(old: str) -> Iterator[Engine]:
    engine = create_engine(make_url(old).set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


@pytest.fixture
def application(old: str) -> Iterator[Engine]:
    engine = application_of(old)
    yield engine
    engine.dispose()


def test_there_is_a_dump_of_each_release() -> None:
    assert DUMPS
    assert all(file.stat().st_size < 200 * 1024 for file in DUMPS)


def test_a_database_of_an_earlier_release_becomes_like_a_new_one(
    old: str, owner: Engine, application: Engine, owner_url: str, release: Path, tmp_path: Path
) -> None:
    before = counts_of(owner)
    upgrade(old)
    assert {name: count for name, count in counts_of(owner).items() if count < before.get(name, 0)} == {}
    assert check_catalogue(owner) == []
    assert schema_of(old) == schema_of(owner_url)
    with owner.connect() as connection:
        for table in ("referral", "parcel", "referral_event", "referral_message"):
            other = text(f"SELECT count(*) FROM {table} WHERE in_force <> (withdrawn_at IS NULL)")
            assert connection.execute(other).scalar_one() == 0, "what was withdrawn before is not in force"
    # And its people are read, what is sealed too, by the code of today.
    keyring = release_keyring(release.name)
    settings = Settings.from_environment({"CLAIS_DIRECTORY": str(tmp_path)})
    app = create_app(settings, "", engine=application, keyring=keyring)
    agent = Browser(app, application, PLACES[0].slug, "agent")
    with owner.connect() as connection:
        own = Person.tenant_id == agent.tenant.id
        people = list(connection.execute(select(Person.id, Person.family_name).where(own)).all())
    assert len(people) > 3
    for person in people:
        page = agent.client.get(f"/{agent.slug}/personnes/{person.id}")
        assert page.status_code == 200
        assert person.family_name in page.get_data(as_text=True)
    Browser(app, application, SUPPORT_CENTRE_SLUG, "support_officer").get("/a-traiter")()


COUNTED = "SELECT tenant_id, scheme_session_id, basin_id, seats, seats_taken FROM seat_count"
COUNTED_BEFORE = "SELECT owner_tenant_id, id, basin_id, seats, seats_taken FROM scheme_session"


def test_the_seats_of_an_earlier_release_are_counted_on_in_a_table_of_their_own(
    old: str, owner: Engine, application: Engine
) -> None:
    with owner.connect() as connection:
        before = {tuple(row) for row in connection.execute(text(COUNTED_BEFORE))}
    assert any(taken for *_session, taken in before)
    upgrade(old)
    with owner.connect() as connection:
        assert {tuple(row) for row in connection.execute(text(COUNTED))} == before
        assert connection.execute(text(NOT_FORCED)).scalar_one() == 0
    centre, key, basin, _seats, taken = max(before, key=lambda row: row[4])
    here, values = Scope(tenant_id=centre, basin_id=basin), {"centre": centre, "key": key}
    # A server of the earlier release, still running, would count apart: it is refused.
    apart = text("UPDATE scheme_session SET seats_taken = 0 WHERE owner_tenant_id = :centre AND id = :key")
    with pytest.raises(ProgrammingError, match="InsufficientPrivilege"), unit_of_work(application, here) as session:
        session.execute(apart, values)
    with unit_of_work(application, here) as session:
        free_seat(session, key, centre)
    with owner.connect() as connection:
        one = text(f"{COUNTED} WHERE tenant_id = :centre AND scheme_session_id = :key")
        assert connection.execute(one, values).one().seats_taken == taken - 1


BEFORE = {
    number: str(ScriptDirectory.from_config(alembic_config()).get_revision(number).down_revision)
    for number in ("0026", "0029")
}
EVERY_BILAN = (
    "SELECT bilan.tenant_id, bilan.id, person_id, made_on, made_by, distance, summary, created_at, updated_at, version,"
    " dimension, level, detected_by, note, sealed FROM bilan"
    " LEFT JOIN bilan_answer AS answer ON answer.tenant_id = bilan.tenant_id AND bilan_id = bilan.id"
)
EVERY_RECEPTION = (
    "SELECT tenant_id, id, person_id, received_on, received_by, channel, sent_by, request, request_kinds::text,"
    " urgent_needs::text, urgent_note, created_at, updated_at, version FROM intake"
)
DEFINITION = (
    "SELECT definition FROM instrument_content AS content JOIN instrument_version AS version"
    " ON version.id = instrument_version_id JOIN instrument ON instrument.id = instrument_id"
    " WHERE released AND kind = :kind"
)
PUBLISHED = (
    "SELECT count(*) FROM instrument_version AS version JOIN instrument ON instrument.id = instrument_id"
    " WHERE state = 'published' AND kind = :kind"
)


def named(table: str, day: str, by: str) -> str:
    """How many rows of a table there are, how many say what they were asked, and how many of these are adopted."""
    return (
        f"SELECT count(*) AS rows, count(filling.id) AS filed, count(adoption.id) AS adopted FROM {table} AS one"
        " LEFT JOIN instrument_filling AS filling ON filling.tenant_id = one.tenant_id AND filling.id = filling_id"
        f" AND filling.person_id = one.person_id AND filling.finished_on = {day} AND filling.begun_by = {by}"
        f" AND filling.kind = '{table}' AND filling.state = 'finished'"
        " LEFT JOIN instrument_content AS content ON content.id = filling.content_id AND content.released"
        " LEFT JOIN instrument_adoption AS adoption ON adoption.tenant_id = one.tenant_id"
        " AND adoption.instrument_version_id = content.instrument_version_id AND adoption.number = filling.number"
    )


NAMED = {"bilan": named("bilan", "made_on", "made_by"), "intake": named("intake", "received_on", "received_by")}


def every(owner: Engine, statement: str) -> set[tuple[object, ...]]:
    with owner.connect() as connection:
        return {tuple(row) for row in connection.execute(text(statement))}


@pytest.mark.parametrize("kind", NAMED)
def test_the_bilans_and_receptions_of_an_earlier_release_keep_every_answer_and_say_what_they_were_asked(
    old: str, owner: Engine, kind: str
) -> None:
    rows = {"bilan": EVERY_BILAN, "intake": EVERY_RECEPTION}[kind]
    before = every(owner, rows)
    upgrade(old)
    assert every(owner, rows) == before
    with owner.connect() as connection:
        counted = connection.execute(text(NAMED[kind])).one()
        assert connection.execute(text(NOT_FORCED)).scalar_one() == 0
        definition = connection.execute(text(DEFINITION), {"kind": kind}).scalar_one()
    assert counted.rows == counted.filed == counted.adopted > 0
    # What was frozen is what the house asks: the product and the migration have it each for themselves.
    assert from_json(definition) == first_version(InstrumentKind(kind)).definition


def test_what_was_sealed_in_the_bilans_of_an_earlier_release_is_read(
    old: str, owner: Engine, application: Engine, release: Path
) -> None:
    assert any(row[-1] is not None for row in every(owner, EVERY_BILAN)), "some of them are sealed"
    upgrade(old)
    with owner.connect() as connection:
        sealed = "SELECT tenant_id, bilan_id AS id FROM bilan_answer WHERE sealed IS NOT NULL LIMIT 1"
        one = connection.execute(text(sealed)).one()
    with unit_of_work(application, Scope(tenant_id=one.tenant_id)) as session:
        bilan = session.get_one(Bilan, (one.tenant_id, one.id))
        found = answered(session, [bilan], release_keyring(release.name))[bilan.id]
        assert found.content_id is not None
        assert found.answers
        assert all(answer.readable for answer in found.answers.values())


@pytest.mark.parametrize(("kind", "migration"), [("bilan", "0026"), ("intake", "0029")])
def test_what_was_cut_off_from_what_it_asked_is_filed_when_the_migration_runs_again(
    old: str, owner: Engine, kind: str, migration: str
) -> None:
    upgrade(old)
    with owner.begin() as connection:
        connection.execute(text(f"UPDATE {kind} SET filling_id = NULL"))
        half = "SELECT id FROM instrument_filling WHERE kind = :kind ORDER BY id LIMIT 3"
        connection.execute(text(f"DELETE FROM instrument_filling WHERE id IN ({half})"), {"kind": kind})
        connection.execute(text("DELETE FROM instrument_content"))
        connection.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": BEFORE[migration]})
    upgrade(old, migration)  # Those after it stand already.
    with owner.connect() as connection:
        counted = connection.execute(text(NAMED[kind])).one()
        assert connection.execute(text(PUBLISHED), {"kind": kind}).scalar_one() == 1
    assert counted.rows == counted.filed == counted.adopted > 0


A_FORM = (
    (
        "INSERT INTO instrument (owner_tenant_id, id, basin_id, code, kind, name, created_at, updated_at, version)"
        " SELECT id, md5('form')::uuid, basin_id, 'accueil', 'intake', 'Accueil', now(), now(), 1 FROM tenant"
        " WHERE kind = 'support_centre'"
    ),
    (
        "INSERT INTO instrument_version (owner_tenant_id, id, basin_id, instrument_id, number, state, created_at,"
        " updated_at, version)"
        " SELECT owner_tenant_id, md5('form' || number)::uuid, basin_id, id, number,"
        " CASE number WHEN 2 THEN :last ELSE 'published' END, now(), now(), 1"
        " FROM instrument, generate_series(1, 2) number WHERE kind = 'intake'"
    ),
    (
        "INSERT INTO instrument_adoption (tenant_id, id, to_tenant_id, instrument_id, instrument_version_id, number,"
        " created_at, updated_at, version)"
        " SELECT platform.id, md5(platform.id::text)::uuid, owner_tenant_id, instrument.id, md5('form1')::uuid, 1,"
        " now(), now(), 1 FROM instrument, tenant platform"
        " WHERE instrument.kind = 'intake' AND platform.kind = 'local_platform' ORDER BY platform.id LIMIT 1"
    ),
)


@pytest.mark.parametrize(("last", "codes"), [("published", ["accueil 3"]), ("draft", ["accueil 2", "intake 1"])])
def test_a_form_that_a_centre_had_beside_the_house_becomes_the_one_that_receptions_are_noted_with(
    old: str, owner: Engine, last: str, codes: list[str]
) -> None:
    upgrade(old, BEFORE["0029"])
    with owner.begin() as connection:
        for statement in A_FORM:
            connection.execute(text(statement), {"last": last} if ":last" in statement else {})
    upgrade(old)
    with owner.connect() as connection:
        counted = connection.execute(text(NAMED["intake"])).one()
        newest = (
            "SELECT code || ' ' || max(number) FROM instrument JOIN instrument_version ON instrument_id = instrument.id"
            " WHERE kind = 'intake' GROUP BY code ORDER BY code"
        )
        assert list(connection.execute(text(newest)).scalars()) == codes
    # Whoever worked with the old one, or with none, works with it; a version that someone writes keeps its number.
    assert counted.rows == counted.filed == counted.adopted > 0


MANY = 450
THEIR_KEYS = "SELECT md5('referral' || number)::uuid FROM generate_series(1, {last}) AS number"


def withdraw_many(owner: Engine) -> None:
    """Copy a referral, with a line of its log, as withdrawn, so often that several transactions fill them in."""
    with owner.begin() as connection:
        one = connection.execute(text("SELECT referral_id FROM referral_event LIMIT 1")).scalar_one()
        for table, key in (("referral", "id"), ("referral_event", "referral_id")):
            generated = "SELECT column_name FROM information_schema.columns WHERE table_name = :table"
            columns = connection.execute(text(f"{generated} AND is_generated = 'NEVER'"), {"table": table}).scalars()
            names = ", ".join(columns)
            changed = f"'withdrawn_at', now(), 'id', md5('{table}' || number), '{key}', md5('referral' || number)" + (
                ", 'reference', 'X' || number" if table == "referral" else ""
            )
            connection.execute(
                text(
                    f"INSERT INTO {table} ({names}) SELECT {names} FROM generate_series(1, :many) AS number,"
                    f" LATERAL (SELECT (jsonb_populate_record(one, jsonb_build_object({changed}))).* FROM ("
                    f" SELECT one FROM {table} AS one WHERE {key} = :one LIMIT 1) AS first) AS copy"
                ),
                {"many": MANY, "one": one},
            )


NOT_FORCED = "SELECT count(*) FROM pg_class WHERE relrowsecurity AND NOT relforcerowsecurity"


def test_what_was_withdrawn_before_is_filled_in_a_few_at_a_time(old: str, owner: Engine) -> None:
    upgrade(old, "0011")
    withdraw_many(owner)
    with owner.begin() as connection:
        # A line that came too late to be withdrawn with its referral goes with it.
        late = text("UPDATE referral_event SET withdrawn_at = NULL WHERE id = md5('referral_event1')::uuid")
        assert connection.execute(late).rowcount == 1
    upgrade(old)
    with owner.connect() as connection:
        for table in ("referral", "referral_event"):
            found = text(
                f"SELECT count(*) AS rows, count(DISTINCT xmin::text) AS transactions FROM {table}"
                " WHERE withdrawn_at IS NOT NULL AND NOT in_force"
            )
            filled = connection.execute(found).one()
            assert filled.rows == MANY
            assert filled.transactions >= 3, "each writes few rows, and lets requests through"
        assert connection.execute(text(NOT_FORCED)).scalar_one() == 0


def test_a_filling_that_was_cut_off_goes_on_where_it_was(old: str, owner: Engine) -> None:
    upgrade(old, "0014")
    withdraw_many(owner)
    with owner.begin() as connection:
        for table, key in (("referral", "id"), ("referral_event", "referral_id")):
            first = f"{key} IN ({THEIR_KEYS.format(last=200)})"
            connection.execute(text(f"UPDATE {table} SET in_force = false WHERE {first}"))
    upgrade(old)
    with owner.connect() as connection:
        left = text("SELECT count(*) FROM referral_event WHERE withdrawn_at IS NOT NULL AND in_force")
        assert connection.execute(left).scalar_one() == 0
        assert connection.execute(text(NOT_FORCED)).scalar_one() == 0


def test_an_upgrade_goes_on_beside_people_at_work(
    old: str, owner: Engine, application: Engine, superuser: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The people at work are those of the code that is older than the last migrations."""
    monkeypatch.setattr(upgrading, "PAUSE_SECONDS", 0.1)
    later = planted(tmp_path / "later", COLUMN, INDEX)
    before = counts_of(owner)
    crowd = Crowd(application, READ_BY_ALL)
    # Longer than several attempts of a migration: they give up, and nobody at work has waited behind them for long.
    with crowd.at_work(), tables_in_use(owner, before, 3.0):
        upgrade(old, versions=[later])
    assert crowd.faults == []
    assert crowd.written > 3
    assert crowd.slowest_seconds < LONGEST_WAIT
    after = counts_of(owner)
    assert after["partner"] == before["partner"] + crowd.written
    # A table of a later migration is not among those of the old release.
    assert {name: after[name] for name in before if name != "partner"} == {
        name: count for name, count in before.items() if name != "partner"
    }
    assert check_catalogue(owner) == []
    with faulty_database(superuser, "SELECT 1") as (_application, fresh):
        new = fresh.url.render_as_string(hide_password=False)
        upgrade(new, versions=[later])
        assert schema_of(old) == schema_of(new)
        assert "ix_partner_planted" in schema_of(new)


def test_a_migration_that_waits_for_its_locks_makes_everyone_wait(
    old: str, owner: Engine, application: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the test above can fail."""
    monkeypatch.setattr(upgrading, "PATIENCE", "SET lock_timeout = '5s'")
    crowd = Crowd(application, READ_BY_ALL)
    # On a busy machine the migration comes to its lock after a while: the tables are held that much longer.
    with crowd.at_work(), tables_in_use(owner, READ_BY_ALL, 2 * LONGEST_WAIT):
        upgrade(old)
    assert crowd.slowest_seconds > LONGEST_WAIT


def test_an_index_that_was_cut_off_is_made_again(old: str, owner: Engine, tmp_path: Path) -> None:
    later = planted(tmp_path / "later", COLUMN, INDEX)
    upgrade(old, "9001", versions=[later])
    with owner.begin() as connection:
        connection.execute(text("CREATE INDEX ix_partner_planted ON partner (tenant_id, planted)"))
        connection.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_partner_planted'::regclass")
        )
    upgrade(old, versions=[later])
    with owner.connect() as connection:
        valid = text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix_partner_planted'::regclass")
        assert connection.execute(valid).scalar_one() is True


def test_a_migration_that_never_gets_its_lock_gives_up_and_leaves_all_as_it_was(
    old: str, owner: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrading, "PATIENCE", "SET lock_timeout = '50ms'")
    monkeypatch.setattr(upgrading, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(upgrading, "ATTEMPTS", 3)
    with owner.connect() as connection:
        connection.execute(select(func.count()).select_from(Partner))
        with pytest.raises(TablesInUseError):
            upgrade(old, versions=[planted(tmp_path / "later", COLUMN)])
        columns = text("SELECT count(*) FROM information_schema.columns WHERE column_name = 'planted'")
        assert connection.execute(columns).scalar_one() == 0


def test_an_upgrade_that_gave_up_says_so_in_words(old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(upgrading, "ATTEMPTS", 2)
    upgrade(old, "0016")
    engine = create_engine(make_url(old).set(drivername="postgresql+psycopg"))
    with engine.connect() as backup:
        backup.execute(text("SELECT count(*) FROM referral"))
        stopped = run(settings_of(old, tmp_path), "db", "upgrade")
    engine.dispose()
    assert stopped.exit_code == 1
    assert "Une table est restée occupée" in stopped.output
    assert "Traceback" not in stopped.output


def test_a_migration_that_is_safe_beside_people_at_work_passes_the_check(tmp_path: Path) -> None:
    assert lint(planted(tmp_path / "later", COLUMN, INDEX)) == 0


@pytest.mark.parametrize("work", HEAVY.values(), ids=HEAVY)
def test_a_migration_that_would_hold_everyone_up_is_refused(work: str, tmp_path: Path) -> None:
    assert lint(planted(tmp_path / "later", work)) != 0
