"""The meaning of the columns of a model: the text below each of them, if there is one."""

import ast
import inspect
import tomllib
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import Column

from clais.database import Base

RULES = Path(__file__).parents[1] / "columns.toml"


@cache
def _meanings() -> dict[str, str]:
    """The meaning of columns by name, or by full name."""
    found: dict[str, str] = tomllib.loads(RULES.read_text())["meaning"]
    return found


@cache
def _column_docstrings(model: type) -> dict[str, str]:
    """The texts below the attributes of a class and of its bases."""
    found: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if part.__module__.partition(".")[0] in {"clais", "tenants", "support_center"}:
            tree = ast.parse(inspect.getsource(part)).body[0]
            body = tree.body if isinstance(tree, ast.ClassDef) else []
            for line, below in pairwise(body):
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and _is_text(below):
                    found[line.target.id] = " ".join(ast.literal_eval(below.value).split())  # type: ignore[attr-defined]
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def meaning_of_table(model: type[Base]) -> str:
    """What the rows of a table are; empty when the model has no docstring."""
    own = model.__dict__.get("__doc__") or ""
    return " ".join(own.split())


def columns_of(model: type[Base]) -> list[Column[Any]]:
    """The columns of a model, in their order in the table."""
    return list(model.metadata.tables[model.__tablename__].columns)


def meaning_of(model: type[Base], column: Column[object]) -> str:
    """What a column holds: the text in the model, the one in columns.toml, or the table that it refers to."""
    own = _column_docstrings(model).get(column.key)
    if own:
        return own
    targets = sorted({key.column.table.name for key in column.foreign_keys if key.column.key != "tenant_id"})
    named = _meanings()
    if column.key not in named and targets:
        return f"Refers to {', '.join(f'`{name}`' for name in targets)}."
    return named.get(f"{model.__tablename__}.{column.key}") or named.get(column.key, "")


def without_meaning(models: Iterable[type[Base]]) -> list[str]:
    """The columns without a meaning."""
    return [
        f"{model.__tablename__}.{column.key}: say what it is below it in the model, or in columns.toml"
        for model in models
        for column in columns_of(model)
        if not meaning_of(model, column)
    ]
