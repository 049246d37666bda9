"""CLAIS on a PostgreSQL that others run: a password, a version, and no more rights than the README asks for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from clais.database.roles import MissingRightError
from config.diagnosis import schema
from config.diagnosis.finding import OK
from config.settings import Settings
from config.tools import ToolError, Tools
from tests.support import servers
from tests.support.commands import run
from tests.support.servers import Server

pytestmark = pytest.mark.usefixtures("few_occupations")
OPENING = ("tenant", "open", "Farciennes", "--basin", "Bassin", "--slug", "farciennes", "--code", "FAR")


@pytest.fixture(scope="module", params=sorted(servers.programs()))
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of each version that is here: the embedded one's, and the system's."""
    with servers.running(servers.programs()[request.param]) as server:
        yield server


@pytest.fixture
def bare(elsewhere: Server) -> Server:
    """The same server before anybody installed CLAIS on it."""
    elsewhere.clear()
    return elsewhere


def settings_of(server: Server, directory: Path, login: str, database: str = "clais") -> Settings:
    """What the README says to export."""
    return replace(
        Settings.from_environment({"CLAIS_DIRECTORY": str(directory)}),
        owner_database_url=server.url(login, database),
        database_url=server.url("clais_app", database),
    )


def as_superuser(server: Server) -> str:
    """The way that the README calls best."""
    server.execute("CREATE DATABASE clais")
    server.login("clais_app")
    return "postgres"


def as_maker_of_roles(server: Server) -> str:
    """A login that may create roles and owns the database."""
    server.login("deployer", "CREATEROLE BYPASSRLS")
    server.execute("CREATE DATABASE clais OWNER deployer")
    server.execute("CREATE ROLE clais_app LOGIN", user="deployer")
    server.login("clais_app")
    return "deployer"


def as_member_of_the_owner(server: Server) -> str:
    """A login without any right but that of becoming the owner, which someone else has made."""
    server.execute("CREATE ROLE clais_owner NOLOGIN", "CREATE DATABASE clais OWNER clais_owner")
    server.login("clais_app")
    server.login("deployer")
    server.execute("GRANT clais_owner TO deployer")
    return "deployer"


def differences(server: Server) -> list[str]:
    """What the doctor finds otherwise than the migrations make it."""
    engine = create_engine(make_url(server.url("clais_app", "clais")).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = [finding.text for finding in schema.as_migrated(connection) if finding.level != OK]
    engine.dispose()
    return found


WAYS = {"makes roles": as_maker_of_roles, "member of the owner": as_member_of_the_owner}
"""Besides the superuser's, which the backup below takes."""


@pytest.mark.parametrize("way", WAYS)
def test_each_documented_way_installs_a_house_that_works(bare: Server, way: str, tmp_path: Path) -> None:
    settings = settings_of(bare, tmp_path, WAYS[way](bare))
    upgraded = run(settings, "db", "upgrade")
    assert upgraded.exit_code == 0, upgraded.output
    opened = run(settings, *OPENING)
    assert opened.exit_code == 0, opened.output
    again = run(settings, "db", "upgrade")
    assert (again.exit_code, "Les tables sont à jour" in again.output) == (0, True), again.output
    owners = bare.read("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'", "clais")
    assert owners == ["clais_owner"]
    assert differences(bare) == []


def test_a_login_without_the_rights_is_told_which_statements_to_ask_for(bare: Server, tmp_path: Path) -> None:
    bare.execute("CREATE DATABASE clais")
    bare.login("deployer")
    settings = settings_of(bare, tmp_path, "deployer")
    refused = run(settings, "db", "upgrade")
    assert (refused.exit_code, "CREATE ROLE clais_owner" in refused.output) == (1, True), refused.output
    assert isinstance(refused.exception, SystemExit)
    # Done by who may, one answer after the other, it works in the end.
    for _answer in range(3):
        asked = [line.strip() for line in refused.output.splitlines() if line.startswith("  ")]
        bare.execute(*asked, database="clais")
        bare.login("clais_app")
        refused = run(settings, "db", "upgrade")
        if refused.exit_code == 0:
            break
    assert refused.exit_code == 0, refused.output


def test_a_backup_goes_out_and_comes_back_with_a_password_and_the_tools_of_the_servers_version(
    bare: Server, tmp_path: Path
) -> None:
    settings = settings_of(bare, tmp_path, as_superuser(bare))
    assert run(settings, "db", "upgrade").exit_code == 0
    assert run(settings, *OPENING).exit_code == 0
    file = tmp_path / "backup.dump"
    saved = run(settings, "db", "backup", str(file))
    assert saved.exit_code == 0, saved.output
    bare.execute("CREATE DATABASE clais_copy")
    copy = settings_of(bare, tmp_path, "postgres", "clais_copy")
    restored = run(copy, "db", "restore", str(file))
    assert restored.exit_code == 0, restored.output
    assert "farciennes" in run(copy, "tenant", "list").output


def test_an_allowed_extension_is_no_difference_in_any_version(bare: Server, tmp_path: Path) -> None:
    settings = settings_of(bare, tmp_path, as_superuser(bare))
    assert run(settings, "db", "upgrade").exit_code == 0
    bare.execute("CREATE EXTENSION pg_stat_statements", database="clais")
    assert differences(bare) == []


def test_the_word_for_the_database_is_in_no_message(bare: Server, tmp_path: Path) -> None:
    settings = settings_of(bare, tmp_path, as_superuser(bare))
    failed = run(settings, "db", "restore", __file__)
    assert failed.exit_code == 1
    assert bare.password not in failed.output
    assert "***" not in failed.output


def test_tools_of_another_version_are_not_taken(
    elsewhere: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = Tools(elsewhere.url("postgres"))
    assert Path(tools.find("pg_dump")).exists()
    other = tmp_path / "pg_dump"
    other.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1'\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools.find("pg_dump") != str(other)
    tools.version = 98
    with pytest.raises(ToolError, match=r"PostgreSQL 98.*99.*postgresql-client-98"):
        tools.find("pg_dump")


def test_a_backup_of_a_newer_server_is_refused_in_words(tmp_path: Path) -> None:
    found = servers.programs()
    if len(found) == 1:
        pytest.skip("one version of PostgreSQL only: apt-get install postgresql gives another")
    older = next(folder for name, folder in found.items() if name != "embedded")
    with servers.running(found["embedded"]) as new, servers.running(older) as old:
        file = tmp_path / "backup.dump"
        saved = run(settings_of(new, tmp_path, as_superuser(new)), "db", "backup", str(file))
        assert saved.exit_code == 0, saved.output
        refused = run(settings_of(old, tmp_path, as_superuser(old)), "db", "restore", str(file))
    assert (refused.exit_code, "plus récent" in refused.output) == (1, True), refused.output


def test_a_missing_right_names_its_statements() -> None:
    assert MissingRightError(["GRANT a TO b", "GRANT c TO d"]).statements == ["GRANT a TO b", "GRANT c TO d"]
