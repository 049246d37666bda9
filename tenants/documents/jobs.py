"""What the worker does about documents: it erases those whose term is over, and contents that no row leads to, and has
those scanned that came while the scanner gave no answer.
"""

from datetime import datetime, time, timedelta
from itertools import groupby

import structlog

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import moment_of
from clais.encryption import DecryptionFailed
from clais.files.kept import kept_content
from clais.files.scanning import PATIENTLY, Verdict, within
from clais.files.store import StoreFault
from clais.services import services
from tenants.documents.actions.links import forget_ended_links
from tenants.documents.actions.papers import forget
from tenants.documents.actions.scanning import next_held, note_verdict
from tenants.documents.mails import tell_of_virus
from tenants.documents.queries import ended_terms, first_end_of_a_term, has_files_or_links, keys_in_use

FORGET = "documents.forget"
UNDER_WAY = timedelta(hours=1)
"""A content that is younger may belong to a transaction that is not committed yet."""
NIGHT = time(3, 30)

log = structlog.get_logger("tenants.documents")


def forget_ended(session: ScopedSession, _actor: Actor) -> int:
    """Erase the documents whose term is over, with their files. Returns how many."""
    store, erased = services().files, 0
    for person_id, found in groupby(ended_terms(session), key=lambda row: row[0]):
        erased += forget(session, store, person_id, [paper_id for _person, paper_id in found])
    return erased


def next_term_at(session: ScopedSession) -> datetime | None:
    """The night after the next term ends."""
    day = first_end_of_a_term(session)
    return moment_of(max(day, today()), NIGHT) if day is not None else None


def tidy(session: ScopedSession, _actor: Actor) -> int:
    """Erase the links that have ended, and the contents without a row: of what was rolled back, of what is erased."""
    forget_ended_links(session)
    store, used, erased = services().files, keys_in_use(session), 0
    try:
        for found in store.stored(session.scope.tenant_id):
            if found.key not in used and found.since < now() - UNDER_WAY:
                store.delete(session.scope.tenant_id, found.key)
                erased += 1
    except StoreFault:
        log.warning("contents without a row could not be looked for")
        raise
    return erased


def next_tidying_at(session: ScopedSession) -> datetime | None:
    """The next night, wherever something may be left: a row that goes with its person says nothing to anybody."""
    if not (has_files_or_links(session) or _has_contents(session)):
        return None
    night = moment_of(today(), NIGHT)
    return night if night > now() else moment_of(today() + timedelta(days=1), NIGHT)


def _has_contents(session: ScopedSession) -> bool:
    try:
        return any(True for _found in services().files.stored(session.scope.tenant_id))
    except StoreFault:
        log.warning("contents without a row could not be looked for")
        return False  # The next sweep asks again.


def scan_held(session: ScopedSession, actor: Actor) -> Verdict | None:
    """Have the file scanned that has waited longest for it: one a run, as what is locked to note the verdict is let go
    at its end. Returns the verdict.
    """
    held = next_held(session)
    if held is None:
        return None
    found = services()
    try:
        content = kept_content(found.files, found.keyring, held.file, held.paper_id)
    except (LookupError, DecryptionFailed):
        verdict = Verdict.NOT_SCANNED  # There is nothing to hold back: whoever opens it is told so.
    except StoreFault:
        log.warning("a content that waits to be scanned could not be read", file=str(held.file.id))
        verdict = Verdict.NO_ANSWER  # It leaves its turn to the others.
    else:
        verdict = within(found.scanner, PATIENTLY)(content)
    if note_verdict(session, actor, found.files, held, verdict):
        tell_of_virus(session, held.person_id, held.paper_id, found.permissions)
    return verdict
