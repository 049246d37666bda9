"""What the rail says that waits, as its links show it."""

import re

from tests.support.federation import Browser


def waiting(browser: Browser, path: str, page: str = "/notifications") -> int:
    """The number beside the link to `path` on a page; 0 when there is none, or no link."""
    rail = browser.get(page).get_data(as_text=True).partition('<nav class="rail"')[2].partition("</nav>")[0]
    link = re.search(rf'<a href="/[^"/]+{re.escape(path)}"[^>]*>.*?</a>', rail, re.DOTALL)
    found = re.search(r'class="count">(\d+)', link[0]) if link else None
    return int(found[1]) if found else 0
