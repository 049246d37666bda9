"""What a job costs whoever does it on the screen: its clicks, and its fields to fill in or to choose."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator

CLICKS = ("click",)
FIELDS = ("check", "uncheck", "fill", "press_sequentially", "select_option")
PROPERTY = "effort"
"""The name under which a test hands its counts to the end of the run."""


@dataclass
class Effort:
    """How many clicks and fields a part of a job took."""

    clicks: int = 0
    fields: int = 0


@contextmanager
def counted() -> Iterator[Effort]:
    """Count what is clicked and filled in while the block runs, in every browser."""
    effort = Effort()

    def counting(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def counted_act(locator: Locator, *arguments: Any, **options: Any) -> Any:
            if name in CLICKS:
                effort.clicks += 1
            else:
                effort.fields += 1
            return act(locator, *arguments, **options)

        return counted_act

    with pytest.MonkeyPatch.context() as patch:
        for name in (*CLICKS, *FIELDS):
            patch.setattr(Locator, name, counting(name, getattr(Locator, name)))
        yield effort


def lines(properties: list[tuple[str, object]]) -> Iterator[str]:
    """The counts among the properties of a test."""
    yield from (str(value) for name, value in properties if name == PROPERTY)
