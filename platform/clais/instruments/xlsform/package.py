"""The file of a spreadsheet, unpacked and looked through before a library reads it.

What is read is packed again from the parts that were counted here, so that no other reader sees another file, and no
macro goes on. Sheets are laid out whole by who reads them: how far their cells reach is therefore known first.
"""

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from clais.instruments.xlsform.problems import UnreadableError

LARGEST = 2 * 1024 * 1024
LARGEST_UNPACKED = 12 * 1024 * 1024
"""The bytes of a file, and of all its parts together."""
MOST_PARTS = 500
MOST_ROWS, MOST_COLUMNS = 10_000, 250
"""How far cells with something in them may reach."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_DIGITS = 7
"""Of the number of a row, at most."""
_DAMAGED = (BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, LookupError)
Attributes = Mapping[str, str]
Address = tuple[int, int]
"""Row and column, counted from 1."""


@dataclass(slots=True)
class Looked:
    """What was seen in one part: the cells that have a formula, the farthest row and column with something, and the
    numbers of the shared texts that its cells have.
    """

    formulas: list[Address] = field(default_factory=list)
    farthest: Address = (0, 0)
    shared: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Package:
    """A file that can be read, and what was seen in its sheets."""

    content: bytes
    sheets: Mapping[str, Looked]
    macros: bool


def opened(content: bytes) -> Package:
    """The parts of a file that are safe to read. Raises UnreadableError."""
    if len(content) > LARGEST:
        raise UnreadableError("file_too_large", str(LARGEST // 1024 // 1024))
    if content.startswith(_OLE):
        raise UnreadableError("encrypted" if "EncryptedPackage".encode("utf-16-le") in content else "other_format")
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            parts = dict(_parts(archive))
    except _DAMAGED as error:
        raise (error if isinstance(error, UnreadableError) else UnreadableError("not_a_spreadsheet")) from None
    if "xl/workbook.xml" not in parts:
        raise UnreadableError("other_format" if {"mimetype", "xl/workbook.bin"} & {*names} else "not_a_spreadsheet")
    looked = {name: _look(part) for name, part in parts.items()}
    lengths = _lengths(parts)
    told = sum(lengths[number] for one in looked.values() for number in one.shared if number < len(lengths))
    if told > LARGEST_UNPACKED:  # One long text, told by many cells.
        raise UnreadableError("unpacks_too_large", str(LARGEST_UNPACKED // 1024 // 1024))
    return Package(
        _packed(parts),
        {sheet: looked[name] for sheet, name in _sheets(parts) if name in looked},
        any(name.lower().endswith("vbaproject.bin") for name in names),
    )


def _parts(archive: ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise UnreadableError("unpacks_too_large", str(LARGEST_UNPACKED // 1024 // 1024))
    for entry in entries:
        if _is_encrypted(entry):
            raise UnreadableError("encrypted")
        if entry.filename.endswith((".xml", ".rels")):
            if entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
                raise UnreadableError("not_a_spreadsheet")
            yield entry.filename, archive.read(entry)  # Ends at the size that it declares.


def _is_encrypted(entry: ZipInfo) -> bool:
    return bool(entry.flag_bits & 1)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def _walk(part: bytes, begin: Callable[[str, Attributes], None], text: Callable[[str], None] | None = None) -> None:
    """Call `begin` for each element and `text` for what stands in it. A part that declares a type of document, which
    could hold entities, is refused.
    """

    def refuse(*_declared: object) -> None:
        raise UnreadableError("not_a_spreadsheet")

    parser = expat.ParserCreate("utf-8", " ")  # Whatever it declares: calamine knows no other encoding.
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartElementHandler = lambda name, attributes: begin(name.rpartition(" ")[2], attributes)
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError) as error:
        raise (error if isinstance(error, UnreadableError) else UnreadableError("not_a_spreadsheet")) from None


def _look(part: bytes) -> Looked:
    """What the cells of a sheet have; of any other part, that it is well formed."""
    looked = Looked()
    row = column = 0
    shared = reading = False

    def begin(name: str, attributes: Attributes) -> None:
        nonlocal row, column, shared, reading
        reading = shared and name == "v"
        if name == "row":
            row, column = _number(attributes.get("r"), row + 1), 0
        elif name == "c":
            row, column = _address(attributes["r"]) if "r" in attributes else (row, column + 1)
            shared = attributes.get("t") == "s"
        elif name in {"v", "is", "f"}:
            if name == "f":
                looked.formulas.append((row, column))
            looked.farthest = max(looked.farthest[0], row), max(looked.farthest[1], column)

    def text(said: str) -> None:
        nonlocal reading
        if reading:
            looked.shared.append(_number(said.strip(), 0))
            reading = False

    _walk(part, begin, text)
    if looked.farthest[0] > MOST_ROWS or looked.farthest[1] > MOST_COLUMNS:
        raise UnreadableError("too_far", str(looked.farthest[0]), str(looked.farthest[1]))
    return looked


def _lengths(parts: Mapping[str, bytes]) -> list[int]:
    """The characters of each shared text."""
    lengths: list[int] = []

    def begin(name: str, _attributes: Attributes) -> None:
        if name == "si":
            lengths.append(0)

    def text(said: str) -> None:
        if lengths:
            lengths[-1] += len(said)

    for name, part in parts.items():
        if name.lower() == "xl/sharedstrings.xml":
            _walk(part, begin, text)
    return lengths


def _number(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise UnreadableError("not_a_spreadsheet")
    return int(text)


def _address(text: str) -> Address:
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise UnreadableError("not_a_spreadsheet")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _sheets(parts: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """The sheets of a workbook, each with the name of its part."""
    named, targets = list[tuple[str, str]](), dict[str, str]()

    def sheet(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            ids = (value for key, value in attributes.items() if key.endswith(" id"))
            named.append((attributes.get("name", ""), next(ids, "")))

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")

    _walk(parts["xl/workbook.xml"], sheet)
    _walk(parts.get("xl/_rels/workbook.xml.rels", b"<none/>"), relation)
    return [(name, targets.get(identifier, "")) for name, identifier in named]
