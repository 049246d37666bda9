"""Drafts for tests."""

from uuid import UUID

from sqlalchemy import select

from clais.database import NIL
from tenants.drafts import actions
from tenants.drafts.models import Draft
from tenants.people.models import Person
from tests.support.federation import Member


def a_draft(
    member: Member,
    person: Person,
    text: str = "Elle rappelle lundi",
    form: str = "note",
    *,
    subject_id: UUID = NIL,
) -> Draft:
    """What a member is typing in the form of a file, or in the correction of an entry (`subject_id`)."""
    typed = {"note-text": [text]}
    if form == "note_edit":
        typed = {"text": [text], "note_class": ["fact"]}
    if form in {"contact", "contact_edit"}:
        typed = {"summary": [text], "channel": ["email"], "outcome": ["absent"]}
    with member.at_work() as session:
        draft = actions.keep(
            session, member.actor, member.federation.keyring, person.id, form, typed, 0, subject_id=subject_id
        )
    assert draft is not None
    return draft


def drafts_of(member: Member) -> list[Draft]:
    """The drafts that a member reads."""
    with member.at_work() as session:
        return list(session.scalars(select(Draft).order_by(Draft.kept_at)))
