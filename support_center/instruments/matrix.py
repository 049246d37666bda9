"""Which platform works with which version of which instrument, and who is late: the page of the centre."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.clock import today
from clais.exchange.adoptions.queries import Told, asked_of
from clais.exchange.adoptions.rules.drift import Drift, Standing, drift_of
from clais.exchange.publications.instruments import Shelf
from clais.registry.models import Tenant
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import lateness, mail_url, near_day, short_day

MARKS = {Standing.LATE: "alert-cell", Standing.NEW: "warn-cell", Standing.EXCEPTED: "warn-cell"}
FEWEST = 5
"""Files below which no number is shown."""
Adoptions = Mapping[tuple[UUID, UUID], Told]


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


class Late(NamedTuple):
    """A platform that should have adopted a version."""

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
    late: list[Late]
    waiting: list[Waiting]


def matrix_of(shelves: Sequence[Shelf], platforms: Sequence[Tenant], adoptions: Adoptions) -> Matrix:
    """The instruments that a platform can have, each with the version of every platform; the longest late first."""
    rows: list[Row] = []
    late: list[tuple[int, Late]] = []
    waiting: list[Waiting] = []
    for shelf in shelves:
        if shelf.in_use is None:
            continue
        told = _Shown(shelf)
        found = [(tenant, adoptions.get((shelf.instrument.id, tenant.id))) for tenant in platforms]
        drifts = [(tenant, adoption, told.drift(adoption)) for tenant, adoption in found]
        cells = tuple(told.cell(adoption, how) for _tenant, adoption, how in drifts)
        page = url_for("instruments.instrument", instrument_id=shelf.instrument.id)
        rows.append(Row(shelf.instrument.name, page, _note(shelf), cells))
        late += [(how.days, _late(shelf, tenant, adoption, how, told)) for tenant, adoption, how in drifts if how.days]
        waiting += _waiting(shelf, drifts)
    late.sort(key=lambda one: -one[0])
    return Matrix(tuple(tenant.name for tenant in platforms), rows, [one for _days, one in late], waiting)


class _Shown:
    """An instrument of the matrix: what many platforms have in common is worded once, and not once a platform."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        asked, day = asked_of(shelf), today()
        self._drift = cache(lambda number, until: drift_of(asked, number, until, day))
        self._day = cache(short_day)
        self._waits = cache(_waits)
        self._share = cache(_share)
        self._local = cache(_local)
        self.url = cache(self._url)

    def drift(self, adoption: Told | None) -> Drift:
        """How far a platform is today from what the centre asks for."""
        return self._drift(adoption.number, adoption.exception_until) if adoption else self._drift(None, None)

    def cell(self, adoption: Told | None, how: Drift) -> Cell:
        """A platform's version, since when, and on how many of its files."""
        mark = MARKS.get(how.standing, "") if how.due else ""
        if adoption is None:
            return Cell(None, self._waits(how), mark, self.url(None), "")
        since = self._day(adoption.adopted_on) if adoption.adopted_on else ""
        share = self._share(adoption.files, adoption.files_in_use)
        local = self._local(adoption.local_parts)
        return Cell(adoption.number, self._waits(how) or since, mark, self.url(adoption.number), share, local)

    def _url(self, number: int | None) -> str:
        newest = self._shelf.in_use.number if self._shelf.in_use else None
        shown = next((one for one in self._shelf.versions if one.number == (number or newest)), None)
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
    if files < FEWEST:
        return _("fewer than 5 files")
    shown = in_use or 0
    others = files - shown
    if 0 < shown < FEWEST or 0 < others < FEWEST:
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


def _late(shelf: Shelf, tenant: Tenant, adoption: Told | None, how: Drift, told: _Shown) -> Late:
    used = adoption.number if adoption else None
    due = near_day(how.due) if how.due else ""
    if used is None:
        why = _("not adopted yet; version %(newest)s was due on %(due)s.", newest=how.newest, due=due)
    else:
        why = _(
            "still on version %(used)s; version %(newest)s was due on %(due)s.",
            used=used,
            newest=how.newest,
            due=due,
        )
    return Late(
        tenant.name,
        shelf.instrument.name,
        lateness(how.due) if how.due else "",
        why,
        told.url(used),
        mail_url(tenant.contact_email) if tenant.contact_email else "",
    )


def _waiting(shelf: Shelf, drifts: Sequence[tuple[Tenant, Told | None, Drift]]) -> Iterator[Waiting]:
    for tenant, adoption, how in drifts:
        if how.standing is Standing.EXCEPTED and adoption is not None and how.due is not None:
            reason = adoption.exception_reason or ""
            yield Waiting(tenant.name, shelf.instrument.name, near_day(how.due), reason)
