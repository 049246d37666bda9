"""The process that makes PDF files: texts come in, documents go out; nothing else is read but our typefaces."""

import json
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

SHEET = Path(__file__).with_name("paper.css")
TYPEFACES = Path(__file__).parents[1] / "web" / "static" / "vendor"
MEMORY = 2 << 30
SECONDS = 90


class HouseFetcher(URLFetcher):  # type: ignore[misc]
    """Gives the typefaces that the sheet names, « typeface:name.woff2 », and refuses every other address."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"typeface"})
        manifest = TYPEFACES / "manifest.json"
        served = json.loads(manifest.read_text()) if manifest.exists() else {}
        self._paths = {name: TYPEFACES / file for name, file in served.items() if name.endswith(".woff2")}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - as the library calls it.
        """The content of a typeface. Raises ValueError for anything else."""
        address = urlsplit(url)
        path = self._paths.get(address.path) if address.scheme == "typeface" else None
        if path is None:
            raise ValueError("a text for paper leads nowhere")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})


def made_each(texts: Sequence[str]) -> list[bytes]:
    """The PDF of each text, as PDF/UA asks for it."""
    return [_written(document) for document in _laid_out(texts)]


def made_joint(texts: Sequence[str]) -> bytes:
    """One PDF of several texts, each on pages and with page numbers of its own."""
    documents = list(_laid_out(texts))
    return _written(documents[0].copy([page for document in documents for page in document.pages]))


def _laid_out(texts: Iterable[str]) -> Iterator[Document]:
    typefaces, fetcher = FontConfiguration(), HouseFetcher()
    sheet = CSS(string=SHEET.read_text(), font_config=typefaces, url_fetcher=fetcher)
    for text in texts:
        page = HTML(string=text, url_fetcher=fetcher, base_url=None)
        yield page.render(stylesheets=[sheet], font_config=typefaces)


def _written(document: Document) -> bytes:
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return content


def main() -> None:
    """Read what is to be made, write the documents: for each its length in eight bytes, then its content."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.loads(sys.stdin.buffer.read())
    texts = asked["texts"]
    for content in [made_joint(texts)] if asked["joint"] else made_each(texts):
        sys.stdout.buffer.write(len(content).to_bytes(8) + content)


if __name__ == "__main__":
    main()
