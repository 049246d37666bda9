"""How many statements a page costs, and which tables they read."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import CacheStats

from tests.support.federation import Browser


@contextmanager
def _noted(engine: Engine, wanted: Callable[[str, Any], bool]) -> Iterator[list[str]]:
    """The statements sent meanwhile that are wanted, to judge by their text and the context of their execution."""
    seen: list[str] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool
    ) -> None:
        if wanted(statement, context):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements(engine: Engine) -> AbstractContextManager[list[str]]:
    """The statements sent meanwhile, without those that find out who asks."""
    return _noted(engine, lambda statement, _context: "user_session" not in statement)


def compiled(engine: Engine) -> AbstractContextManager[list[str]]:
    """The statements sent meanwhile whose text was made anew, because none like them was asked before."""
    return _noted(
        engine,
        lambda _statement, context: context.compiled is not None and context.cache_hit is not CacheStats.CACHE_HIT,
    )


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
