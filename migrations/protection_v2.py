"""Row security with one pair of policies a command, as migration 0017 and those after it call it.

Frozen with the first release that has it, like `protection_v1.py`. A floor and its permissive twin say the same, so
what the application may do does not depend on how a policy is read: shards of a Citus cluster are given every policy
as permissive (Citus 13), and whatever one of them let pass would pass.
"""

from dataclasses import dataclass

from alembic import op

from migrations.protection_v1 import APPLICATION


@dataclass(frozen=True, slots=True)
class Rules:
    """Which rows of a table are read, which new rows are written, which are changed, into what, and which deleted."""

    read: str
    inserted: str
    changed: str
    written: str
    deleted: str


def both(first: str, second: str) -> str:
    """Two conditions at once."""
    return f"({first}) AND ({second})"


def protect_each(table: str, rules: Rules, *, instead: tuple[str, ...] = ()) -> None:
    """Give a table a floor and a twin for each command, in one statement; `instead` are the policies that they replace.

    Run again, it does the same again.
    """
    predicates = {
        "select": f"USING ({rules.read})",
        "insert": f"WITH CHECK ({rules.inserted})",
        "update": f"USING ({rules.changed}) WITH CHECK ({rules.written})",
        "delete": f"USING ({rules.deleted})",
    }
    names = [f"{side}_{command}" for command in predicates for side in ("floor", "own")]
    statements = [f"DROP POLICY IF EXISTS {name} ON {table}" for name in dict.fromkeys((*instead, *names))]
    for command, predicate in predicates.items():
        for side, kind in (("floor", "RESTRICTIVE"), ("own", "PERMISSIVE")):
            target = f"{side}_{command} ON {table} AS {kind} FOR {command.upper()} TO {APPLICATION}"
            statements.append(f"CREATE POLICY {target} {predicate}")
    op.execute("DO $$ BEGIN " + " ".join(f"{statement};" for statement in statements) + " END $$")
