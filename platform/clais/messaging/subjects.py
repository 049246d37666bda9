"""Where a notification leads. A feature says which of its pages shows which kind of subject."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from clais.identity.actor import Actor


@dataclass(frozen=True, slots=True)
class SubjectPage:
    subject_type: str
    endpoint: str
    argument: str
    permission: str


_pages: dict[str, SubjectPage] = {}


def subject_page(subject_type: str, endpoint: str, argument: str, permission: str) -> None:
    """Let notifications about `subject_type` lead to `endpoint`, for those who have `permission`.

    `argument` is the name of the endpoint's parameter that takes the subject's id. Two features may show the same
    type, each to its own roles; the first whose permission the reader has is used.
    """
    _pages[endpoint] = SubjectPage(subject_type, endpoint, argument, permission)


def address_of(who: Actor, subject_type: str, subject_id: UUID) -> str | None:
    """The page of a subject that `who` may open, or None."""
    for page in _pages.values():
        if page.subject_type == subject_type and who.may(page.permission):
            values: dict[str, Any] = {page.argument: subject_id}
            return url_for(page.endpoint, **values)
    return None
