"""What is left of two agreements to be registered: never more than each of them said."""

from datetime import datetime

Agreement = tuple[datetime | None, str | None]
"""When the person agreed to be registered, and how."""


def narrower(kept: Agreement, other: Agreement) -> Agreement:
    """The older one, whose text said no more. Where one file has none, none is left, and it is asked again."""
    if kept[0] is None or other[0] is None:
        return None, None
    return kept if kept[0] <= other[0] else other
