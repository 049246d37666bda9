"""The page that a notification links to, and what it is about in words. A manifest declares both."""

from collections.abc import Iterable
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
