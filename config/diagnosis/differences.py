"""What differs between the picture of a database and the one that the migrations make, and what mends it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

PARTS = frozenset({"column", "constraint", "index"})
"""Parts of a table, which open nothing by themselves."""
RESTORE = "Arrêtez le service, cherchez qui a changé la base, et remettez la dernière sauvegarde saine."


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing (« policy person.floor ») that is missing, on no list, or other than the migrations make it."""

    thing: str
    wanted: str | None
    found: str | None

    @property
    def kind(self) -> str:
        """The first word: table, policy, grant…"""
        return self.thing.partition(" ")[0]

    @property
    def name(self) -> str:
        """The thing without its kind."""
        return self.thing.partition(" ")[2]

    def in_words(self) -> str:
        """The difference in French; the facts as the catalogue writes them."""
        if self.wanted is None:
            return f"{self.thing} : en trop ({self.found})."
        if self.found is None:
            return f"{self.thing} : manque ({self.wanted})."
        return f"{self.thing} : attendu « {self.wanted} », trouvé « {self.found} »."

    def repair(self) -> str:
        """The SQL that makes it right again, or the advice where no statement does."""
        return REPAIRS.get(self.kind, _drop)(self)


def differences(wanted: Iterable[str], found: Iterable[str]) -> list[Difference]:
    """Every difference between two pictures, what opens something first; of a whole table, only the table."""
    wanted_facts, found_facts = (dict(_parted(line) for line in lines) for lines in (wanted, found))
    things = sorted(wanted_facts.keys() | found_facts.keys())
    every = [Difference(thing, wanted_facts.get(thing), found_facts.get(thing)) for thing in things]
    found_ones = [one for one in every if one.wanted != one.found]
    whole = {one.name for one in found_ones if one.kind == "table" and None in {one.wanted, one.found}}
    told = [one for one in found_ones if one.kind not in PARTS or one.name.rpartition(".")[0] not in whole]
    return sorted(told, key=lambda one: (one.kind in PARTS, one.found is None, one.thing))


def _parted(line: str) -> tuple[str, str]:
    thing, _colon, facts = line.partition(": ")
    return thing, facts


def _policy(one: Difference) -> str:
    table, _dot, policy = one.name.rpartition(".")
    drop = f"DROP POLICY {policy} ON {table}; " if one.found is not None else ""
    create = f"CREATE POLICY {policy} ON {table} {one.wanted};" if one.wanted is not None else ""
    return (drop + create).strip()


def _grant(one: Difference) -> str:
    target, _to, grantee = one.name.removeprefix("ON ").rpartition(" TO ")
    if target == "DATABASE":
        target = "DATABASE (celle-ci)"
    if target.startswith("TABLE pg_toast of "):
        table = target.removeprefix("TABLE pg_toast of ")
        target = f"TABLE pg_toast.… (celle de {table} : reltoastrelid dans pg_class)"
    wanted, found = (set(facts.split(", ")) if facts else set() for facts in (one.wanted, one.found))
    surplus = ", ".join(sorted(p.removesuffix(" WITH GRANT OPTION") for p in found - wanted))
    # Of a right on the whole table, also those on its columns go.
    taken = tuple(f"{privilege} (" for privilege in found - wanted)
    missing = ", ".join(sorted(p for p in wanted if p not in found or (taken and p.startswith(taken))))
    revoke = f"REVOKE {surplus} ON {target} FROM {grantee}; " if surplus else ""
    return (revoke + (f"GRANT {missing} ON {target} TO {grantee};" if missing else "")).strip()


def _table(one: Difference) -> str:
    if one.wanted is None:
        return _drop(one)
    if one.found is None:
        return RESTORE
    forced = "row security forced" in one.wanted
    return f"ALTER TABLE {one.name} OWNER TO clais_owner;" + (
        f" ALTER TABLE {one.name} ENABLE ROW LEVEL SECURITY; ALTER TABLE {one.name} FORCE ROW LEVEL SECURITY;"
        if forced
        else ""
    )


def _role(one: Difference) -> str:
    return f"ALTER ROLE {one.name} {one.wanted};" if one.found is not None else "Lancez « clais db upgrade »."


def _membership(one: Difference) -> str:
    member, _in, group = one.name.removeprefix("of ").partition(" in ")
    return f"REVOKE {group} FROM {member};"


def _setting(one: Difference) -> str:
    name, _of, role = one.name.partition(" of ")
    return f"ALTER ROLE {role or 'ALL'} RESET {name}; et ALTER DATABASE … RESET {name};"


def _schema(one: Difference) -> str:
    if one.wanted is None:
        return _drop(one)
    return f"ALTER SCHEMA {one.name} OWNER TO CURRENT_USER;" if one.found is not None else RESTORE


def _foreign_keys(one: Difference) -> str:
    return f"ALTER TABLE {one.name.removeprefix('keys ON ')} ENABLE TRIGGER ALL;"


def _of_a_table(one: Difference) -> str:
    if one.wanted is None and one.kind in {"constraint", "trigger", "rule"}:
        table, _dot, name = one.name.rpartition(".")
        return (
            f"ALTER TABLE {table} DROP CONSTRAINT {name};"
            if one.kind == "constraint"
            else f"DROP {one.kind.upper()} {name} ON {table};"
        )
    return RESTORE


def _drop(one: Difference) -> str:
    """For what the migrations do not make: look who made it, then remove it."""
    kind = "event trigger" if one.thing.startswith("event trigger") else one.kind
    for longer in ("materialized view", "foreign table", "large object", "partitioned table"):
        kind = longer if one.thing.startswith(longer) else kind
    if one.wanted is not None or kind not in DROPPED:
        return RESTORE
    return f"Cherchez qui l'a fait, puis : DROP {DROPPED[kind]} {one.thing.removeprefix(kind).strip()};"


DROPPED = {
    **{kind: kind.upper() for kind in ("view", "materialized view", "foreign table", "sequence", "function", "index")},
    **{kind: kind.upper() for kind in ("table", "extension", "event trigger", "publication", "subscription", "schema")},
    **{kind: kind.upper() for kind in ("type", "domain", "statistics", "collation", "conversion")},
    "partitioned table": "TABLE", "server": "SERVER", "operator": "OPERATOR", "cast": "CAST",
}  # fmt: skip
REPAIRS: Mapping[str, Callable[[Difference], str]] = {
    "policy": _policy,
    "schema": _schema,
    "database": lambda _one: "ALTER DATABASE … OWNER TO CURRENT_USER;",
    "grant": _grant,
    "table": _table,
    "role": _role,
    "membership": _membership,
    "validity": lambda one: f"ALTER ROLE {one.name.removeprefix('of ')} VALID UNTIL 'infinity';",
    "setting": _setting,
    "foreign": lambda one: _foreign_keys(one) if one.name.startswith("keys ON") else _drop(one),
    "column": _of_a_table,
    "constraint": _of_a_table,
    "trigger": _of_a_table,
    "rule": _of_a_table,
}
