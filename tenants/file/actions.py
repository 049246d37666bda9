from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.exc import IntegrityError

from clais.clock import now
from clais.database import ScopedSession
from tenants.people.models import RecentlyOpened

# Built once: it runs each time a file is opened.
_OPENED: Any = RecentlyOpened.__table__
_OPENED_AGAIN = (
    update(_OPENED)
    .where(
        _OPENED.c.tenant_id == bindparam("here"),
        _OPENED.c.membership_id == bindparam("member"),
        _OPENED.c.person_id == bindparam("person"),
    )
    .values(opened_at=bindparam("moment"))
)


def remember_opening(session: ScopedSession, membership_id: UUID, person_id: UUID) -> None:
    """Record that a member opened a file, for their list of recent files."""
    known = session.execute(
        _OPENED_AGAIN,
        {"here": session.scope.tenant_id, "member": membership_id, "person": person_id, "moment": now()},
    )
    if known.rowcount == 0:  # type: ignore[attr-defined]
        try:
            with session.begin_nested():
                session.add(RecentlyOpened(membership_id=membership_id, person_id=person_id))
        except IntegrityError:
            pass  # A concurrent request recorded the same opening.
