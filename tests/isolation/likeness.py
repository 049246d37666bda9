"""What a script or the policy of a browser can tell the elements of a page by, whoever and whatever they are about."""

import re
from typing import NamedTuple

from tests.isolation.world import VOLATILE
from tests.support.markup import Attributes, Reader

MARK = "xssRan"
"""What stored markup would set, were it run."""
WORDS = frozenset({"alt", "aria-label", "content", "datetime", "placeholder", "title", "value"})
OF_THE_REQUEST = frozenset({"nonce"})
QUERY = re.compile(r"\?[^#]*")
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


class Likeness(NamedTuple):
    """Likeness that are alike: their tag, that around it, their attributes, and whether they show stored markup."""

    around: str
    tag: str
    attributes: frozenset[tuple[str, str]]
    marked: bool


def likened(name: str, value: str) -> str:
    """The value of an attribute without what it says of someone: which words, whose key, what was asked."""
    if MARK in value:
        return MARK
    if name in WORDS:
        return "words" if value else ""
    return VOLATILE.sub("…", QUERY.sub("?", value) if name.startswith(("href", "action", "hx-")) else value)


class _Elements(Reader):
    def __init__(self) -> None:
        self.found: set[Likeness] = set()
        self._open: list[Likeness] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        kept = frozenset((name, likened(name, value or "")) for name, value in attrs if name not in OF_THE_REQUEST)
        element = Likeness(self._open[-1].tag if self._open else "", tag, kept, marked=False)
        self.found.add(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_data(self, data: str) -> None:
        if MARK in data and self._open:
            self.found.add(self._open[-1]._replace(marked=True))

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass


def elements_of(html: str) -> set[Likeness]:
    """The elements of a page, one of those that are alike."""
    reader = _Elements()
    reader.feed(html)
    return reader.found
