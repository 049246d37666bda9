"""Free texts that tell of health, origin, disability or convictions, kept sealed in place of their column.

The column says a neutral word: so says each list, print and search that knows nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.translation import gettext as _
from tenants.people.models import Person
from tenants.sensitive.actions import NotOpen, erase_fact, note_fact, replace_fact, show_fact
from tenants.sensitive.choices import NEUTRAL
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import Told, facts_of, may_erase, may_read, told_by

SINCE = "_withheld_at"
"""After the name of a column: since when its text is sealed."""

Said = tuple[Any, str]
"""A row, and its column whose text may be sealed."""


@dataclass(frozen=True, slots=True)
class Why:
    """Why a text is sealed: what it tells of, why it is kept, what the person was told, the last day."""

    kind: str
    reason: str
    told: str
    not_told_because: str | None
    keep_until: date

    def of(self, text: str) -> Told:
        """The fact that a text is kept as."""
        return Told(self.kind, text, self.reason, self.told, self.not_told_because)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes a text, with the reason that it is sealed for; without one, it stands in clear."""

    actor: Actor
    keyring: Keyring
    why: Why | None = None


def neutral(subject: str) -> str:
    """What stands in a column in place of its text."""
    return _(NEUTRAL[subject])


def is_withheld(row: Any, column: str) -> bool:
    """Whether the text of a column is sealed, or was until its last day."""
    return getattr(row, f"{column}{SINCE}") is not None


def kept_instead(session: ScopedSession, person_id: UUID, row_id: UUID) -> SensitiveFact | None:
    """The fact that is kept in place of the text of a row."""
    return next((fact for fact in facts_of(session, person_id) if fact.subject_id == row_id), None)


def may_write(session: ScopedSession, actor: Actor, person: Person, row: Any, column: str) -> bool:
    """Whether the actor may write another text: the hour of a reason is for reading."""
    kept = kept_instead(session, person.id, row.id) if is_withheld(row, column) else None
    return kept is None or may_erase(person, kept, actor)


def read_texts(
    session: ScopedSession, actor: Actor, person: Person, said: Iterable[Said], keyring: Keyring
) -> dict[UUID, str]:
    """The sealed texts that the actor may read, by row; each showing is on record."""
    wanted = {row.id for row, column in said if is_withheld(row, column)}
    found: dict[UUID, str] = {}
    for fact in facts_of(session, person.id) if wanted else ():
        if fact.subject_id is not None and fact.subject_id in wanted and may_read(session, person, fact, actor):
            told = show_fact(session, actor, person, fact, keyring)
            if told is not None:
                found[fact.subject_id] = told.text
    return found


def write_text(session: ScopedSession, person: Person, said: Said, text: str | None, writer: Writer) -> bool:
    """Write the text of a column: sealed with a reason, in clear without. What was sealed before is erased.

    Whether it says something else now, or stands elsewhere: not where it is only kept longer, or for another reason.
    Raises NotOpen for who may not read what was sealed.
    """
    (row, column), actor, keyring, why = said, writer.actor, writer.keyring, writer.why
    kept = kept_instead(session, person.id, row.id) if is_withheld(row, column) else None
    told = told_by(keyring, kept) if kept is not None else None
    is_same = told is not None and told.text == text
    if kept is not None:
        if not may_erase(person, kept, actor):
            raise NotOpen
        if why is not None and (told, kept.keep_until) == (why.of(text or ""), why.keep_until):
            return False
        if (why is None or text is None) and not is_same:
            erase_fact(session, actor, person, kept, keyring)
        else:
            replace_fact(session, actor, person, kept)
    if why is None or text is None:
        changed = is_withheld(row, column) or getattr(row, column) != text
        setattr(row, column, text)
        setattr(row, f"{column}{SINCE}", None)
        return changed
    subject = f"{row.__tablename__}.{column}"
    setattr(row, column, neutral(subject))
    setattr(row, f"{column}{SINCE}", now())
    note_fact(session, actor, person, why.of(text), why.keep_until, keyring, subject=(subject, row.id))
    return not is_same


def forget_text(session: ScopedSession, actor: Actor, person: Person, said: Said, keyring: Keyring) -> None:
    """Erase what is sealed in place of a text whose row goes. Raises NotOpen."""
    row, column = said
    kept = kept_instead(session, person.id, row.id) if is_withheld(row, column) else None
    if kept is not None:
        erase_fact(session, actor, person, kept, keyring)


def why_sealed(session: ScopedSession, person: Person, text: str, keyring: Keyring) -> Why | None:
    """Why the same words are sealed in another place of the file already; None where they are not."""
    for fact in facts_with(session, person, text, keyring):
        told = told_by(keyring, fact)
        if told is not None:
            return Why(told.kind, told.reason, told.told, told.not_told_because, fact.keep_until)
    return None


def facts_with(session: ScopedSession, person: Person, text: str, keyring: Keyring) -> list[SensitiveFact]:
    """The facts that are kept in place of a text with these words."""
    told = [(fact, told_by(keyring, fact)) for fact in facts_of(session, person.id) if fact.subject is not None]
    return [fact for fact, said in told if said is not None and said.text == text]


def sealed_text(session: ScopedSession, person: Person, said: Said, keyring: Keyring) -> str | None:
    """What is sealed in place of a text; None where nothing is, or it cannot be decrypted."""
    row, column = said
    kept = kept_instead(session, person.id, row.id) if is_withheld(row, column) else None
    told = told_by(keyring, kept) if kept is not None else None
    return told.text if told is not None else None
