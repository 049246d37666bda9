"""An answer of a bilan, and its row: where articles 9 and 10 of the GDPR protect it, the row holds it sealed."""

from contextlib import suppress
from dataclasses import dataclass

import structlog

from clais.database import new_id
from clais.encryption import DecryptionFailed, Keyring
from clais.sealing import seal, unseal
from tenants.orientation.models import Bilan, BilanAnswer
from tenants.orientation.rules.dimensions import SENSITIVE

log = structlog.get_logger("tenants.orientation")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found in one dimension: a level from -3 to 2, who noticed it, a note.

    One that is sealed and could not be opened is not `readable`: it says nothing, and nothing may be written over it.
    """

    level: int
    detected_by: str | None = None
    note: str | None = None
    readable: bool = True


UNREADABLE = Answer(0, readable=False)


def written(keyring: Keyring, bilan: Bilan, dimension: str, answer: Answer) -> BilanAnswer:
    """The row of an answer, which is not in the session yet."""
    row = BilanAnswer(tenant_id=bilan.tenant_id, id=new_id(), bilan_id=bilan.id, dimension=dimension)
    if dimension in SENSITIVE:
        facts = sealed_facts(dimension, answer)
        row.sealed = seal(keyring, facts, table=row.__tablename__, tenant_id=row.tenant_id, row_id=row.id)
    else:
        row.level, row.detected_by, row.note = answer.level, answer.detected_by, answer.note
    return row


def sealed_facts(dimension: str, answer: Answer) -> tuple[str, int, str | None, str | None]:
    """What is sealed of an answer: what it is about too, so that health and justice cannot be told for each other."""
    return dimension, answer.level, answer.detected_by, answer.note


def read(keyring: Keyring, row: BilanAnswer) -> Answer:
    """The answer of a row, or UNREADABLE, which is written to the log."""
    if row.sealed is None:
        return Answer(row.level or 0, row.detected_by, row.note)
    with suppress(DecryptionFailed):
        dimension, *told = unseal(keyring, row)
        if dimension == row.dimension:
            return Answer(*told)
    log.error("a sealed answer could not be read", answer=str(row.id))
    return UNREADABLE
