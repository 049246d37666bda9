from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from clais.actor import Actor
from clais.audit.actions import record
from clais.audit.frequency import hold_to_limit
from clais.clock import now
from clais.database import NIL, ScopedSession, new_id
from clais.due.actions import make_due
from clais.workflow import Refused
from tenants.caseload.models import ListExport, SavedView

WRITE_EXPORT = "caseload.write_export"
"""The job that writes the exports which are too long to be written at once."""
FORGET_EXPORTS = "caseload.forget_exports"
KEPT = timedelta(hours=24)
"""So long an export waits for who asked for it."""
MOST_KEPT = 15
"""Views of one member."""
MOST_AT_ONCE = 3
EXPORTED = "person.export"
SHARE = "caseload.share"


def keep_view(
    session: ScopedSession, actor: Actor, label: str, arguments: Mapping[str, str], *, is_shared: bool
) -> SavedView:
    """Keep the filters, order and columns of the list under a name; the view of the actor with that name is replaced.

    Raises Refused: `too_many` for more than MOST_KEPT of one member.
    """
    mine = {
        view.label.casefold(): view
        for view in session.scalars(
            select(SavedView)
            .where(SavedView.tenant_id == session.scope.tenant_id, SavedView.membership_id == actor.membership_id)
            .with_for_update(key_share=True)
        )
    }
    view = mine.get(label.casefold())
    if view is None:
        if len(mine) >= MOST_KEPT:
            raise Refused("too_many")
        view = SavedView(id=new_id(), membership_id=actor.membership_id)
        session.add(view)
    view.label, view.arguments, view.is_shared = label, dict(arguments), is_shared
    session.flush()
    return view


def forget_view(session: ScopedSession, actor: Actor, view_id: UUID) -> SavedView | None:
    """Forget a view of the actor, or one of the team for who may share them; what it was, None when it is gone."""
    whose = SavedView.membership_id == actor.membership_id
    view = session.scalars(
        select(SavedView).where(
            SavedView.tenant_id == session.scope.tenant_id,
            SavedView.id == view_id,
            or_(whose, SavedView.is_shared) if actor.may(SHARE) else whose,
        )
    ).one_or_none()
    if view is not None:
        session.delete(view)
    return view


def note_export(session: ScopedSession, wanted: Mapping[str, Any], people: Sequence[UUID]) -> None:
    """Put on record that the session's actor takes a list away as a file: how it was narrowed, and who is in it.

    `wanted` is what `export.to_json` made. Raises LimitReached.
    """
    hold_to_limit(session, "exports")
    narrowed = [f"{name} : {code}" for name, code in wanted["narrowed"]]
    own = [f"{name} : {wanted[name]}" for name in ("stage", "age") if wanted[name]]
    record(session, EXPORTED, "list", NIL, details={"filters": [*own, *narrowed]}, listed=people)


def ask_export(
    session: ScopedSession, actor: Actor, kind: str, wanted: Mapping[str, Any], total: int, language: str
) -> ListExport:
    """Let the worker write a list of files that is too long to be waited for.

    Raises LimitReached; Refused: `busy` while MOST_AT_ONCE of the actor are being written.
    """
    hold_to_limit(session, "exports")
    under_way = select(func.count()).where(
        ListExport.tenant_id == session.scope.tenant_id,
        ListExport.membership_id == actor.membership_id,
        ListExport.made_at.is_(None),
    )
    if (session.scalar(under_way) or 0) >= MOST_AT_ONCE:
        raise Refused("busy")
    asked = ListExport(
        id=new_id(),
        membership_id=actor.membership_id,
        actor_name=actor.display_name,
        kind=kind,
        language=language,
        wanted=dict(wanted),
        total=total,
        ends_at=now() + KEPT,
    )
    session.add(asked)
    session.flush()
    make_due(session, WRITE_EXPORT)
    make_due(session, FORGET_EXPORTS, at=asked.ends_at)
    return asked


def forget_export(session: ScopedSession, asked: ListExport) -> None:
    """Erase an export, whole or not, before its time."""
    session.delete(asked)
    session.flush()
