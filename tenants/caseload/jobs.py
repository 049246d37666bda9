"""What the worker does for lists that are taken away as files: it writes the long ones, and forgets them in time."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, func, select

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.database.keyset import key_text
from clais.due.actions import make_due
from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.sealing import seal, unseal
from clais.services import services
from tenants.caseload.actions import WRITE_EXPORT
from tenants.caseload.export import about_list, cell_from_json, cell_to_json, cells_of, document, from_json
from tenants.caseload.models import ListExport, ListExportPart
from tenants.caseload.queries import files_page

log = structlog.get_logger("tenants.caseload")
ROWS = 2_000
"""The files that one run reads: it says how far it is, and what it read is not read again after a fault."""


def write_export(session: ScopedSession, actor: Actor) -> int:
    """Read the next files of the oldest export that is not whole, or put its parts together. Returns how many it read.

    Each run is one transaction, so a worker that is killed loses the part in hand alone, and another goes on with it.
    """
    asked = session.scalars(
        select(ListExport)
        .where(
            ListExport.tenant_id == session.scope.tenant_id, ListExport.made_at.is_(None), ListExport.ends_at > now()
        )
        .order_by(ListExport.asked_at, ListExport.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if asked is None:
        return 0
    try:
        with session.begin_nested():
            return _write_part(session, actor, asked)
    except (LookupError, ValueError) as error:
        # What it asked for is gone since, as a column after an upgrade: the others do not wait for it.
        log.warning("an export cannot be written", error=type(error).__name__)
        asked.ends_at = now()
        make_due(session, WRITE_EXPORT)
        return 0


def _write_part(session: ScopedSession, actor: Actor, asked: ListExport) -> int:
    """Read the next files of an export, and put it together when they are the last ones. Returns how many it read."""
    here = session.scope.tenant_id
    wanted = from_json(asked.wanted)
    named = set(asked.wanted["columns"])
    columns = tuple(column for column in composition().person_columns if column.name in named)
    parts = _parts(session, asked)
    rows = files_page(session, wanted, columns, _next_key(parts), limit=ROWS)
    page, goes_on = rows[:ROWS], len(rows) > ROWS
    facts = {
        "rows": [[cell_to_json(value) for value in cells_of(row, columns, wanted, actor)] for row in page],
        "people": [str(row[0].id) for row in page],
        "after": [key_text(page[-1].sort_key), str(page[-1][0].id)] if goes_on else None,
    }
    part = ListExportPart(tenant_id=here, id=new_id(), export_id=asked.id, number=len(parts))
    part.sealed = seal(services().keyring, facts, table=part.__tablename__, tenant_id=here, row_id=part.id)
    session.add(part)
    asked.done += len(page)
    if goes_on:
        make_due(session, WRITE_EXPORT)
    else:
        _put_together(session, asked, columns, [*parts, facts])
    return len(page)


def _parts(session: ScopedSession, asked: ListExport) -> list[dict[str, Any]]:
    """What earlier runs read, in order."""
    rows = session.scalars(
        select(ListExportPart)
        .where(ListExportPart.tenant_id == session.scope.tenant_id, ListExportPart.export_id == asked.id)
        .order_by(ListExportPart.number)
    )
    return [unseal(services().keyring, row) for row in rows]


def _next_key(parts: Sequence[dict[str, Any]]) -> tuple[str, UUID] | None:
    """After which row the next files begin; None at the beginning."""
    if not parts:
        return None
    key, row_id = parts[-1]["after"]
    return key, UUID(row_id)


def _put_together(
    session: ScopedSession, asked: ListExport, columns: Sequence[PersonColumn], parts: Sequence[dict[str, Any]]
) -> None:
    """Make the file of the rows that were read; who takes it away is put on record then."""
    here = session.scope.tenant_id
    rows = [[cell_from_json(cell) for cell in row] for part in parts for row in part["rows"]]
    about = about_list(asked.wanted["platform"], asked.actor_name, asked.asked_at, asked.wanted["chips"], len(rows))
    content = document(asked.kind, columns, from_json(asked.wanted), rows, about)
    people = [key for part in parts for key in part["people"]]
    facts = {"file": base64.b64encode(content).decode(), "people": people}
    asked.sealed = seal(services().keyring, facts, table=asked.__tablename__, tenant_id=here, row_id=asked.id)
    asked.total = asked.done = len(rows)
    asked.made_at = now()
    session.execute(
        delete(ListExportPart).where(ListExportPart.tenant_id == here, ListExportPart.export_id == asked.id)
    )


def next_export_at(session: ScopedSession) -> datetime | None:
    """Now when an export waits to be written."""
    here = session.scope.tenant_id
    waits = exists().where(ListExport.tenant_id == here, ListExport.made_at.is_(None), ListExport.ends_at > now())
    return now() if session.scalar(select(waits)) else None


def forget_exports(session: ScopedSession, _actor: Actor) -> None:
    """Erase the exports whose time is over."""
    session.execute(
        delete(ListExport).where(ListExport.tenant_id == session.scope.tenant_id, ListExport.ends_at <= now())
    )


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """When the time of the first export is over."""
    ends = select(func.min(ListExport.ends_at)).where(ListExport.tenant_id == session.scope.tenant_id)
    return session.scalar(ends)
