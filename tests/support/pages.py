import re
from collections.abc import Callable, Sequence
from datetime import date
from html import unescape
from typing import Any

from tests.support.markup import Attributes, Reader

VOID_FORM_OK = {"dialog"}


class _Lint(Reader):
    def __init__(self) -> None:
        self.problems: list[str] = []
        self.ids: set[str] = set()
        self.headings = 0
        self.title = ""
        self.in_title = False
        self.language: str | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        values = dict(attrs)
        if tag == "html":
            self.language = values.get("lang")
        if tag == "h1":
            self.headings += 1
        if tag == "title":
            self.in_title = True
        if tag == "form" and values.get("method") not in VOID_FORM_OK and "action" not in values:
            self.problems.append("a form without action")
        if tag in {"script", "style"} and not values.get("nonce"):
            self.problems.append(f"<{tag}> without nonce")
        for name in values:
            if name.startswith("on") or name == "style":
                self.problems.append(f"inline {name} on <{tag}>")
        identifier = values.get("id")
        if identifier is not None:
            if identifier in self.ids:
                self.problems.append(f"id {identifier} twice")
            self.ids.add(identifier)

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False


def lint_page(html: str) -> None:
    """Fail on a page without language, title or single h1, with an id twice, or with anything inline."""
    lint = _Lint()
    lint.feed(html)
    problems = list(lint.problems)
    if lint.headings != 1:
        problems.append(f"{lint.headings} h1")
    if not lint.title.strip():
        problems.append("no title")
    if not lint.language:
        problems.append("no language")
    assert not problems, problems


def plain(page: str) -> str:
    """A page as it is read: one space between words, and the signs that are written as codes."""
    return re.sub(r"\s+", " ", page.replace("&#39;", "'"))


def version_sent_to(path: str, page: str) -> str:
    """What the form that goes to `path` says it was drawn from."""
    inside = r"(?:(?!</form>).)*?"
    found = re.search(
        rf'<form[^>]*action="[^"]*{re.escape(path)}"{inside}name="_version" value="([^"]*)"', page, re.DOTALL
    )
    assert found is not None, f"no form to {path} carries a version"
    return found.group(1)


def versions_on(answer: Any) -> tuple[str, str]:
    """What a page of a conflict says was written, blank when nothing was, and what it says is there now."""
    page = unescape(answer.get_data(as_text=True))
    sections = r'(?:<section class="receipt">(.*?)</section>)?\s*<section class="sheet">(.*?)</section>'
    found = re.search(rf'<div class="versions">\s*{sections}', page, re.DOTALL)
    assert found is not None, page[:3000]
    return found.group(1) or "", found.group(2)


def ids_page_by_page(read: Callable[[Any, int], Sequence[Any]]) -> list[Any]:
    """The ids of every page of two rows, one after the other. `read` takes where a page begins, and its length.

    A row is (entity, …) with its `sort_key`; a page has one row more when another one follows.
    """
    found, after = [], None
    for _page in range(20):
        rows = read(after, 2)
        found += [row[0].id for row in rows[:2]]
        if len(rows) <= 2:
            return found
        key = rows[1].sort_key
        after = (key.isoformat() if isinstance(key, date) else str(key), rows[1][0].id)
    message = "the pages have no end"
    raise AssertionError(message)
