"""The browser of the tests is the one that Playwright would start, without what costs time and is not looked at."""

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
OFF = "--disable-features="


def turned_off(command: str) -> list[set[str]]:
    """What each list of features that are turned off has, in the order of the command line."""
    return [set(one.removeprefix(OFF).split(",")) for one in command.split() if one.startswith(OFF)]


def test_what_playwright_turns_off_is_off(chromium: Browser) -> None:
    session = chromium.new_browser_cdp_session()
    theirs, ours = turned_off(session.send("SystemInfo.getInfo")["commandLine"])
    assert theirs <= ours
    session.detach()


def test_no_window_keeps_pages_of_its_own(chromium: Browser) -> None:
    context = chromium.new_context()
    session = chromium.new_browser_cdp_session()
    page = context.new_page()
    kinds = {target["type"] for target in session.send("Target.getTargets")["targetInfos"]}
    session.detach()
    page.close()
    context.close()
    assert kinds == {"page"}
