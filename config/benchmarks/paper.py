"""A long file on paper: its summary, from the rows of the database to the PDF, as the worker makes it."""

import re
import zlib
from contextlib import suppress
from time import perf_counter

from flask import g
from sqlalchemy import insert

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.printing.engine import is_set_up, pdf_of
from config.benchmarks.caseload import Acts
from config.benchmarks.measuring import Timing
from config.benchmarks.report import Row
from tenants.follow_up.models import Note
from tenants.printing.paper import text_of
from tenants.summary.presentation import summary_of

PAPER, LONGEST = "paper", 5.0
"""The name of the line, and the seconds that the worker may take for a file of forty pages."""
NOTES = 175
"""On some forty pages: the line says on how many."""
WORDS = (
    "Reçue en permanence : elle a rappelé l'employeur, qui propose un essai de trois jours. La garde des enfants est "
    "réglée jusqu'à la fin du mois ; elle demande encore l'horaire du bus 71. "
) * 2
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_PAGE = re.compile(rb"/Type\s*/Page\b")


def printed(acts: Acts, times: int) -> list[Row]:
    """The line of the report; none where this machine does not print."""
    if not is_set_up():
        return []
    with acts.at_work() as (session, actor):
        text = _long_text(acts, session, actor)
    found, pages = [], 0
    for _ in range(times):
        begun = perf_counter()
        pages = pages_of(pdf_of(text))
        found.append(perf_counter() - begun)
    return [Row.in_time(PAPER, f"Dossier sur papier, {pages} pages", Timing.of(found), LONGEST * 1000)]


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of ours has."""
    described = [pdf]
    for stream in _STREAM.findall(pdf):
        with suppress(zlib.error):  # Pages stand in packed streams; a typeface may be packed otherwise.
            described.append(zlib.decompress(stream))
    return sum(len(_PAGE.findall(part)) for part in described)


def _long_text(acts: Acts, session: ScopedSession, actor: Actor) -> str:
    """The summary of someone of whom many notes were written, all of it taken back afterwards."""
    g.database = session
    (person,) = acts.people(session, 1)
    note = {
        "tenant_id": person.tenant_id,
        "person_id": person.id,
        "author_id": actor.membership_id,
        "author_name": actor.display_name,
        "text": WORDS,
        "created_at": now(),
    }
    session.execute(insert(Note), [{**note, "id": new_id()} for _ in range(NOTES)])
    return text_of("summary", person, **summary_of(session, person, actor, [])).content
