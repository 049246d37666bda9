"""How many statements a page costs, and which tables they read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from tests.support.federation import Browser


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile, without those that find out who asks."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if "user_session" not in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def compiled(engine: Engine) -> Iterator[list[str]]:
    """The statements sent meanwhile whose text was made anew, because none like them was asked before."""
    anew: list[str] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool
    ) -> None:
        if context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT:
            anew.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield anew
    finally:
        event.remove(engine, "before_cursor_execute", note)


def shape(statement: str) -> str:
    """The verb and the first table of a statement."""
    verb = statement.lstrip("(").split(None, 1)[0]
    table = re.search(r"(?:FROM|INTO|UPDATE)\s+(\w+)", statement)
    return f"{verb} {table[1] if table else ''}".strip()


def shapes(engine: Engine, browser: Browser, path: str, **options: Any) -> list[str]:
    """The shapes of the statements of a page, asked for a second time: what is read once a process is read."""
    browser.get(path, **options)
    with statements(engine) as seen:
        browser.get(path, **options)
    return [shape(statement) for statement in seen]
