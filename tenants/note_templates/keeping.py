"""The templates of a platform, of notes or of plans: added, changed, taken away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.audit.actions import record
from clais.database import ScopedSession, new_id
from clais.workflow import Refused

Facts = Mapping[str, Any]


def _as_they_are(facts: Facts) -> Facts:
    return facts


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of templates: its table, how many a platform has at most, what is written of each."""

    model: Any
    most: int
    facts: tuple[str, ...]
    recorded_as: str
    """Its name in the trail."""
    fitted: Callable[[Facts], Facts] = _as_they_are
    """What is kept of the facts that a form gives."""

    def values(self, template: Any) -> dict[str, Any]:
        """A template as its form shows it."""
        return {name: getattr(template, name) for name in self.facts}


def add(session: ScopedSession, kind: Kind, facts: Facts) -> Any:
    """Add a template. Raises Refused: `too_many` for more than there may be, `named_so` when another has the name."""
    here = select(func.count()).where(kind.model.tenant_id == session.scope.tenant_id)
    if (session.scalar(here) or 0) >= kind.most:
        raise Refused("too_many")
    template = kind.model(id=new_id())
    _write(session, kind, template, facts)
    record(session, f"{kind.recorded_as}.add", kind.recorded_as, template.id)
    return template


def change(session: ScopedSession, kind: Kind, template: Any, facts: Facts) -> None:
    """Correct a template. Raises Refused(`named_so`)."""
    _write(session, kind, template, facts)
    record(session, f"{kind.recorded_as}.change", kind.recorded_as, template.id)


def _write(session: ScopedSession, kind: Kind, template: Any, facts: Facts) -> None:
    kept = kind.fitted(facts)
    try:
        with session.begin_nested():
            for name in kind.facts:
                setattr(template, name, kept[name])
            session.add(template)
    except IntegrityError:
        raise Refused("named_so") from None


def remove(session: ScopedSession, kind: Kind, template: Any) -> None:
    """Take a template away. What was begun with it stays as it is."""
    record(session, f"{kind.recorded_as}.remove", kind.recorded_as, template.id)
    session.delete(template)
    session.flush()
