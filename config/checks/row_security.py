"""`python -m config.checks.row_security`: pgrls on a database made from the migrations and thrown away.

`lint` reads the policies under the rules of pgrls.toml. `verify` proves, table by table, that a session without an
identity reads nothing, and that one of a tenant neither reads nor writes another's rows. What it cannot prove follows
from the kind of a table, which stands here with what proves it instead; the list may only shrink.
"""

import json
import os
import secrets
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from sqlalchemy import create_engine, make_url, text

from clais.database import TableKind, embedded
from clais.database.upgrade import upgrade
from config.features import tables_of_kind

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "var" / "test-postgres"

WHY_UNPROVEN = {
    TableKind.REFERENCE: "all read it, only an administrator's scope writes it; tests/isolation shows both",
    TableKind.PERSON: "opened by a person or a secret; tests/isolation shows that nobody else opens it",
    TableKind.CROSSING: "shown to two tenants while a consent stands; tests/isolation shows that no third one sees it",
    TableKind.PUBLICATION: "read in the basin, written by its owner; tests/isolation shows both",
}
UNPROVEN = tables_of_kind(*WHY_UNPROVEN)
ALEMBIC = "alembic_version"
WRITTEN_BY_ONE = {
    "membership",
    "withdrawal",
    "instrument_adoption",
    "card_reading",
    "practice_question",
    "practice_answer",
    "document_use",
    "registration",
    "course_seat",
    "certificate",
    "certificate_evidence",
    "quality_request",
    "quality_reply",
    "quality_summary",
    "assessment_ballot",
    "assessment_notice",
    "trial_count",
    "spotting_count",
    "presence_summary",
}
"""Shown to another, and written by their tenant alone, which is proven."""
NOBODYS_OR_ONES_OWN = frozenset({"self_assessment_answer"})
"""What is of no account is the team's, what is of one is its alone: pgrls does not decide such a choice.
tests/isolation/test_self_assessments.py shows that no other tenant and no colleague opens one.
"""
THE_TEAMS_OR_ONES_OWN = frozenset({"own_task", "draft"})
"""A task on a file is the team's, another one its author's alone; a draft is its author's, or the worker's once its
time is over. tests/isolation/test_tasks.py and test_drafts.py show that no other tenant and no colleague opens one.
"""
UNPROVEN_WRITING = (UNPROVEN - WRITTEN_BY_ONE) | {"audit_event"} | NOBODYS_OR_ONES_OWN | THE_TEAMS_OR_ONES_OWN
"""A record of the trail may be nobody's, as jobs write it: that literal stands beside the account at work, and pgrls
does not decide such a choice. tests/isolation/test_one_statement.py shows that nobody writes one elsewhere or in
another's name.
"""
MODES = {
    "anon": NOBODYS_OR_ONES_OWN,
    "cross-tenant": UNPROVEN | NOBODYS_OR_ONES_OWN | THE_TEAMS_OR_ONES_OWN,
    "write": UNPROVEN_WRITING,
}
"""The arguments of verify, and the tables for which it may be inconclusive."""


@contextmanager
def migrated_database() -> Iterator[str]:
    """The URL of a new database with every migration run; dropped at the end."""
    given = os.environ.get("CLAIS_TEST_SUPERUSER_URL")
    server = make_url(given or embedded.start(SERVER, throw_away=True))
    name = f"clais_check_{secrets.token_hex(4)}"
    engine = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = server.set(database=name).render_as_string(hide_password=False)
    try:
        upgrade(url)
        yield url
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def settings() -> str:
    """The text of pgrls.toml with the tables that a rule allows by their kind."""
    unscoped = sorted(f"public.{table}" for table in {ALEMBIC, *tables_of_kind(TableKind.LOCAL)})
    read_by_all = sorted(f"public.{table}.read" for table in tables_of_kind(TableKind.REFERENCE))
    # SEC001: no row security, since no row is anyone's. SEC008, SEC038: read by all who are connected, since a sign-in
    # page must name its place.
    allowed = {"SEC001": unscoped, "SEC008": read_by_all, "SEC038": read_by_all}
    lists = "".join(f"\n[lint.rules.{rule}]\nallowlist = {json.dumps(names)}\n" for rule, names in allowed.items())
    return (ROOT / "pgrls.toml").read_text() + lists


def pgrls(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run pgrls on the database; the URL is passed in the environment."""
    program = Path(sysconfig.get_path("scripts")) / "pgrls"
    with NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(settings())
        file.flush()
        return subprocess.run(
            [str(program), *arguments, "--config", file.name],
            env={**os.environ, "DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )


def faults_of(mode: str, answer: str) -> list[str]:
    """One sentence per unexpected result of `verify`. Raises ValueError when its output is not readable."""
    tables = json.loads(answer)["tables"]
    verdicts = {table["table"].removeprefix("public."): table["verdict"] for table in tables}
    faults = [
        f"{mode}: {table} is {verdict}"
        for table, verdict in sorted(verdicts.items())
        if verdict != "isolated" and table not in MODES[mode]
    ]
    proven = sorted(table for table in MODES[mode] if verdicts.get(table) == "isolated")
    gone = sorted(table for table in MODES[mode] if table not in verdicts)
    return faults + [f"{mode}: {table} is proven now, take it off the list" for table in proven + gone]


def main() -> int:
    """Print what is wrong; 0 when nothing is."""
    with migrated_database() as url:
        lint = pgrls(url, "lint")
        failed = lint.returncode != 0
        click.echo(lint.stdout + lint.stderr if failed else lint.stdout.strip().splitlines()[-1])
        for mode in MODES:
            answer = pgrls(url, "verify", "--mode", mode, "--format", "json")
            faults = faults_of(mode, answer.stdout)
            failed = failed or bool(faults)
            click.echo("\n".join(faults) or f"pgrls verify: {mode}, as expected")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
