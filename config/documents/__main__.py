"""`python -m config.documents`: draw the documents from the code. With `--check`, only say which are not current."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import click

from config.documents.architecture import architecture_page
from config.documents.rights import rights_page
from config.documents.routes import routes_page
from config.documents.states import states_page
from config.documents.tables import tables_page
from config.settings import ROOT

DOCUMENTS = ROOT / "docs"
PAGES: Mapping[str, Callable[[], str]] = {
    "architecture.md": architecture_page,
    "reference/states.md": states_page,
    "reference/rights.md": rights_page,
    "reference/tables.md": tables_page,
    "reference/routes.md": routes_page,
}


def drawn() -> dict[str, str]:
    """Every page as the code has it now, by its path below docs/."""
    return {name: draw() for name, draw in PAGES.items()}


def stale(directory: Path, pages: Mapping[str, str]) -> list[str]:
    """The pages in `directory` that are missing or not as drawn."""
    return [
        name
        for name, text in pages.items()
        if not (directory / name).exists() or (directory / name).read_text() != text
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them; 0 when they are current."""
    pages = drawn()
    if "--check" in arguments:
        found = stale(DOCUMENTS, pages)
        click.echo("\n".join(f"docs/{name} is not current: run make docs" for name in found) or "documents are current")
        return int(bool(found))
    for name, text in pages.items():
        (DOCUMENTS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCUMENTS / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
