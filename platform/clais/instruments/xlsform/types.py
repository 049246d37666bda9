"""The types of questions: what each is in a definition, and what XLSForm has that a definition has not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clais.instruments.rules.definition import ItemKind
from clais.instruments.xlsform.problems import nearest

KEPT: Mapping[str, ItemKind] = {
    "text": ItemKind.TEXT,
    "string": ItemKind.TEXT,
    "decimal": ItemKind.NUMBER,
    "date": ItemKind.DATE,
    "file": ItemKind.FILE,
}
WIDENED: Mapping[str, ItemKind] = {
    "integer": ItemKind.NUMBER,
    "int": ItemKind.NUMBER,
    "range": ItemKind.NUMBER,
    "datetime": ItemKind.DATE,
    "time": ItemKind.TEXT,
    "barcode": ItemKind.TEXT,
    "image": ItemKind.FILE,
    "photo": ItemKind.FILE,
    "audio": ItemKind.FILE,
    "video": ItemKind.FILE,
}
"""A definition asks these too, but accepts more answers, or other ones."""
YES_NO_LIST = "yes_no"
"""The list of questions of yes and no."""
LIKERT, MULTILINE = "likert", "multiline"
"""The appearances of a scale and of a long text."""
_LEFT_OUT = frozenset(
    [
        "calculate",
        "hidden",
        "acknowledge",
        "trigger",
        "rank",
        "geopoint",
        "geotrace",
        "geoshape",
        "start",
        "end",
        "today",
        "deviceid",
        "phonenumber",
        "username",
        "email",
        "audit",
        "start-geopoint",
        "background-geopoint",
        "background-audio",
        "simserial",
        "subscriberid",
        "imei",
        "uuid",
        "osm",
        "csv-external",
        "xml-external",
        "select_one_external",
        "select_one_from_file",
        "select_multiple_from_file",
    ]
)
KINDS_OF: Mapping[ItemKind, frozenset[ItemKind]] = {
    ItemKind.TEXT: frozenset({ItemKind.TEXT, ItemKind.LONG_TEXT, ItemKind.OCCUPATION, ItemKind.MUNICIPALITY}),
    ItemKind.ONE_OF: frozenset({ItemKind.ONE_OF, ItemKind.SCALE, ItemKind.YES_NO}),
}
"""What our own column may make of a type."""
_BOUND = re.compile(r"(begin|end)[ _](group|repeat|loop)")
_SELECT = re.compile(
    r"(select[ _]one|select1|select[ _]multiple|select[ _]all[ _]that[ _]apply)(?:[ _]from)?(?:\s+(.*))?", re.IGNORECASE
)
_OR_OTHER = re.compile(r"\s+(?:or[ _]other|or specify other)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type says: the kind of an item, its list, and the word of the type.

    `does` is one of: ask, begin, end, note, left_out, unknown.
    """

    does: str
    word: str
    kind: ItemKind | None = None
    list: str = ""
    widened: bool = False
    or_other: bool = False


def meaning(text: str) -> Meaning:
    """What a cell of the column `type` says."""
    plain = " ".join(text.split())
    lowered = plain.lower()
    if bound := _BOUND.fullmatch(lowered):
        return Meaning(bound[1], bound[2])
    first = lowered.partition(" ")[0]
    if lowered == "note":
        return Meaning("note", lowered)
    if first in _LEFT_OUT or lowered.replace(" ", "_").startswith(
        ("select_one_from_file", "select_multiple_from_file")
    ):
        return Meaning("left_out", first)
    if select := _SELECT.fullmatch(plain):
        rest = select[2] or ""
        name = _OR_OTHER.sub("", rest)
        single = select[1].lower().replace(" ", "_") in {"select_one", "select1"}
        return Meaning("ask", first, ItemKind.ONE_OF if single else ItemKind.MANY_OF, name, or_other=name != rest)
    kind = KEPT.get(lowered) or WIDENED.get(lowered)
    return Meaning("ask", lowered, kind, widened=lowered in WIDENED) if kind else Meaning("unknown", plain)


def nearest_type(word: str) -> tuple[str, ...]:
    """The type that a word is most like, or none."""
    return nearest(
        word, {*KEPT, *WIDENED, *_LEFT_OUT, "note", "select_one", "select_multiple", "begin_group", "end_group"}
    )
