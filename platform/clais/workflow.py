"""State machines as tables of transitions. Only `apply` changes a state, and it logs who, when and why."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, String, event, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from clais.actor import Actor
from clais.clock import now, today
from clais.database import NIL, Base, ScopedSession, TenantOwned, tenant_index

_in_transition: ContextVar[bool] = ContextVar("applying a transition", default=False)


class Refused(Exception):  # noqa: N818 - a term of the domain, not a fault.
    """The transition is not allowed from this state or to this actor. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table: source states, target state, permission and label of the button.

    `label` is the gettext id that its button, the dialog behind it and the page of that dialog show; it is empty when
    no button takes the transition. `asks` names the required facts, `reason` or `comment`.
    """

    name: str
    sources: frozenset[str]
    target: str
    permission: str
    label: str = ""
    asks: tuple[str, ...] = ()


class Subject(Protocol):
    """A row with a state: its key, and its state in the attribute of the workflow."""

    id: Any


class StateChange(Base, TenantOwned):
    """One change of the state of a row: who, when, why. Insert-only."""

    __tablename__ = "state_change"
    __table_args__ = (tenant_index("subject_id", "happened_at"), tenant_index("happened_at"))

    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    transition: Mapped[str] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(40))
    comment: Mapped[str | None] = mapped_column(String(500))
    membership_id: Mapped[UUID] = mapped_column(default=NIL)
    actor_name: Mapped[str] = mapped_column(String(120))
    happened_at: Mapped[datetime] = mapped_column(default=now)


def changes_of(session: ScopedSession, subject_id: UUID) -> list[StateChange]:
    """The changes of the state of a row, newest first."""
    return list(session.scalars(_changes_of(session, subject_id)))


def last_change(session: ScopedSession, subject_id: UUID) -> StateChange | None:
    """The last change of the state of a row."""
    return session.scalars(_changes_of(session, subject_id).limit(1)).first()


def _changes_of(session: ScopedSession, subject_id: UUID) -> Select[StateChange]:
    return (
        select(StateChange)
        .where(StateChange.tenant_id == session.scope.tenant_id, StateChange.subject_id == subject_id)
        .order_by(StateChange.happened_at.desc(), StateChange.id.desc())
    )


LogTransition = Callable[[Any, Transition, str, Actor, str | None, str | None], Base]


def log_in_tenant(
    subject: Any, transition: Transition, source: str, actor: Actor, reason: str | None, comment: str | None
) -> Base:
    """The default log: a `StateChange` in the tenant of the subject."""
    return StateChange(
        subject_type=subject.__tablename__,
        subject_id=subject.id,
        transition=transition.name,
        source=source,
        target=transition.target,
        reason=reason,
        comment=comment,
        membership_id=actor.membership_id,
        actor_name=actor.display_name,
    )


@dataclass(frozen=True, slots=True)
class Workflow:
    """A named table of transitions of `column` over `states` (state → label, a gettext id), starting in `initial`.

    Nothing but `apply` writes the column; a new row may name its initial state. `since` names the attribute that
    holds the day of the last transition.
    """

    name: str
    column: "InstrumentedAttribute[str]"
    initial: str
    states: Mapping[str, str]
    transitions: tuple[Transition, ...]
    since: str | None = None
    log: LogTransition = log_in_tenant

    def __post_init__(self) -> None:
        """Refuse a table with unknown states or a duplicate transition from a state; guard the column."""
        names = [(t.name, s) for t in self.transitions for s in t.sources]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.name}: a transition is named twice from one state")
        used = {self.initial} | {t.target for t in self.transitions} | {s for _, s in names}
        if not used <= set(self.states):
            raise ValueError(f"{self.name}: unknown states {sorted(used - set(self.states))}")
        if not event.contains(self.column, "set", _refuse_direct_write):
            event.listen(self.column, "set", _refuse_direct_write, propagate=True)

    def state_of(self, subject: Subject) -> str:
        """The current state of `subject`."""
        return str(getattr(subject, self.column.key))

    def available(self, subject: Subject, permissions: Collection[str]) -> list[Transition]:
        """The transitions from the current state that `permissions` allow, in table order."""
        state = self.state_of(subject)
        return [t for t in self.transitions if state in t.sources and t.permission in permissions]

    def buttons(self, subject: Subject, permissions: Collection[str]) -> dict[str, Transition]:
        """Of the available transitions those that have a button, by name, in table order."""
        return {step.name: step for step in self.available(subject, permissions) if step.label}

    def label_of(self, name: str) -> str:
        """What the button of the transition called `name` says, a gettext id; empty when it has none."""
        return next((step.label for step in self.transitions if step.name == name), "")

    def find(self, name: str, state: str) -> Transition:
        """The transition called `name` from `state`; raises `Refused('wrong_state')`."""
        for transition in self.transitions:
            if transition.name == name and state in transition.sources:
                return transition
        raise Refused("wrong_state")

    def apply(
        self,
        session: ScopedSession,
        subject: Subject,
        name: str,
        actor: Actor,
        *,
        reason: str | None = None,
        comment: str | None = None,
    ) -> Transition:
        """Apply the transition `name` to `subject` and log it. When it raises `Refused`, nothing is changed.

        Codes: `wrong_state`, `not_permitted`, `reason_missing`, `comment_missing`.
        """
        source = self.state_of(subject)
        transition = self.find(name, source)
        if transition.permission not in actor.permissions:
            raise Refused("not_permitted")
        given = {"reason": reason, "comment": comment}
        for fact in transition.asks:
            if not given[fact]:
                raise Refused(f"{fact}_missing")
        with _allow_write():
            setattr(subject, self.column.key, transition.target)
        if self.since is not None and transition.target != source:
            setattr(subject, self.since, today())
        session.add(self.log(subject, transition, source, actor, reason, comment))
        return transition

    def diagram(self) -> Iterator[str]:
        """The lines of a Mermaid state diagram, for the documentation."""
        yield "stateDiagram-v2"
        yield f"    [*] --> {self.initial}"
        for transition in self.transitions:
            for source in sorted(transition.sources):
                yield f"    {source} --> {transition.target}: {transition.name}"


def _refuse_direct_write(target: object, value: str, _old: object, event_token: Any) -> None:
    if _in_transition.get():
        return
    row = inspect(target)
    default = row.mapper.columns[event_token.key].default
    is_new = row.key is None and event_token.key not in row.dict
    if not (is_new and default is not None and value == default.arg):
        raise TypeError(f"{type(target).__name__}.{event_token.key} changes only through its workflow")


@contextmanager
def _allow_write() -> Iterator[None]:
    token = _in_transition.set(True)
    try:
        yield
    finally:
        _in_transition.reset(token)
