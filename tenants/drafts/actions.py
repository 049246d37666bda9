"""What is typed is kept, taken up, and gone once it is saved. Nothing of it is put on record: nothing happened yet."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.clock import now
from clais.database import NIL, ScopedSession, new_id
from clais.due.actions import make_due
from clais.encryption import DecryptionFailed, Keyring
from clais.sealing import seal, unseal
from tenants.drafts.models import Draft
from tenants.drafts.queries import draft_of

FORGET_DRAFTS = "drafts.forget"
"""The job that erases the drafts whose time is over."""
LIFE = timedelta(days=30)
Typed = Mapping[str, Sequence[str]]
"""The names of fields of a form, each with what was typed."""


class Newer(Exception):  # noqa: N818 - the domain's term: another page of the author has kept something since.
    """The draft is another one than the page has seen: it is not overwritten."""

    def __init__(self, draft: Draft | None) -> None:
        super().__init__()
        self.draft = draft


def keep(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    person_id: UUID,
    form: str,
    typed: Typed | None,
    seen: int,
    *,
    subject_id: UUID = NIL,
    life: timedelta = LIFE,
) -> Draft | None:
    """Keep what the actor has typed in a form of a file; with None typed, nothing is kept any more.

    `seen` is the version of the draft that the page took up or wrote itself, 0 for none. A draft that is gone is not
    begun anew: what was on its way while its text was saved would come back. Raises Newer.
    """
    draft = draft_of(session, actor, person_id, form, subject_id, held=True)
    if draft is not None and draft.version != seen:
        raise Newer(draft)
    if typed is None:
        if draft is not None:
            session.delete(draft)
            session.flush()
        return None
    if draft is None and seen:
        return None  # What the page had written was saved, or thrown away, since.
    if draft is None:
        draft = _begun(session, actor, person_id, form, subject_id)
    draft.sealed = seal(
        keyring, {name: list(values) for name, values in typed.items()},
        table=draft.__tablename__, tenant_id=draft.tenant_id, row_id=draft.id,
    )  # fmt: skip
    draft.kept_at = now()
    draft.ends_at = _end_of_day(draft.kept_at + life)
    try:
        with session.begin_nested():
            session.add(draft)
    except IntegrityError:  # Another page of the actor began one in the same moment.
        raise Newer(None) from None
    make_due(session, FORGET_DRAFTS, at=draft.ends_at)
    return draft


def _begun(session: ScopedSession, actor: Actor, person_id: UUID, form: str, subject_id: UUID) -> Draft:
    return Draft(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        person_id=person_id,
        membership_id=actor.membership_id,
        user_id=actor.user_id,
        form=form,
        subject_id=subject_id,
    )


def _end_of_day(moment: datetime) -> datetime:
    """One moment for all drafts of a day: the worker comes once for them."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def read(keyring: Keyring, draft: Draft) -> dict[str, list[str]]:
    """What was typed, by the names of the fields. Raises DecryptionFailed."""
    typed: dict[str, list[str]] = unseal(keyring, draft)
    return typed


def throw_away(session: ScopedSession, actor: Actor, person_id: UUID, form: str, subject_id: UUID = NIL) -> None:
    """Erase a draft of the actor, if there is one."""
    draft = draft_of(session, actor, person_id, form, subject_id, held=True)
    if draft is not None:
        session.delete(draft)
        session.flush()


def settle(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    person_id: UUID,
    form: str,
    seen: int,
    field: str,
    saved: str,
    *,
    subject_id: UUID = NIL,
) -> None:
    """Erase the draft of what the actor has just saved: the one that the page had, or one whose text, in `field`, is in
    what was `saved`. Another one, of another page, stays.
    """
    draft = draft_of(session, actor, person_id, form, subject_id, held=True)
    if draft is None:
        return
    if draft.version != seen:
        try:
            text = "\n".join(read(keyring, draft).get(field, ())).strip()
        except DecryptionFailed:
            return
        if _plain(text) not in _plain(saved):
            return
    session.delete(draft)
    session.flush()


def _plain(text: str) -> str:
    return " ".join(text.split())
