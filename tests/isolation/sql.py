"""Reading SQL: which tables a statement takes rows from without saying whose rows by a constant, and which rows of
one's own it puts together with rows that lie with another tenant.
"""

from collections.abc import Iterator
from functools import cache
from re import sub
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType

from clais.database import Distribution, TableKind
from config.features import DISTRIBUTIONS, tables_of_kind

BESIDES = {"membership": {"user_id"}, **{table: {"to_tenant_id"} for table in tables_of_kind(TableKind.CROSSING)}}
"""Someone who signs in finds where they work, and the receiver what is sent to it."""
SELF = {"SelectStmt", "UpdateStmt", "DeleteStmt"}


def columns_of(table: str) -> set[str]:
    """The columns that say whose a row of a table is; none for a table that is no tenant's."""
    return {"tenant_id"} | BESIDES.get(table, set()) if DISTRIBUTIONS.get(table) is Distribution.TENANT else set()


@cache
def unnamed(statement: str) -> frozenset[str]:
    """The tables of tenants in a statement of which no constant says whose rows are meant, somewhere."""
    return frozenset(name for part in _parts(_tree(statement)) for name in _unnamed_in(part))


@cache
def torn(statement: str) -> frozenset[str]:
    """Pairs of tables that a statement joins, or compares row by row, though one lies here and one with its sender."""
    return frozenset(_torn_in(_tree(statement), {}))


def _tree(statement: str) -> Any:
    return parse_sql(sub(r"%\((\w+)\)s", "NULL", statement.replace("%%", "%")))


def _parts(node: Any) -> Iterator[ast.Node]:
    """Each SELECT, UPDATE and DELETE, however deep it stands."""
    if isinstance(node, tuple):
        for one in node:
            yield from _parts(one)
    elif isinstance(node, ast.Node):
        if type(node).__name__ in SELF:
            yield node
        for name in node:
            yield from _parts(getattr(node, name))


def _torn_in(node: Any, around: dict[str, tuple[str, bool]]) -> Iterator[str]:
    """`around` are the tables of the statements around this one: alias → table, and whether it lies here."""
    if isinstance(node, tuple):
        for one in node:
            yield from _torn_in(one, around)
    elif isinstance(node, ast.Node):
        within = around
        if type(node).__name__ in SELF:
            local = dict(_placed(node))
            named = {column.fields[0].sval for column in _columns(node) if len(column.fields) > 1}
            # A statement inside another one belongs to it by what it takes from around.
            met = {**{alias: around[alias] for alias in named if alias in around}, **local} if local else {}
            mine, theirs = ({table for table, here in met.values() if here is side} for side in (True, False))
            yield from (f"{one} + {other}" for one in mine for other in theirs)
            within = {**around, **local}
        for name in node:
            yield from _torn_in(getattr(node, name), within)


def _placed(part: Any) -> Iterator[tuple[str, tuple[str, bool]]]:
    """Alias → table, and whether its rows lie here: not those that someone else sent."""
    tables, conditions = _taken(part)
    for table in tables:
        if columns_of(table.relname):
            alias = table.alias.aliasname if table.alias else table.relname
            here = any(_names(condition, alias, {"tenant_id"}) for condition in conditions)
            sent = any(_names(condition, alias, columns_of(table.relname)) for condition in conditions)
            if here or sent:
                yield alias, (table.relname, here)


def _taken(part: Any) -> tuple[list[ast.RangeVar], list[Any]]:
    """The tables of a SELECT, UPDATE or DELETE, those of what stands inside it left out, and its conditions."""
    tables: list[ast.RangeVar] = []
    conditions = [part.whereClause]
    sources = list(getattr(part, "fromClause", None) or getattr(part, "usingClause", None) or ())
    if not isinstance(part, ast.SelectStmt):
        sources.append(part.relation)
    while sources:
        source = sources.pop()
        if isinstance(source, ast.JoinExpr):
            sources += [source.larg, source.rarg]
            conditions.append(source.quals)
        elif isinstance(source, ast.RangeVar):
            tables.append(source)
    return tables, conditions


def _unnamed_in(part: Any) -> Iterator[str]:
    tables, conditions = _taken(part)
    for table in tables:
        columns = columns_of(table.relname)
        alias = table.alias.aliasname if table.alias else table.relname
        if columns and not any(_names(condition, alias, columns) for condition in conditions):
            yield table.relname


def _names(condition: Any, alias: str, columns: set[str]) -> bool:
    """Whether a condition compares one of the columns of a table with a constant, whichever way it is met."""
    if isinstance(condition, ast.BoolExpr):
        arms = [_names(arm, alias, columns) for arm in condition.args]
        return (
            any(arms)
            if condition.boolop == BoolExprType.AND_EXPR
            else condition.boolop == BoolExprType.OR_EXPR and all(arms)
        )
    if not isinstance(condition, ast.A_Expr) or condition.kind not in {A_Expr_Kind.AEXPR_OP, A_Expr_Kind.AEXPR_IN}:
        return False
    if condition.kind == A_Expr_Kind.AEXPR_OP and condition.name[0].sval != "=":
        return False
    sides = (condition.lexpr, condition.rexpr)
    return any(
        _is_column(one, alias, columns) and not any(True for _column in _columns(other))
        for one, other in (sides, sides[::-1])
    )


def _is_column(node: Any, alias: str, columns: set[str]) -> bool:
    return isinstance(node, ast.ColumnRef) and [getattr(part, "sval", "") for part in node.fields] in (
        [[alias, column] for column in columns]
    )


def _columns(node: Any) -> Iterator[ast.ColumnRef]:
    if isinstance(node, ast.ColumnRef):
        yield node
    elif isinstance(node, tuple):
        for one in node:
            yield from _columns(one)
    elif isinstance(node, ast.Node):
        for name in node:
            yield from _columns(getattr(node, name))
