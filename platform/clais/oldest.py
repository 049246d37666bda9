"""What a process keeps for a while, in a dict that several threads change: the oldest entries make room."""

from typing import Any


def drop_oldest(kept: dict[Any, Any], most: int) -> None:
    """Let `most` entries stay: those that were put in last."""
    if len(kept) <= most:
        return
    # The keys are taken at once: an iterator fails when another thread adds one.
    keys = list(kept)
    for key in keys[: max(len(keys) - most, 0)]:
        kept.pop(key, None)
