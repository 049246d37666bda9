"""Which platform works with which version of which instrument, and who is late: the page of the centre."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.clock import today
from clais.database import NIL
from clais.exchange.adoptions.queries import Alike, Told, asked_of
from clais.exchange.adoptions.rules.drift import Drift, Standing, drift_of
from clais.exchange.publications.instruments import Shelf
from clais.listing import Filter, Listing
from clais.registry.queries import OpenPlatform
from clais.small_cells import LEAST
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import lateness, mail_url, near_day, short_day
from clais.web.lists import Asked, found_text
from support_center.instruments.schemas import DUE, LATE

MARKS = {Standing.LATE: "alert-cell", Standing.NEW: "warn-cell", Standing.EXCEPTED: "warn-cell"}
MOST = 20
"""Platforms beside one another: more are narrowed, or come one page after another."""
Adoptions = Mapping[tuple[UUID, UUID], Told]
NOTHING = Told(NIL, NIL, *(None,) * 7)
"""What a platform says of an instrument that it has not."""


class Cell(NamedTuple):
    """A platform's version of an instrument; no `number` while it has none."""

    number: int | None
    note: str
    mark: str
    url: str
    share: str
    local: str = ""


class Row(NamedTuple):
    name: str
    url: str
    note: str
    cells: tuple[Cell, ...]


class Due(NamedTuple):
    """A platform that has a newer version to adopt than `number`, its own."""

    shelf: Shelf
    platform: OpenPlatform
    number: int | None
    how: Drift

    @property
    def is_late(self) -> bool:
        """Whether the day for it is past."""
        return self.how.standing is Standing.LATE


class Late(NamedTuple):
    """A platform that should have adopted a version, in words."""

    platform: str
    instrument: str
    tag: str
    why: str
    url: str
    mail: str


class Waiting(NamedTuple):
    """A platform that asked to wait, and why."""

    platform: str
    instrument: str
    until: str
    reason: str


class Matrix(NamedTuple):
    platforms: tuple[str, ...]
    rows: list[Row]
    waiting: list[Waiting]


class Columns(NamedTuple):
    """The platforms that the matrix shows; `listing` narrows them and leads to the next ones, where they are many."""

    shown: Sequence[OpenPlatform]
    listing: Listing | None


def dues_of(
    shelves: Iterable[Shelf], platforms: Iterable[OpenPlatform], standings: Mapping[UUID, Sequence[Alike]]
) -> list[Due]:
    """Which platforms have a version to adopt, the longest late first: found once for all that stand alike."""
    day, found = today(), list[Due]()
    by_id = {str(platform.id): platform for platform in platforms}
    for shelf in shelves:
        asked, without = asked_of(shelf), set(by_id)
        for alike in standings.get(shelf.instrument.id, ()):
            there = without.intersection(alike.platforms)
            without -= there
            how = drift_of(asked, alike.number, alike.exception_until, day)
            found += [Due(shelf, by_id[key], alike.number, how) for key in (there if how.waits else ())]
        how = drift_of(asked, None, None, day)
        found += [Due(shelf, by_id[key], None, how) for key in (without if how.waits else ())]
    return sorted(found, key=lambda due: (-due.how.days, due.platform.name))


def columns_of(asked: Asked, platforms: Sequence[OpenPlatform], dues: Sequence[Due]) -> Columns:
    """The platforms that the matrix shows: of those that its address means, by name, as many as can be read."""
    meant, one = list(platforms), asked.filters.get("plateforme")
    if state := asked.filters.get("etat"):
        due = {each.platform.id for each in dues if each.is_late or state == DUE}
        meant = [platform for platform in meant if platform.id in due]
    if one:
        meant = [platform for platform in meant if platform.id == one]
    start = 0
    if asked.after:
        ids = [platform.id for platform in meant]
        start = ids.index(asked.after[1]) + 1 if asked.after[1] in ids else 0
    shown = meant[start : start + MOST]
    is_last = start + MOST >= len(meant)
    listing = Listing(
        _("Instruments and platforms"),
        (),
        (),
        chips=asked.chips(filters_of(platforms if one else ())),
        found=found_text(len(meant), len(platforms), ngettext("%(num)d platform", "%(num)d platforms", len(meant))),
        next_url=None if is_last else asked.next_url(shown[-1].name, shown[-1].id),
        first_url=asked.first_url,
        filters_url=url_for("instruments.matrix_filters", **asked.arguments),
    )
    return Columns(shown, listing if len(platforms) > MOST or asked.filters else None)


def filters_of(platforms: Iterable[OpenPlatform]) -> list[Filter]:
    """The choices by which the matrix is narrowed."""
    return [
        Filter("etat", _("Adoption"), {LATE: _("late"), DUE: _("something to adopt")}),
        Filter("plateforme", _("Platform"), {str(platform.id): platform.name for platform in platforms}),
    ]


def matrix_of(shelves: Sequence[Shelf], platforms: Sequence[OpenPlatform], adoptions: Adoptions) -> Matrix:
    """The instruments that a platform can have, each with the version of every platform."""
    rows: list[Row] = []
    waiting: list[Waiting] = []
    words, day = _Words(), today()
    for shelf in shelves:
        if shelf.in_use is None:
            continue
        asked = asked_of(shelf)
        found = [adoptions.get((shelf.instrument.id, platform.id)) or NOTHING for platform in platforms]
        drift = cache(partial(drift_of, asked, day=day))
        drifts = [drift(told.number, told.exception_until) for told in found]
        urls = {version.number: _version_url(shelf, version.number) for version in shelf.versions}
        cells = tuple(words.cell(told, how, urls) for told, how in zip(found, drifts, strict=True))
        page = url_for("instruments.instrument", instrument_id=shelf.instrument.id)
        rows.append(Row(shelf.instrument.name, page, _note(shelf), cells))
        waiting += _waiting(shelf, zip(platforms, found, drifts, strict=True))
    return Matrix(tuple(tenant.name for tenant in platforms), rows, waiting)


class _Words:
    """The words of cells: what many of them have in common is worded once."""

    def __init__(self) -> None:
        self._day = cache(short_day)
        self._waits = cache(_waits)
        self._share = cache(_share)
        self._local = cache(_local)

    def cell(self, told: Told, how: Drift, urls: Mapping[int, str]) -> Cell:
        """A platform's version, since when, and on how many of its files; `urls` has the page of each version."""
        mark = MARKS.get(how.standing, "") if how.due else ""
        since = self._day(told.adopted_on) if told.adopted_on else ""
        return Cell(
            told.number,
            self._waits(how) or since,
            mark,
            urls.get(told.number, "") if told.number else "",
            self._share(told.files, told.files_in_use),
            self._local(told.local_parts),
        )


def _version_url(shelf: Shelf, number: int | None) -> str:
    """The page of a version; of the newest in use for who has none."""
    newest = shelf.in_use.number if shelf.in_use else None
    shown = next((one for one in shelf.versions if one.number == (number or newest)), None)
    return url_for("instruments.show", version_id=shown.id) if shown else ""


def _note(shelf: Shelf) -> str:
    """v3 since 12 Jan., v4 in review."""
    newest, next_one = shelf.in_use, shelf.in_preparation
    parts = []
    if newest is not None and newest.published_at is not None:
        parts.append(_("v%(number)s since %(day)s", number=newest.number, day=short_day(newest.published_at)))
    if next_one is not None and next_one.state == "in_review":
        parts.append(_("v%(number)s in review", number=next_one.number))
    return ", ".join(parts)


def _share(files: int | None, in_use: int | None) -> str:
    """Of how many files on how many; a few are not told apart. Empty while nobody counted, or there is none."""
    if not files:
        return ""
    if files < LEAST:
        return _("fewer than 5 files")
    shown = in_use or 0
    others = files - shown
    if 0 < shown < LEAST or 0 < others < LEAST:
        if shown > others:
            return _("%(num)s files, most on it", num=files)
        return _("%(num)s files, few on it", num=files)
    return _("%(count)s of %(num)s files", count=shown, num=files)


def _local(parts: int | None) -> str:
    """How many parts the platform changed or added; what they say is not told."""
    return ngettext("%(num)d part of their own", "%(num)d parts of their own", parts) if parts else ""


def _waits(how: Drift) -> str:
    """What a platform still has to do, as short as a cell is; empty when nothing is due."""
    if not how.waits or how.due is None:
        return ""
    if how.standing is Standing.LATE:
        return ngettext(
            "v%(number)s overdue by %(num)d day", "v%(number)s overdue by %(num)d days", how.days, number=how.newest
        )
    if how.standing is Standing.EXCEPTED:
        return _("exception until %(day)s", day=short_day(how.due))
    return _("v%(number)s by %(day)s", number=how.newest, day=short_day(how.due))


def late(due: Due) -> Late:
    """In words, what a platform is late with."""
    newest, day = due.how.newest, near_day(due.how.due) if due.how.due else ""
    if due.number is None:
        why = _("not adopted yet; version %(newest)s was due on %(due)s.", newest=newest, due=day)
    else:
        why = _(
            "still on version %(used)s; version %(newest)s was due on %(due)s.",
            used=due.number,
            newest=newest,
            due=day,
        )
    return Late(
        due.platform.name,
        due.shelf.instrument.name,
        lateness(due.how.due) if due.how.due else "",
        why,
        _version_url(due.shelf, due.number),
        mail_url(due.platform.contact_email) if due.platform.contact_email else "",
    )


def _waiting(shelf: Shelf, drifts: Iterable[tuple[OpenPlatform, Told, Drift]]) -> Iterator[Waiting]:
    for tenant, told, how in drifts:
        if how.standing is Standing.EXCEPTED and how.due is not None:
            yield Waiting(tenant.name, shelf.instrument.name, near_day(how.due), told.exception_reason or "")
