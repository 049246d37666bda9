"""Finds missing translations, for the command line and a test, so that no English text reaches a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from clais.catalogues import PLATFORM, REPOSITORY, catalogue_files, source_folders

KEYWORDS: dict[str, Any] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "Message": None,
    "N_": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
OPTIONS = {"**/templates/**": {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}}
LOOSE = re.compile(r" (?=[:;?!»])|(?<=«) ")
"""A space at which a line would break before a French sign of punctuation."""

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)\{\w+\}")


def extracted_ids(root: Path | None = None) -> dict[tuple[str | None, str | tuple[str, ...]], str]:
    """Every text of the sources: (context, id or (singular, plural)) → its first place."""
    found: dict[tuple[str | None, str | tuple[str, ...]], str] = {}
    for folder in source_folders(root):
        for name, line, text, _comments, context in extract_from_dir(str(folder), METHODS, OPTIONS, KEYWORDS):
            if text:
                key = (context, tuple(text) if isinstance(text, (list, tuple)) else text)
                found.setdefault(key, f"{name}:{line}" if root else f"{folder.name}/{name}:{line}")
    return found


def _package_of(path: Path, packages: Sequence[Path]) -> Path | None:
    """The nearest folder above a source that has texts of its own."""
    return next((package for package in packages if package in path.parents), None)


def misplaced_translations(language: str = "fr", root: Path | None = None) -> list[str]:
    """One message per text that stands in another package than its own, sorted.

    A package translates the ids that it uses: in its own catalogue, or in one of the ground floor, which is always
    there. The ground floor leans on no other.
    """
    catalogues = {path.parents[1]: path for path in catalogue_files(language, root)}
    packages = sorted(catalogues, key=lambda package: -len(package.parts))
    ground = PLATFORM if root is None else root
    used: dict[Path | None, set[tuple[str | None, str]]] = {}
    for folder in source_folders(root):
        for name, _line, text, _comments, context in extract_from_dir(str(folder), METHODS, OPTIONS, KEYWORDS):
            if text:
                key = (context, text if isinstance(text, str) else text[0])
                used.setdefault(_package_of(folder / name, packages), set()).add(key)
    translated: dict[Path, set[tuple[str | None, str]]] = {}
    for package, path in catalogues.items():
        with path.open("rb") as stream:
            translated[package] = {(m.context, _first(m.id)) for m in _messages(read_po(stream, locale=language))}
    on_ground = set().union(*(ids for package, ids in translated.items() if package.is_relative_to(ground)))
    faults = []
    for package, ids in translated.items():
        mine = used.get(package, set())
        if package == ground / "clais" / "web":  # Modules of the ground floor without a catalogue of their own.
            mine = mine | used.get(None, set())
        name = package.relative_to(root or REPOSITORY).as_posix()
        faults += [f"{name}: {text!r} is a text of another package" for _context, text in ids - mine]
        faults += [f"{name}: {text!r} is translated in another package" for _context, text in mine - ids - on_ground]
    return sorted(faults)


def missing_translations(language: str = "fr", root: Path | None = None) -> list[str]:
    """One message per fault, sorted; an empty list when the language is complete.

    Faults: a text without translation, empty or fuzzy translations, placeholders that differ, the same id translated
    in two ways, and translations of texts that no source uses any more.
    """
    used = extracted_ids(root)
    known: dict[tuple[str | None, str], Message] = {}
    faults: list[str] = []
    for path in catalogue_files(language, root):
        name = path.relative_to(root or REPOSITORY).as_posix()
        with path.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        faults += [f"{name}: obsolete entry {key!r}" for key in catalogue.obsolete]
        for message in _messages(catalogue):
            key = (message.context, _first(message.id))
            other = known.setdefault(key, message)
            if other.string != message.string:
                faults.append(f"{name}: {key[1]!r} is translated otherwise elsewhere")
            faults += [f"{name}: {key[1]!r} {fault}" for fault in _faults_of(message, catalogue.num_plurals)]
    used_keys = {(context, _first(text)): place for (context, text), place in used.items()}
    faults += [
        f"{place}: {key[1]!r} has no {language} translation" for key, place in used_keys.items() if key not in known
    ]
    faults += [f"{key[1]!r} is translated and no source uses it" for key in known if key not in used_keys]
    return sorted(faults)


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _first(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _faults_of(message: Message, plurals: int) -> Iterator[str]:
    if message.fuzzy:
        yield "is fuzzy"
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if len(ids) > 1 and len(strings) != plurals:
        yield "does not have all its plural forms"
    if not all(strings):
        yield "is empty"
        return
    if any(LOOSE.search(string) for string in strings):
        yield "has a space that breaks before : ; ? ! or »"
    expected = set(PLACEHOLDER.findall(ids[-1]))
    for string in strings:
        present = set(PLACEHOLDER.findall(string))
        # A singular may leave the number out (« un jour »), nothing else.
        if present - expected or (expected - present) - ({"%(num)d", "%(num)s"} if len(ids) > 1 else set()):
            yield "does not have the same placeholders"
