"""What the walks read of a page is what a browser reads of it, broken markup included."""

from html.parser import HTMLParser

import pytest

from tests.isolation.world import World
from tests.support.markup import Attributes, Reader

Met = list[tuple[str, Attributes]]


class _Tags(Reader):
    def __init__(self) -> None:
        self.met: Met = []
        self.texts = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.met.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.met.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self.texts += data


class _TagsOfPython(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.met: Met = []
        self.texts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.met.append((tag, tuple(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.met.append((f"/{tag}", ()))

    def handle_data(self, data: str) -> None:
        self.texts += data


def read(page: str) -> tuple[Met, str]:
    """The tags and the text of a page."""
    reader = _Tags()
    reader.feed(page)
    return reader.met, reader.texts


@pytest.mark.parametrize(
    ("page", "tags", "text"),
    [
        ("<A HREF='/x?a&amp;b' Hidden>&lt;</A>", [("a", (("href", "/x?a&b"), ("hidden", None))), ("/a", ())], "<"),
        ("<input value=/x/ checked>", [("input", (("value", "/x/"), ("checked", None)))], ""),
        ("<use href='#i'/>", [("use", (("href", "#i"),)), ("/use", ())], ""),
        ("<!doctype html><!-- <b> -->< b></ b>1 < 2", [], "< b>1 < 2"),
        ("<p title='a>b' class=>", [("p", (("title", "a>b"), ("class", "")))], ""),
        ("<script nonce=a>'<b>'&amp;</script>", [("script", (("nonce", "a"),)), ("/script", ())], "'<b>'&amp;"),
        ("<textarea><b>&amp;</TEXTAREA>", [("textarea", ()), ("/textarea", ())], "<b>&"),
        # Markup that was stored, and that a page would have let out of an attribute.
        ("<p title=\"\"'><xss onload=1>", [("p", (("title", ""), ("'", None))), ("xss", (("onload", "1"),))], ""),
        ("<p title=''onload=1>", [("p", (("title", ""), ("onload", "1")))], ""),
    ],
)  # fmt: skip
def test_a_tag_is_read_as_a_browser_reads_it(page: str, tags: Met, text: str) -> None:
    assert read(page) == (tags, text)


def test_a_page_is_read_as_python_reads_it(standing_world: World) -> None:
    visitor = standing_world.visitor("coordinator")
    page = visitor.ask("GET", visitor.address("caseload.index")).get_data(as_text=True)
    python = _TagsOfPython()
    python.feed(page)
    assert len(python.met) > 200
    assert read(page) == (python.met, python.texts)
