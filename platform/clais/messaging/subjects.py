"""Where a notification leads. A feature says in its manifest which of its pages shows which kind of subject."""

from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.feature import composition


def address_of(who: Actor, subject_type: str, subject_id: UUID) -> str | None:
    """The page of a subject that `who` may open, or None."""
    for page in composition().subject_pages:
        if page.subject_type == subject_type and who.may(page.permission):
            values: dict[str, Any] = {page.argument: subject_id}
            return url_for(page.endpoint, **values)
    return None
