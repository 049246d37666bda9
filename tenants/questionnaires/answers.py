"""The answers of a filling and their rows. Those to sealed questions are stored encrypted."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from clais.encryption import DecryptionFailed, Keyring
from clais.sealing import seal, unseal
from tenants.questionnaires.models import InstrumentAnswer

log = structlog.get_logger("tenants.questionnaires")


@dataclass(frozen=True, slots=True)
class Given:
    """The answers of a filling as they are stored, item by item; `revisions` has those that were taken back too.

    An answer that cannot be decrypted is in `unreadable` alone, and must not be overwritten.
    """

    answers: Mapping[str, Any] = field(default_factory=dict)
    revisions: Mapping[str, int] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    authors: Mapping[str, str] = field(default_factory=dict)
    """Item → which agent answered last; empty where the person did."""


def put(keyring: Keyring, row: InstrumentAnswer, answer: Any, *, sealed: bool) -> None:
    """Write an answer, as the schema dumps it, into its row; none takes it back."""
    row.value = row.sealed = None
    if answer is None or answer in ("", []):
        return
    if sealed:
        # The item is sealed with the answer, so that two sealed answers cannot be exchanged.
        row.sealed = seal(keyring, [row.item, answer], table=row.__tablename__, tenant_id=row.tenant_id, row_id=row.id)
    else:
        row.value = answer


def given_in(keyring: Keyring, rows: Iterable[InstrumentAnswer]) -> Given:
    """The answers of the rows of one filling."""
    answers, revisions, unreadable = dict[str, Any](), dict[str, int](), set[str]()
    authors = dict[str, str]()
    for row in rows:
        revisions[row.item], authors[row.item] = row.revision, row.given_by
        if row.sealed is not None:
            opened = _opened(keyring, row)
            if opened is None:
                unreadable.add(row.item)
            else:
                answers[row.item] = opened
        elif row.value is not None:
            answers[row.item] = row.value
    return Given(answers, revisions, frozenset(unreadable), authors)


def _opened(keyring: Keyring, row: InstrumentAnswer) -> Any:
    with suppress(DecryptionFailed):
        item, answer = unseal(keyring, row)
        if item == row.item:
            return answer
    log.error("a sealed answer could not be read", answer=str(row.id))
    return None
