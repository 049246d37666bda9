"""What a feature says of its texts that may be sealed in place of their column."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from clais.database import ScopedSession
from clais.encryption import Keyring


@dataclass(frozen=True, slots=True)
class SealedText:
    """`subject` is the table and the column, such as `action_plan.goal`.

    `erase_copies` erases what else says the text of some rows, such as what was printed: it goes when the text goes.
    """

    subject: str
    erase_copies: Callable[[ScopedSession, Keyring, Collection[UUID]], None]
