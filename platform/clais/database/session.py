from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, UOWTransaction

from clais.database.base import TenantOwned
from clais.database.scope import Scope

Answer = TypeVar("Answer")


class ScopedSession(Session):
    """A session bound for life to one scope and one actor; its identity map never meets another tenant."""

    def __init__(self, engine: Engine, scope: Scope, actor: Any = None) -> None:
        super().__init__(engine.execution_options(scope=scope), expire_on_commit=False)
        self.info["scope"] = scope
        self.info["actor"] = actor

    @property
    def scope(self) -> Scope:
        scope: Scope = self.info["scope"]
        return scope

    def read_once(self, name: str, read: Callable[[], Answer]) -> Answer:
        """What `read` gives, asked once in the life of the session: parts of a page often show the same rows."""
        answers: dict[str, Any] = self.info.setdefault("read once", {})
        if name not in answers:
            answers[name] = read()
        found: Answer = answers[name]
        return found


@event.listens_for(ScopedSession, "before_flush")
def own_new_rows(session: ScopedSession, _context: UOWTransaction, _instances: object) -> None:
    """Give each new row the tenant of its session, unless the row names one (the database checks it)."""
    for row in session.new:
        if isinstance(row, TenantOwned) and row.tenant_id is None:
            row.tenant_id = session.scope.tenant_id


@contextmanager
def unit_of_work(engine: Engine, scope: Scope, actor: Any = None) -> Iterator[ScopedSession]:
    """One transaction in one scope: committed at the end, rolled back on error. For jobs and commands."""
    with ScopedSession(engine, scope, actor) as session:
        yield session
        session.commit()
