from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, UOWTransaction

from clais.database.base import TenantOwned
from clais.database.scope import Scope

Result = TypeVar("Result")


class ScopedSession(Session):
    """A session with one fixed scope and actor, so that its identity map never mixes tenants."""

    def __init__(self, engine: Engine, scope: Scope, actor: Any = None) -> None:
        super().__init__(engine, expire_on_commit=False, execution_options={"scope": scope})
        self.info["scope"] = scope
        self.info["actor"] = actor

    @property
    def scope(self) -> Scope:
        scope: Scope = self.info["scope"]
        return scope

    def read_once(self, name: str, read: Callable[[], Result]) -> Result:
        """The result of `read`, called once per session: parts of a page often need the same rows."""
        results: dict[str, Any] = self.info.setdefault("read once", {})
        if name not in results:
            results[name] = read()
        result: Result = results[name]
        return result


@event.listens_for(ScopedSession, "before_flush")
def own_new_rows(session: ScopedSession, _context: UOWTransaction, _instances: object) -> None:
    """Set the tenant of each new row to that of the session, unless the row has one (the database checks it)."""
    for row in session.new:
        if isinstance(row, TenantOwned) and row.tenant_id is None:
            row.tenant_id = session.scope.tenant_id


@contextmanager
def unit_of_work(engine: Engine, scope: Scope, actor: Any = None) -> Iterator[ScopedSession]:
    """One transaction in one scope, committed at the end and rolled back on error. For jobs and commands."""
    with ScopedSession(engine, scope, actor) as session:
        yield session
        session.commit()
