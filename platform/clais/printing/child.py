"""The process that makes a PDF: a text comes in, a document goes out; nothing else is read but our typefaces."""

import json
import resource
import sys
from pathlib import Path
from urllib.parse import urlsplit

from weasyprint import CSS, HTML
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


def made(text: str) -> bytes:
    """The PDF of a text, as PDF/UA asks for it."""
    typefaces, fetcher = FontConfiguration(), HouseFetcher()
    sheet = CSS(string=SHEET.read_text(), font_config=typefaces, url_fetcher=fetcher)
    page = HTML(string=text, url_fetcher=fetcher, base_url=None)
    content: bytes = page.write_pdf(stylesheets=[sheet], font_config=typefaces, pdf_variant="pdf/ua-1")
    return content


def main() -> None:
    """Read the text, write the document."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(made(sys.stdin.buffer.read().decode()))


if __name__ == "__main__":
    main()
