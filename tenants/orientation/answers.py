"""The answers of a bilan and their rows. Answers under articles 9 and 10 of the GDPR are stored sealed."""

from contextlib import suppress
from dataclasses import dataclass

import structlog

from clais.database import new_id
from clais.encryption import DecryptionFailed, Keyring
from clais.instruments.rules.dimensions import SENSITIVE
from clais.sealing import seal, unseal
from tenants.orientation.models import Bilan, BilanAnswer

log = structlog.get_logger("tenants.orientation")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer in one dimension: a level from -3 to 2, who noticed it, a note.

    A sealed answer that could not be decrypted is not `readable`: it has no content, and must not be overwritten.
    """

    level: int
    detected_by: str | None = None
    note: str | None = None
    readable: bool = True


UNREADABLE = Answer(0, readable=False)


def answer_row(keyring: Keyring, bilan: Bilan, dimension: str, answer: Answer) -> BilanAnswer:
    """The row of an answer, not yet added to the session."""
    row = BilanAnswer(tenant_id=bilan.tenant_id, id=new_id(), bilan_id=bilan.id, dimension=dimension)
    if dimension in SENSITIVE:
        facts = sealed_facts(dimension, answer)
        row.sealed = seal(keyring, facts, table=row.__tablename__, tenant_id=row.tenant_id, row_id=row.id)
    else:
        row.level, row.detected_by, row.note = answer.level, answer.detected_by, answer.note
    return row


def sealed_facts(dimension: str, answer: Answer) -> tuple[str, int, str | None, str | None]:
    """The facts of an answer to seal. They include the dimension, so that two sealed answers cannot be exchanged."""
    return dimension, answer.level, answer.detected_by, answer.note


def read_answer(keyring: Keyring, row: BilanAnswer) -> Answer:
    """The answer of a row; UNREADABLE, with an error in the log, when it cannot be decrypted."""
    if row.sealed is None:
        return Answer(row.level or 0, row.detected_by, row.note)
    with suppress(DecryptionFailed):
        dimension, *facts = unseal(keyring, row)
        if dimension == row.dimension:
            return Answer(*facts)
    log.error("a sealed answer could not be read", answer=str(row.id))
    return UNREADABLE
