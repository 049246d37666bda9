"""Reading SQL: which tables a statement takes rows from without saying whose rows by a constant."""

from collections.abc import Iterator
from functools import cache
from re import sub
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import A_Expr_Kind, BoolExprType

from clais.database import TableKind
from config.features import KINDS

WHOSE = {
    TableKind.TENANT: {"tenant_id"},
    # The receiver finds what is sent to it, and someone who signs in where they work.
    TableKind.CROSSING: {"tenant_id", "to_tenant_id"},
}
BESIDES = {"membership": {"tenant_id", "user_id"}}
SELF = {"SelectStmt", "UpdateStmt", "DeleteStmt"}


def columns_of(table: str) -> set[str]:
    """The columns that say whose a row of a table is; none for a table that is no tenant's."""
    found = WHOSE.get(KINDS[table], set()) if table in KINDS else set()
    return found | BESIDES.get(table, set())


@cache
def unnamed(statement: str) -> frozenset[str]:
    """The tables of tenants in a statement of which no constant says whose rows are meant, somewhere."""
    tree = parse_sql(sub(r"%\((\w+)\)s", "NULL", statement.replace("%%", "%")))
    return frozenset(name for part in _parts(tree) for name in _unnamed_in(part))


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


def _unnamed_in(part: Any) -> Iterator[str]:
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
