"""Translation catalogues: each package has a PO file per language beside its code.

All `*/translations/<language>.po` are read and merged at start-up; nothing is compiled.
"""

import io
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = {"fr": "Français", "en": "English"}
"""Code → own name of the languages of the user interface. English is the language of the ids and has no catalogue."""

PLATFORM = Path(__file__).parents[1]
REPOSITORY = PLATFORM.parent
WINGS = ("tenants", "support_center", "config")


def source_folders(root: Path | None = None) -> list[Path]:
    """The folders of sources and catalogues: `platform` and the wings, or `root` alone."""
    return [root] if root else [PLATFORM, *(REPOSITORY / wing for wing in WINGS if (REPOSITORY / wing).is_dir())]


def catalogue_files(language: str, root: Path | None = None) -> list[Path]:
    """The PO files of a language, in a fixed order."""
    return [path for folder in source_folders(root) for path in sorted(folder.rglob(f"translations/{language}.po"))]


def languages(root: Path | None = None) -> set[str]:
    """The languages that have at least one catalogue."""
    return {path.stem for folder in source_folders(root) for path in folder.rglob("translations/*.po")}


def merged_catalogue(language: str, files: Iterable[Path] | None = None) -> Catalog:
    """The catalogues of all packages merged into one; the first translation of an id wins."""
    merged = Catalog(locale=language, domain="messages")
    for path in catalogue_files(language) if files is None else files:
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id and merged.get(message.id, message.context) is None:
                    merged[message.id] = message
    return merged


def translations_of(catalogue: Catalog) -> Translations:
    """The catalogue compiled in memory, for gettext."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


@cache
def translations_into(language: str, extra_folders: tuple[Path, ...] = ()) -> Translations:
    """The translations of a language, read once; empty for a language without catalogue.

    `extra_folders` are folders outside the repository that also have catalogues.
    """
    files = catalogue_files(language)
    for folder in extra_folders:
        files += [path for path in catalogue_files(language, folder) if path not in files]
    return translations_of(merged_catalogue(language, files))
