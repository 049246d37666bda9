from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import delete

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import BELGIUM, now
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.feature import composition
from clais.sealing import seal
from tenants.people.models import Person
from tenants.people.withheld import IN_CLEAR, in_clear, precise_status
from tenants.sensitive.models import SensitiveFact, SensitiveOpening
from tenants.sensitive.queries import Told, may_erase, may_read, told_by
from tenants.sensitive.rules.access import LIFE

ERASE = "sensitive.erase"
"""The job that erases what is kept no more."""


class NotOpen(Exception):  # noqa: N818 - it names what happened.
    """The reader neither follows the file nor noted the fact, and has not opened it with a reason."""


def note_fact(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    told: Told,
    keep_until: date,
    keyring: Keyring,
    *,
    subject: tuple[str, UUID] | None = None,
) -> SensitiveFact:
    """Keep a sensitive fact, sealed, until a day; `subject` is the column and the row whose text it is."""
    fact = SensitiveFact(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        person_id=person.id,
        author_id=actor.membership_id,
        noted_by=actor.display_name,
        noted_at=now(),
        keep_until=keep_until,
    )
    if subject is not None:
        fact.subject, fact.subject_id = subject
    fact.sealed = seal(
        keyring,
        [told.kind, told.text, told.reason, told.told, told.not_told_because],
        table=fact.__tablename__,
        tenant_id=fact.tenant_id,
        row_id=fact.id,
    )
    session.add(fact)
    record(session, "sensitive.note", "sensitive_fact", fact.id, person_id=person.id)
    make_due(session, ERASE, at=kept_no_more_at(keep_until))
    return fact


def show_fact(
    session: ScopedSession, actor: Actor, person: Person, fact: SensitiveFact, keyring: Keyring
) -> Told | None:
    """What a fact says, to show it once; the showing is on record. None when it could not be decrypted.

    Raises NotOpen.
    """
    if not may_read(session, person, fact, actor):
        raise NotOpen
    record(session, "sensitive.show", "sensitive_fact", fact.id, person_id=person.id)
    return told_by(keyring, fact)


def show_status(session: ScopedSession, actor: Actor, person: Person, keyring: Keyring) -> str | None:
    """The status that the card does not say, to show it once; the showing is on record. Raises NotOpen."""
    if not may_read(session, person, None, actor):
        raise NotOpen
    record(session, "sensitive.show_status", "person", person.id, person_id=person.id)
    return precise_status(keyring, person)


def read_status(session: ScopedSession, actor: Actor, person: Person, keyring: Keyring) -> str | None:
    """The status of a person as the actor may read it: what the card says, or what it does not say, then on record."""
    said = in_clear(person.status)
    if said in IN_CLEAR.values() and may_read(session, person, None, actor):
        return show_status(session, actor, person, keyring)
    return said


def open_facts(session: ScopedSession, actor: Actor, person: Person, reason: str, keyring: Keyring) -> SensitiveOpening:
    """Open the sensitive facts of a file for an hour, with a reason that its coordinators read."""
    moment = now()
    opening = SensitiveOpening(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        person_id=person.id,
        membership_id=actor.membership_id,
        opened_by=actor.display_name,
        opened_at=moment,
        open_until=moment + LIFE,
    )
    opening.sealed = seal(keyring, reason, table=opening.__tablename__, tenant_id=opening.tenant_id, row_id=opening.id)
    session.add(opening)
    record(session, "sensitive.open", "person", person.id, person_id=person.id)
    return opening


def erase_fact(session: ScopedSession, actor: Actor, person: Person, fact: SensitiveFact, keyring: Keyring) -> None:
    """Erase a fact that is needed no more, with what else says it. Raises as `replace_fact`."""
    replace_fact(session, actor, person, fact)
    if fact.subject is not None and fact.subject_id is not None:
        erase_copies(session, keyring, [(fact.subject, fact.subject_id)])


def replace_fact(session: ScopedSession, actor: Actor, person: Person, fact: SensitiveFact) -> None:
    """Erase a fact that another one is noted for, or whose text stands in clear.

    Raises NotOpen, also for who has opened it for an hour.
    """
    if not may_erase(person, fact, actor):
        raise NotOpen
    record(session, "sensitive.remove", "sensitive_fact", fact.id, person_id=person.id)
    session.delete(fact)


def erase_old(session: ScopedSession, day: date, keyring: Keyring) -> int:
    """Erase the facts that were kept until the day before `day` or earlier, with what else says them. Returns how
    many facts.
    """
    old = (SensitiveFact.tenant_id == session.scope.tenant_id, SensitiveFact.keep_until < day)
    columns = (SensitiveFact.id, SensitiveFact.person_id, SensitiveFact.subject, SensitiveFact.subject_id)
    gone = session.execute(delete(SensitiveFact).where(*old).returning(*columns)).all()
    for fact_id, person_id, _subject, _row in gone:
        record(session, "sensitive.erase", "sensitive_fact", fact_id, person_id=person_id)
    erase_copies(session, keyring, [(one.subject, one.subject_id) for one in gone if one.subject])
    return len(gone)


def erase_copies(session: ScopedSession, keyring: Keyring, erased: Iterable[tuple[str, UUID]]) -> None:
    """Erase what else says texts that were sealed: what was printed, what was signed."""
    rows: dict[str, list[UUID]] = defaultdict(list)
    for subject, row_id in erased:
        rows[subject].append(row_id)
    for subject, keys in rows.items():
        composition().sealed_texts[subject].erase_copies(session, keyring, keys)


def kept_no_more_at(keep_until: date) -> datetime:
    """The moment after the last day on which a fact is kept, in Belgium."""
    return datetime.combine(keep_until + timedelta(days=1), time(), BELGIUM)
