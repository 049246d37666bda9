"""The page that a notification links to. A manifest declares which page shows which type of subject."""

from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.feature import composition


def subject_url(who: Actor, subject_type: str, subject_id: UUID) -> str | None:
    """The URL of the page of a subject that `who` may open, or None."""
    for page in composition().subject_pages:
        if page.subject_type == subject_type and who.may(page.permission):
            values: dict[str, Any] = {page.argument: subject_id}
            return url_for(page.endpoint, **values)
    return None
