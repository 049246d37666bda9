"""What axe-core finds wrong on a page. The contrast of a text is measured once for each way that a text looks."""

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
enough: set[str | None] = set()
"""The looks whose contrast this process has measured and found good. What cannot be told apart is never one of them."""


@cache
def _scripts() -> str:
    return AXE.read_text() + (HERE / "accessibility.js").read_text()


def violations(page: Page, within: str | None = None) -> list[str]:
    """What is wrong on the page, or on the part of it that a selector names.

    Evaluated outside the page's policy, so axe needs no hole in it; once a page, as reading it takes its time.
    """
    if not page.evaluate("'accessibility' in window"):
        page.evaluate(_scripts())
    found: list[str] = page.evaluate("part => accessibility.faults(part)", within)
    looks: list[tuple[str | None, str | None]] = page.evaluate("part => accessibility.looks(part)", within)
    if any(enough.isdisjoint(look) for look in looks):
        measured = page.evaluate("part => accessibility.contrast(part)", within)
        enough.update(measured["enough"])
        found += measured["faults"]
    return found
