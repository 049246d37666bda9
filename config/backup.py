"""Back up and restore with PostgreSQL's own tools, so that keys, policies and grants are in the file too."""

from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from clais.database.roles import ensure_roles, prepare_database
from config.tools import DRIVER, ToolError, Tools


class NotEmptyError(Exception):
    """The database to restore into is not empty."""


def backup_database(owner_url: str, file: Path) -> None:
    """Write a dump to `file`, readable by its owner only; a failed dump leaves no file.

    `owner_url` must be a superuser or have BYPASSRLS: row security binds the owner of the tables too. Raises ToolError.
    """
    _check_sees_everything(owner_url)
    tools = Tools(owner_url)
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.part")
    temporary.unlink(missing_ok=True)
    temporary.touch(mode=0o600)
    try:
        tools.run("pg_dump", ["--format=custom", "--no-comments", f"--file={temporary}"])
        tools.run("pg_restore", ["--list", str(temporary)], connected=False)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def restore_database(owner_url: str, file: Path, *, force: bool = False) -> None:
    """Put the dump in `file` back: the roles, then everything else in one transaction.

    Raises NotEmptyError when the database holds tables, unless `force`, which deletes them; ToolError when the dump
    cannot be read, or put back: then the database is left empty.
    """
    tools = Tools(owner_url)
    # Read to its end before anything is deleted: a truncated dump has a whole table of contents.
    tools.run("pg_restore", ["--file=/dev/null", str(file)], connected=False)
    engine = create_engine(make_url(owner_url).set(drivername=DRIVER), hide_parameters=True)
    try:
        with engine.begin() as connection:
            tables = connection.execute(
                text("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
            ).scalar_one()
            if tables and not force:
                raise NotEmptyError
            if tables:
                connection.execute(text("SET lock_timeout = '10s'"))
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
            ensure_roles(connection)
            prepare_database(connection)
    finally:
        engine.dispose()
    tools.run("pg_restore", ["--exit-on-error", "--single-transaction", str(file)])


def _check_sees_everything(owner_url: str) -> None:
    engine = create_engine(make_url(owner_url).set(drivername=DRIVER), hide_parameters=True)
    with engine.connect() as connection:
        sees = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).scalar_one()
    engine.dispose()
    if not sees:
        raise ToolError(
            "Le compte de CLAIS_OWNER_DATABASE_URL ne voit pas toutes les lignes : une sauvegarde serait incomplète. "
            "Donnez-lui BYPASSRLS, ou employez un compte qui l'a."
        )
