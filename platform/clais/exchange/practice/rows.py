"""The library as a list, for the centre that keeps it and for the platforms that use it.

A basin has some dozens of documents: they are narrowed and sorted here, and stand on one page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from clais.database import NIL
from clais.exchange.practice.choices import DOCUMENT_KINDS
from clais.exchange.practice.models import DocumentUse, PracticeDocument, PracticeDocumentVersion
from clais.exchange.practice.presentation import kind_text
from clais.exchange.practice.schemas import USES
from clais.instruments.choices import LANGUAGE_NAMES
from clais.listing import Cell, Column, Filter, Line
from clais.text import fold
from clais.translation import gettext as _
from clais.web.formatting import near_day


class Held(NamedTuple):
    """A document with its versions, the newest first, and who uses it: the platform at work, or all of them."""

    document: PracticeDocument
    versions: Sequence[PracticeDocumentVersion]
    uses: Sequence[DocumentUse]

    @property
    def newest(self) -> PracticeDocumentVersion | None:
        return next(iter(self.versions), None)

    @property
    def behind(self) -> list[DocumentUse]:
        """Who uses an older version."""
        return [use for use in self.uses if self.newest is not None and use.number < self.newest.number]


def columns(use: str) -> dict[str, Column]:
    """The columns by the names of their sorts; `use` heads that of who uses a document."""
    return {
        "title": Column(_("Document"), css="long-names"),
        "kind": Column(_("Kind"), css="nowrap prio-2"),
        "language": Column(_("Language"), css="nowrap prio-1 wide-only"),
        "issued": Column(_("Version"), css="nowrap span-1"),
        "use": Column(use, css="nowrap span-2"),
    }


def filters(labels: Mapping[str, str]) -> list[Filter]:
    """The choices by which the library is narrowed; `labels` says what each use means here."""
    return [
        Filter("kind", _("Kind"), {code: _(label) for code, label in DOCUMENT_KINDS.items()}),
        Filter("language", _("Language"), dict(LANGUAGE_NAMES)),
        Filter("use", _("Use"), {code: labels[code] for code in USES}),
    ]


def narrowed(held: Iterable[Held], asked: Mapping[str, Any], search: str = "") -> list[Held]:
    """The documents of this kind, language and use, with all words of the search in their title or purpose."""
    words = fold(search).split()
    return [
        one
        for one in held
        if asked.get("kind") in (None, one.document.kind)
        and asked.get("language") in (None, one.document.language)
        and ("use" not in asked or _is_used(one, asked["use"]))
        and all(word in fold(f"{one.document.title} {one.document.purpose}") for word in words)
    ]


def _is_used(held: Held, how: str) -> bool:
    return bool(held.behind) if how == "old" else bool(held.uses) == (how == "used")


def in_order(held: Iterable[Held], sort: str, *, descending: bool) -> list[Held]:
    """The documents in one of the orders of DocumentsSchema; what was withdrawn comes last."""
    found = sorted(held, key=lambda one: (fold(one.document.title), str(one.document.id)), reverse=descending)
    if sort == "kind":
        places = {code: place for place, code in enumerate(DOCUMENT_KINDS)}
        found.sort(key=lambda one: places.get(one.document.kind, len(places)), reverse=descending)
    elif sort == "issued":
        found.sort(key=lambda one: one.newest.issued_on if one.newest else date.min, reverse=descending)
    return sorted(found, key=lambda one: one.document.withdrawn_on is not None)


def lines_of(held: Iterable[Held], address: str, use: Callable[[Held], Cell]) -> list[Line]:
    """The rows. `address` is the page of the document whose id is NIL; `use` says who uses one."""
    return [
        Line(
            one.document.title,
            address.replace(str(NIL), str(one.document.id)),
            (
                Cell(kind_text(one.document)),
                Cell(LANGUAGE_NAMES.get(one.document.language, "")),
                _version(one),
                use(one),
            ),
            quiet=one.document.withdrawn_on is not None,
        )
        for one in held
    ]


def _version(held: Held) -> Cell:
    if held.document.withdrawn_on is not None:
        return Cell(_("withdrawn"), tag=True)
    if held.newest is None:
        return Cell(_("no version"), missing=True)
    return Cell(f"v{held.newest.number}", near_day(held.newest.issued_on))
