"""Who reads the sensitive facts of a file."""

from datetime import datetime, timedelta
from uuid import UUID

LIFE = timedelta(hours=1)
"""How long an opening with a reason lasts."""
LATELY = timedelta(days=30)
"""So long after someone took a file over themselves, coordinators are told that they read its sensitive facts."""


def reads(
    reader: UUID, *, holds: bool, referent: UUID | None, author: UUID | None, open_until: datetime | None, now: datetime
) -> bool:
    """Whether a member reads a fact without giving a reason, or still after having given one.

    Who holds the permission does, who follows the file, and who noted it; anybody else while their opening lasts.
    """
    return holds or reader in {referent, author} or (open_until is not None and now < open_until)
