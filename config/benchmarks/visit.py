"""What a first visit costs: the bytes of a page and of all its files, to a browser that has none of them yet."""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from http.client import HTTPConnection
from urllib.parse import urldefrag, urljoin, urlsplit

FETCHED_LINKS = {"stylesheet", "icon", "preload", "manifest", "apple-touch-icon"}
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)")
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", re.IGNORECASE)


class UnexpectedFileError(RuntimeError):
    """A file of a page did not come."""


class _Files(HTMLParser):
    """The addresses that a browser fetches for a page by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "link" and FETCHED_LINKS & set((values.get("rel") or "").split()):
            self.found.append(values.get("href") or "")
        elif tag in {"script", "img"}:
            self.found.append(values.get("src") or "")
        elif tag == "use":
            self.found.append(values.get("href") or "")


def first_visit(host: str, port: int, path: str, cookie: str = "") -> dict[str, int]:
    """The bytes of the answers, heads included, that bring a page and its files: address → bytes.

    Raises UnexpectedFileError.
    """
    connection = HTTPConnection(host, port, timeout=10)
    try:
        size, page = _fetched(connection, path, cookie)
        sizes, waiting = {path: size}, list(files_of(page))
        while waiting:
            address = urldefrag(urljoin(path, waiting.pop())).url
            if address not in sizes and not urlsplit(address).scheme:
                sizes[address], text = _fetched(connection, address, cookie)
                if urlsplit(address).path.endswith(".css"):
                    waiting += [urljoin(address, file) for file in files_of_sheet(text, page)]
        return sizes
    finally:
        connection.close()


def files_of(page: str) -> list[str]:
    """The addresses of the style sheets, scripts, icons and pictures of a page."""
    parser = _Files()
    parser.feed(page)
    return [address for address in parser.found if address]


def files_of_sheet(sheet: str, page: str) -> Iterator[str]:
    """The addresses that a style sheet names; a font whose characters the page does not have is not fetched."""
    rest = FONT_FACE.sub("", sheet)
    for face in FONT_FACE.findall(sheet):
        ranges = [(int(first, 16), int(last or first, 16)) for first, last in RANGE.findall(face)]
        if not ranges or any(first <= ord(character) <= last for character in set(page) for first, last in ranges):
            rest += face
    return (address for address in ADDRESS.findall(rest) if not address.startswith(("data:", "#")))


def _fetched(connection: HTTPConnection, address: str, cookie: str) -> tuple[int, str]:
    connection.request("GET", address, headers={"Accept-Encoding": "gzip, br", "Cookie": cookie})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:  # noqa: PLR2004 - HTTP's code for a file that was found.
        raise UnexpectedFileError(f"{address}: {answer.status}")
    text = gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body
    return len(str(answer.headers).encode()) + len(body), text.decode(errors="replace")
