"""`python -m config.checks.migrations`: squawk on the SQL of every migration, as it will run; released migrations
are unchanged.
"""

import io
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from clais.database.upgrade import PATIENCE, alembic_config
from config.checks.released import faults_of_release

ROOT = Path(__file__).resolve().parents[2]


def sql_of(script: ScriptDirectory, revision: str) -> str:
    """The SQL of one migration, with the time-out under which we run it."""
    output = io.StringIO()
    step = script.get_revision(revision)
    lower = step.down_revision or "base"

    def upgrade(_current: Any, _context: Any) -> Any:
        return script._upgrade_revs(revision, str(lower))  # noqa: SLF001 - what Alembic's own command calls.

    with EnvironmentContext(
        alembic_config(), script, as_sql=True, starting_rev=str(lower), destination_rev=revision, fn=upgrade
    ) as environment:
        environment.configure(
            dialect_name="postgresql", output_buffer=output, literal_binds=True, transaction_per_migration=True
        )
        with environment.begin_transaction():
            environment.run_migrations()
    return f"{PATIENCE};\n{output.getvalue()}"


def lint(migrations: Mapping[str, str]) -> int:
    """Run squawk over revisions and their SQL; 0 when it finds nothing."""
    squawk = Path(sysconfig.get_path("scripts")) / "squawk"
    with tempfile.TemporaryDirectory() as directory:
        paths = [Path(directory) / f"{revision}.sql" for revision in migrations]
        for path, sql in zip(paths, migrations.values(), strict=True):
            path.write_text(sql)
        command = [str(squawk), "--config", str(ROOT / ".squawk.toml"), *map(str, paths)]
        return subprocess.run(command, check=False).returncode


def main() -> int:
    """Lint every migration and compare those that are released; 0 when nothing is wrong."""
    script = ScriptDirectory.from_config(alembic_config())
    faults = faults_of_release()
    click.echo("\n".join(faults) or "released migrations are as they were")
    return lint({step.revision: sql_of(script, step.revision) for step in script.walk_revisions()}) or int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
