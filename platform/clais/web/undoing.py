"""What was done with one click is taken back with another: the message that says so has the button."""

from flask import flash

UNDO = "undo"
"""The category of such a message: a pair of its text and the address of the act that takes it back."""


def flash_with_undo(text: str, undo_url: str) -> None:
    """Say on the next page what was done, with a button that takes it back. `undo_url` is a route without fields."""
    flash((text, undo_url), UNDO)  # type: ignore[arg-type]
