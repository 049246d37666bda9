"""`python -m config.release`: record the migrations, and write a small database of invented people as they make it.

The database goes beside the tests: a test upgrades it with whatever migrations come later.
"""

import gzip
import hashlib
import re
import sys
from pathlib import Path

import click
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from clais.database import open_engine
from clais.database.upgrade import alembic_config
from clais.encryption import Keyring
from config.checks.released import RECORD, record_release
from config.checks.row_security import ROOT, migrated_database
from config.demo import seed
from config.tools import Tools

RELEASES = ROOT / "tests" / "config" / "releases"
LARGE = ("occupation", "occupation_word", "postal_code")
"""Reference data that every installation loads itself: their rows would be most of the dump."""
NOT_EVERYWHERE = re.compile(r"^(\\(un)?restrict .*|SET transaction_timeout .*)\n", re.MULTILINE)
"""Lines of a dump that older servers, or older tools, do not understand."""
PLATFORMS, PEOPLE = 2, 12


def dump(url: str, *arguments: str) -> str:
    """The output of pg_dump for the database at `url`, as SQL that every server from version 15 on understands."""
    return NOT_EVERYWHERE.sub("", Tools(url).run("pg_dump", ["--no-comments", *arguments]))


def release_keyring(name: str) -> Keyring:
    """The keys of the dump called `name`. They protect nobody, since its people are invented: its name gives them."""
    key, lookup_key = (hashlib.sha256(f"{name}: {use}".encode()).digest() for use in ("key", "lookup key"))
    return Keyring({"release": key}, "release", lookup_key)


def write_release(directory: Path) -> Path:
    """Make the database of this release, and put its dump into `directory`."""
    revision = ScriptDirectory.from_config(alembic_config()).get_current_head()
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"{revision}.sql.gz"
    with migrated_database() as url:
        application = make_url(url).set(username="clais_app", password=None)
        engine = open_engine(application)
        seed(engine, release_keyring(file.name), platforms=PLATFORMS, people=PEOPLE, progress=False)
        engine.dispose()
        text = dump(url, *(f"--exclude-table-data={table}" for table in LARGE))
    file.write_bytes(gzip.compress(text.encode(), mtime=0))
    return file


def main() -> int:
    """Record the migrations, write the database and say how large it is; 0 on success."""
    try:
        added = record_release()
    except ValueError as error:
        click.echo(f"{error}. As long as there is no installation, delete {RECORD} and release again.")
        return 1
    click.echo(f"released: {', '.join(added) or 'nothing new'}")
    file = write_release(RELEASES)
    click.echo(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1024} KiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
