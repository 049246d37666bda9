"""The doctor sees what is wrong: each check has its planted fault."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from clais.encryption import Keyring
from config.diagnosis import database, files, machine, pictures, printing, schema
from config.diagnosis.finding import ATTENTION, FAULT, OK, Finding, worst
from config.doctor import Check
from config.settings import Settings
from tests.support.smtp import receiving_server


@pytest.fixture
def connection(superuser: Engine) -> Iterator[Connection]:
    """A transaction in which faults are planted, and that never ends well."""
    with superuser.connect() as opened:
        yield opened
        opened.rollback()


def found_by(check: Check, connection: Connection) -> list[Finding]:
    """What one check finds, as a list."""
    found = check(connection)
    return found if isinstance(found, list) else [found]


class Answering:
    """A connection whose every question has one answer."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def execute(self, *_question: object) -> Any:
        return SimpleNamespace(scalar_one=lambda: self.answer)


class Showing:
    """A connection on which settings have values."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def execute(self, question: object) -> Any:
        return SimpleNamespace(scalar_one=lambda: self.values[str(question).removeprefix("SHOW ")])


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ("140022", FAULT),
        ("150019", ATTENTION),
        ("150020", OK),
        ("160015", ATTENTION),
        ("160016", OK),
        ("170011", ATTENTION),
        ("170012", OK),
        ("180006", ATTENTION),
        ("180007", OK),
        ("190000", OK),
    ],
)
def test_a_server_older_than_the_fix_is_named(number: str, level: str) -> None:
    finding = database.server_version(Answering(number))  # type: ignore[arg-type]
    assert finding.level == level
    assert ("CVE-2026-120154" in finding.text) == (level == ATTENTION)
    assert bool(finding.advice) == (level != OK)


def test_a_healthy_database_has_nothing_to_say(connection: Connection) -> None:
    checks: tuple[Check, ...] = (schema.as_migrated, schema.tools, schema.logins, database.migrations, database.clock)
    assert [finding for check in checks for finding in found_by(check, connection) if finding.level != OK] == []


def test_revisions_that_have_not_run_are_a_fault(connection: Connection) -> None:
    connection.execute(text("DELETE FROM alembic_version"))
    assert database.migrations(connection).level == FAULT


def test_an_installation_without_communes_or_occupations_is_a_fault(connection: Connection) -> None:
    connection.execute(text("DELETE FROM occupation_word"))
    connection.execute(text("DELETE FROM occupation"))
    finding = database.reference(connection)
    assert (finding.level, "métiers" in finding.text, "db upgrade" in finding.advice) == (FAULT, True, True)


@pytest.mark.parametrize(
    ("minutes", "words"), [(4, "depuis 4 minutes"), (200, "depuis 3 h 20"), (3000, "depuis 2 jours")]
)
def test_without_a_worker_no_mail_leaves_and_it_is_said_since_when(
    connection: Connection, minutes: int, words: str
) -> None:
    connection.execute(text("DELETE FROM job_run"))
    finding = database.worker(connection)
    assert (finding.level, "jamais tourné" in finding.text) == (FAULT, True)
    run = text(
        "INSERT INTO job_run (job, slot, started_at, failures)"
        " VALUES ('t', now(), now() - make_interval(mins => :minutes), 0)"
    )
    connection.execute(run, {"minutes": minutes})
    finding = database.worker(connection)
    assert (finding.level, words in finding.text) == (FAULT, True)
    connection.execute(text("UPDATE job_run SET started_at = now()"))
    assert database.worker(connection).level == OK


def run_of_a_job(connection: Connection, minutes_ago: int, failures: int) -> str:
    """What is said of the worker after one more run of a job."""
    run = text(
        "INSERT INTO job_run (job, slot, started_at, finished_at, failures)"
        " VALUES ('planted', now() - make_interval(mins => :minutes), now(), now(), :failures)"
    )
    connection.execute(run, {"minutes": minutes_ago, "failures": failures})
    finding = database.worker(connection)
    return f"{finding.level} {finding.text}"


def test_a_worker_whose_job_fails_each_time_is_a_fault_that_names_it(connection: Connection) -> None:
    connection.execute(text("DELETE FROM job_run"))
    assert run_of_a_job(connection, 9, 3).startswith(OK)
    assert run_of_a_job(connection, 8, 99) == f"{FAULT} Il tourne, mais échoue chaque fois : planted."
    assert run_of_a_job(connection, 7, 0).startswith(OK)
    assert run_of_a_job(connection, 6, 1).startswith(OK)


@pytest.mark.parametrize("value", ["off", "local"])
def test_writes_that_a_power_cut_takes_back_are_a_fault(connection: Connection, value: str) -> None:
    connection.execute(text(f"SET LOCAL synchronous_commit = {value}"))
    finding = database.durability(connection)
    assert ("synchronous_commit = off" in finding.text) == (value == "off")


@pytest.mark.parametrize("name", sorted(database.DURABLE))
def test_each_setting_of_durability_is_looked_at(name: str) -> None:
    values = dict.fromkeys(database.DURABLE, "on")
    assert database.durability(Showing(values)).level == OK  # type: ignore[arg-type]
    finding = database.durability(Showing({**values, name: "off"}))  # type: ignore[arg-type]
    assert (finding.level, f"{name} = off" in finding.text, f"{name} = on" in finding.advice) == (FAULT, True, True)


@pytest.mark.parametrize(("seconds", "level"), [(0, OK), (5, ATTENTION), (-5, ATTENTION), (60, FAULT)])
def test_a_clock_that_is_off_is_seen(connection: Connection, seconds: int, level: str) -> None:
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one() + timedelta(seconds=seconds)
    assert database.clock(Answering(theirs)).level == level  # type: ignore[arg-type]


def settings(directory: Path, **environment: str) -> Settings:
    return Settings.from_environment({"CLAIS_DIRECTORY": str(directory), **environment})


def test_secrets_that_others_can_read_are_a_fault(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert machine.secrets(made).level == OK
    made.secret()
    Keyring.generate(made.keyring_path)
    assert machine.secrets(made).level == OK
    (tmp_path / "secrets" / "application").chmod(0o644)
    finding = machine.secrets(made)
    assert finding.level == FAULT
    assert "chmod go-rwx" in finding.advice


def test_contents_of_documents_are_looked_after(tmp_path: Path) -> None:
    made = settings(tmp_path)
    assert files.store(made).level == OK
    made.files_directory.mkdir(mode=0o755)
    made.files_directory.chmod(0o755)
    assert files.store(made).level == FAULT
    made.files_directory.chmod(0o700)
    assert str(made.files_directory) in files.store(made).text
    assert "s3://a/b" in files.store(settings(tmp_path, CLAIS_FILES="s3://a/b")).text


def test_a_machine_that_cannot_look_at_pictures_safely_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "can", lambda _what: True)
    assert pictures.pictures(settings(tmp_path)).level == OK
    monkeypatch.setattr(pictures, "can", lambda _what: False)
    found = pictures.pictures(settings(tmp_path))
    assert found.level == ATTENTION
    assert "HEIC" in found.text


def test_what_printing_lacks_is_named_with_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "missing", lambda: ())
    assert printing.printing(settings(tmp_path)).level == OK
    monkeypatch.setattr(printing, "missing", lambda: ("pango-1.0",))
    found = printing.printing(settings(tmp_path))
    assert found.level == ATTENTION
    assert "pango-1.0" in str(found)


def test_a_scanner_that_is_named_and_silent_is_a_fault_and_none_at_all_is_said(tmp_path: Path) -> None:
    assert files.scanner(settings(tmp_path, CLAIS_CLAMD="none")).level == ATTENTION
    assert files.scanner(settings(tmp_path, CLAIS_CLAMD="none", CLAIS_DEMO="yes")).level == OK
    assert files.scanner(settings(tmp_path, CLAIS_CLAMD=str(tmp_path / "nobody"))).level == FAULT


def test_mail_is_tried_for_real(tmp_path: Path) -> None:
    assert machine.mail(settings(tmp_path)).level == ATTENTION
    assert machine.mail(settings(tmp_path, CLAIS_DEMO="yes")).level == OK
    with receiving_server() as server:
        assert machine.mail(settings(tmp_path, CLAIS_MAIL_URL=server.url)).level == OK
        in_the_clear = machine.mail(settings(tmp_path, CLAIS_MAIL_URL=server.elsewhere))
        assert (in_the_clear.level, "ne chiffre pas" in in_the_clear.text) == (FAULT, True)
    assert machine.mail(settings(tmp_path, CLAIS_MAIL_URL=server.url)).level == FAULT
    assert machine.mail(settings(tmp_path, CLAIS_MAIL_URL="http://x")).level == FAULT


def test_listening_to_the_world_without_encryption_is_a_fault(tmp_path: Path) -> None:
    assert machine.exposure(settings(tmp_path)).level == OK
    assert machine.exposure(settings(tmp_path, CLAIS_HOST="0.0.0.0")).level == FAULT  # noqa: S104 - the planted fault.
    secure = {
        "CLAIS_SECURE_COOKIES": "yes", "CLAIS_PUBLIC_URL": "https://clais.example", "CLAIS_TRUSTED_PROXIES": "1",
    }  # fmt: skip
    assert machine.exposure(settings(tmp_path, CLAIS_HOST="10.0.0.1", **secure)).level == OK


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1"])
@pytest.mark.parametrize("forgotten", ["CLAIS_SECURE_COOKIES", "CLAIS_TRUSTED_PROXIES"])
def test_a_proxy_that_the_server_is_not_told_of_is_a_fault_wherever_it_listens(
    tmp_path: Path, host: str, forgotten: str
) -> None:
    exposed = {"CLAIS_SECURE_COOKIES": "yes", "CLAIS_TRUSTED_PROXIES": "1", "CLAIS_PUBLIC_URL": "https://clais.example"}
    assert machine.exposure(settings(tmp_path, CLAIS_HOST=host, **exposed)).level == OK
    finding = machine.exposure(settings(tmp_path, CLAIS_HOST=host, **(exposed | {forgotten: "0"})))
    assert finding.level == FAULT
    assert forgotten in finding.advice


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((machine.GIBIBYTE // 2, FAULT), (3 * machine.GIBIBYTE, ATTENTION), (50 * machine.GIBIBYTE, OK)):
        monkeypatch.setattr("shutil.disk_usage", lambda _path, free=free: SimpleNamespace(free=free))
        assert machine.disk(settings(tmp_path / "not yet there")).level == level


def test_the_gravest_level_counts() -> None:
    findings = [Finding(level, "", "") for level in (OK, ATTENTION, OK)]
    assert worst(findings) == ATTENTION
    assert worst([*findings, Finding(FAULT, "", "")]) == FAULT
    assert worst(findings[:1]) == OK
