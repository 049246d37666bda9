"""The page that a notification links to, and what it is about in words. A manifest declares both."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature import composition
from clais.messaging.models import Notification


def subject_url(who: Actor, subject_type: str, subject_id: UUID) -> str | None:
    """The URL of the page of a subject that `who` may open, or None."""
    for page in composition().subject_pages:
        if page.subject_type == subject_type and who.may(page.permission):
            values: dict[str, Any] = {page.argument: subject_id}
            return url_for(page.endpoint, **values)
    return None


def descriptions(session: ScopedSession, who: Actor, lines: Iterable[Notification]) -> dict[UUID, str]:
    """Subject → what it is about in words, such as a person and a scheme, as far as `who` may read it now.

    It is read when the notifications are shown: they store no name, and what was withdrawn has none any more.
    """
    ids: dict[str, set[UUID]] = {}
    for line in lines:
        ids.setdefault(line.subject_type, set()).add(line.subject_id)
    found: dict[UUID, str] = {}
    for page in composition().subject_pages:
        if page.subject_type in ids and who.may(page.permission) and page.describe is not None:
            found |= page.describe(session, ids.pop(page.subject_type), who)
    return found


def sentences(session: ScopedSession, who: Actor, lines: Sequence[Notification]) -> dict[UUID, str]:
    """Notification → its sentence, with what someone wrote to the reader: as names, it is read when it is shown."""
    keys: dict[str, set[str]] = {}
    for line in lines:
        keys.setdefault(line.subject_type, set()).add(line.dedupe_key)
    found: dict[str, str] = {}
    for page in composition().subject_pages:
        if page.remark is not None and page.subject_type in keys and who.may(page.permission):
            found |= page.remark(session, keys.pop(page.subject_type), who)
    return {line.id: " ".join(filter(None, (line.text, found.get(line.dedupe_key)))) for line in lines}
