"""What axe-core finds wrong on a page. What it has judged and found good in this process it need not judge again."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple
from weakref import WeakSet

from playwright.sync_api import Page

HERE = Path(__file__).parent
AXE = HERE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
equipped = WeakSet[Page]()
"""The windows whose next pages have axe at hand."""
enough: set[str | None] = set()
"""The looks whose contrast this process has measured and found good. What cannot be told apart is never one of them."""
sound: set[int] = set()
"""The traits of the elements of pages in which axe, asked by this process, found nothing wrong but perhaps contrast."""


class Reading(NamedTuple):
    """What is wrong on a page, and by how many pixels it is wider than the window."""

    faults: list[str]
    sideways: int


@cache
def _reading() -> str:
    """What reads a page without axe. It goes along each time, as it is small beside axe."""
    scripts = [(HERE / name).read_text(encoding="utf-8") for name in ("traits.js", "accessibility.js")]
    return (
        "part => { if (!window.accessibility) {" + "\n".join(scripts) + "}"
        "const { scrollWidth, clientWidth } = document.documentElement;"
        "return { traits: traits(part), looks: accessibility.looks(part), sideways: scrollWidth - clientWidth }; }"
    )


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def read(page: Page, within: str | None = None) -> Reading:
    """What is wrong on the page, or on the part of it that a selector names.

    Evaluated outside the page's policy, so axe needs no hole in it; once a page, as reading it takes its time, and not
    at all for a page that has nothing new.
    """
    found: list[str] = []
    met = page.evaluate(_reading(), within)
    traits = None if met["traits"] is None else set(met["traits"])
    if traits is None or not traits <= sound:
        found += judge(page, within)
        if traits and not found:
            sound.update(traits)
    fresh = [here for look, here in met["looks"] if enough.isdisjoint([look, here])]
    if fresh:
        bring_axe(page)
        measured = page.evaluate("([part, fresh]) => accessibility.contrast(part, fresh)", [within, fresh])
        enough.update(measured["enough"])
        found += measured["faults"]
    return Reading(found, met["sideways"])


def judge(page: Page, within: str | None) -> list[str]:
    """What every rule of axe but that of contrast finds wrong."""
    bring_axe(page)
    found: list[str] = page.evaluate("part => accessibility.faults(part)", within)
    return found


@cache
def _axe_at_hand() -> str:
    """What each page of a window begins with whose first one needed axe: sending it along takes longer than its work.
    As a text, it is not even read by those that do not need it.
    """
    return "{ const axe = " + json.dumps(_axe()) + "; window.bringAxe = () => { (0, eval)(axe); }; }"


def bring_axe(page: Page) -> None:
    """Put axe beside a page that has it not."""
    if not page.evaluate("() => { if (!window.axe) window.bringAxe?.(); return 'axe' in window; }"):
        if page not in equipped:
            equipped.add(page)
            page.add_init_script(_axe_at_hand())
        page.evaluate(_axe())
