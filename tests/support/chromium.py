"""A real browser on a real server: what a person would see, and everything that the browser complains about."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.accessibility import Reading, read

ROOT = Path(__file__).parents[2]
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or "/usr/bin/chromium"
)
"""The Makefile names the one that it found. The headless shell draws no window around a page, which takes long."""
OF_PLAYWRIGHT = (
    "AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "LensOverlay", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationHints", "PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning", "msEdgeUpdateLaunchServicesPreferredVersion", "msForceBrowserSignIn",
)  # fmt: skip
"""What Playwright turns off. Chromium heeds the last list alone, so ours repeats it."""
BELOW_THE_ADDRESS_BAR = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")
"""Pages of Chromium's own that each window keeps ready, though nobody types an address: they cost more than ours do."""
ARGUMENTS = [
    f"--disable-features={','.join([*OF_PLAYWRIGHT, *BELOW_THE_ADDRESS_BAR])}",
    "--no-sandbox",
    "--disable-background-networking",
    # Without a screen there is nothing for a process of its own to draw.
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-software-rasterizer",
    # A page lives for less than a second: its scripts end before code that was made fast for them pays.
    "--js-flags=--no-opt --no-maglev",
]
SCREENSHOTS = ROOT / "var" / "screenshots"
PICTURES = bool(os.environ.get("CLAIS_PICTURES"))
"""Whether pages are drawn for people to look at. No test reads a picture, and drawing one takes as long as its page."""
UNDRAWN = ["--force-gpu-mem-available-mb=1"]
"""Pages are laid out, and hardly drawn, as there is no memory for it."""
WIDE, NARROW = 1280, 360
PATIENCE = 20_000
"""Milliseconds that a page has, on a machine that does much else. What is there is waited for no longer."""
expect.set_options(timeout=PATIENCE)


class Handler(WSGIRequestHandler):
    """Keeps a connection for the ten files of a page, and writes no line for each."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the browser's own complaints tell what went wrong."""


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of `app` on a real, threaded server."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@contextmanager
def launched() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        drawn = ARGUMENTS if PICTURES else ARGUMENTS + UNDRAWN
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=drawn)
        yield chromium
        chromium.close()


class Visit:
    """A page and everything that the browser complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def violations(self, within: str | None = None) -> list[str]:
        """What axe-core finds wrong on the page, or on the part of it that a selector names."""
        return self.read(within).faults

    def read(self, within: str | None = None) -> Reading:
        """The same, and whether the page is wider than the window, in one look."""
        return read(self.page, within)

    def picture(self, name: str, *, full_page: bool = True) -> None:
        """Keep a picture of the page in var/screenshots/ when someone asked for pictures."""
        if PICTURES:
            self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full_page)

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def check(self, name: str) -> None:
        """The promise of every page, wide and narrow: accessible, fitting, without complaint."""
        for width in (WIDE, NARROW):
            self.page.set_viewport_size({"width": width, "height": 900})
            # What is on its way looks faint: it is looked at when it has come.
            expect(self.page.locator("main [aria-busy=true], main .htmx-request")).to_have_count(0)
            self.picture(f"{name}-{width}")
            faults, sideways = self.read()
            assert not faults, f"{name} at {width} px: {faults}"
            assert sideways <= 0, f"{name} at {width} px scrolls sideways by {sideways} px"
        self.page.set_viewport_size({"width": WIDE, "height": 900})
        assert not self.complaints, f"{name}: {self.complaints}"
