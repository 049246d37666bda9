"""Row level security, one call a table, as migration 0001 and those after it call it.

This file is released: it never changes, and it imports nothing of the house, so that a database that is made today has
the same policies as one that was made on the day of the release. A new shape is a new file beside it.

A policy compares columns with settings, nothing else: a subquery would be slow, and Citus refuses it. A setting that
nobody set makes the comparison fail loudly, so that work without a scope is an error and never data.
"""

from collections.abc import Sequence

from alembic import op

APPLICATION = "clais_app"
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")

TENANT = "current_setting('app.tenant_id')::uuid"
BASIN = "current_setting('app.basin_id')::uuid"
USER = "current_setting('app.user_id')::uuid"
EMAIL = "decode(current_setting('app.email_hash'), 'hex')"
CREDENTIAL = "decode(current_setting('app.credential_hash'), 'hex')"
ADMINISTERS = "current_setting('app.administers') = 'yes'"

OWN = f"tenant_id = {TENANT}"
NOT_WITHDRAWN = "withdrawn_at IS NULL"
CONSENT_STANDS = f"{NOT_WITHDRAWN} AND consent_until > now()"
WRITTEN_HERE = f"by_tenant_id = {TENANT}"
BETWEEN_TWO = f"{OWN} OR (to_tenant_id = {TENANT} AND {CONSENT_STANDS})"


def protect(table: str, grants: Sequence[str] = ALL, update_columns: Sequence[str] = ()) -> None:
    """Protect a table of one tenant: only rows of the tenant at work can be seen or written."""
    guard(table, OWN, grants, update_columns)


def protect_between_two(
    table: str, grants: Sequence[str], update_columns: Sequence[str] = (), *, inserted: str = OWN
) -> None:
    """Protect what crosses a border: the sender always, the receiver while the consent stands.

    `inserted` says whose new rows are: the sender's alone, or, `WRITTEN_HERE`, those of the party that signs them.
    What was withdrawn is never changed again, by either of them.
    """
    guard(table, BETWEEN_TWO, grants, update_columns)
    policy(table, "floor_insert", "INSERT", inserted, restrictive=True)
    withdraw_once(table, BETWEEN_TWO)


def withdraw_once(table: str, predicate: str = OWN) -> None:
    """Let no row be changed once it is withdrawn: nobody takes a withdrawal back. `predicate` is the table's floor."""
    policy(table, "floor_update", "UPDATE", NOT_WITHDRAWN, check=predicate, restrictive=True)


def protect_for_reader(table: str, reader: str, grants: Sequence[str]) -> None:
    """Protect a table of one tenant that someone else reads too: `reader` opens rows to reading, never to writing."""
    guard(table, f"{OWN} OR {reader}", grants)
    policy(table, "floor_insert", "INSERT", OWN, restrictive=True)
    policy(table, "floor_update", "UPDATE", OWN, restrictive=True)
    policy(table, "floor_delete", "DELETE", OWN, restrictive=True)


def protect_publication(table: str) -> None:
    """Protect a publication: every tenant of the basin reads it, only its owner writes it."""
    owner = f"owner_tenant_id = {TENANT} AND basin_id = {BASIN}"
    enable(table)
    policy(table, "floor_read", "SELECT", f"basin_id = {BASIN}", restrictive=True)
    policy(table, "read", "SELECT", f"basin_id = {BASIN}")
    for command in ("INSERT", "UPDATE", "DELETE"):
        policy(table, f"floor_{command.lower()}", command, owner, restrictive=True)
        policy(table, f"own_{command.lower()}", command, owner)
    grant(table, ALL)


def protect_registry(table: str, grants: Sequence[str] = ALL) -> None:
    """Protect reference data: everyone reads it, only an administrator's scope writes it."""
    enable(table)
    policy(table, "read", "SELECT", "true")
    for command in ("INSERT", "UPDATE", "DELETE"):
        policy(table, f"floor_{command.lower()}", command, ADMINISTERS, restrictive=True)
        policy(table, f"administer_{command.lower()}", command, ADMINISTERS)
    grant(table, grants)


def guard(table: str, predicate: str, grants: Sequence[str], update_columns: Sequence[str] = ()) -> None:
    """Enable and force row security with a restrictive floor and a permissive twin, both on `predicate`.

    `update_columns` grants UPDATE on those columns only: what two parties agreed on cannot be rewritten.
    """
    enable(table)
    policy(table, "floor", "ALL", predicate, restrictive=True)
    policy(table, "own", "ALL", predicate)
    grant(table, grants, update_columns)


def enable(table: str) -> None:
    """Turn row security on, for the owner of the table too."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def policy(
    table: str, name: str, command: str, predicate: str, *, check: str | None = None, restrictive: bool = False
) -> None:
    """Create one policy for the application role, the same on what is read and on what is written, unless `check` says
    otherwise of the latter.
    """
    kind = "AS RESTRICTIVE " if restrictive else ""
    using = "" if command == "INSERT" else f" USING ({predicate})"
    written = "" if command in {"SELECT", "DELETE"} else f" WITH CHECK ({check or predicate})"
    op.execute(f"CREATE POLICY {name} ON {table} {kind}FOR {command} TO {APPLICATION}{using}{written}")


def grant(table: str, commands: Sequence[str], update_columns: Sequence[str] = ()) -> None:
    """Grant exactly `commands` to the application role; never TRUNCATE or REFERENCES."""
    op.execute(f"REVOKE ALL ON {table} FROM PUBLIC")
    op.execute(f"GRANT {', '.join(commands)} ON {table} TO {APPLICATION}")
    if update_columns:
        op.execute(f"GRANT UPDATE ({', '.join(update_columns)}) ON {table} TO {APPLICATION}")
