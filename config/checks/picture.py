"""`python -m config.checks.picture`: whether `migrations/picture.txt` is what the migrations make.

With `--write`, draw it.
"""

import sys

import click
from sqlalchemy import create_engine, make_url

from config.checks.row_security import migrated_database
from config.diagnosis.differences import differences
from config.diagnosis.picture import EXPECTED, expected, picture


def drawn() -> list[str]:
    """The picture of a new database with every migration run."""
    with migrated_database() as url:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            lines = picture(connection)
        engine.dispose()
    return lines


def main(arguments: list[str]) -> int:
    """Write the picture, or say how it differs; 0 when it is current."""
    lines = drawn()
    if "--write" in arguments:
        EXPECTED.write_text("\n".join(lines) + "\n")
        return 0
    found = differences(expected(), lines)
    click.echo("\n".join(f"{one.thing}: {one.wanted} → {one.found}" for one in found) or "picture.txt is current")
    if found:
        click.echo("migrations/picture.txt is not what the migrations make: run make docs")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
