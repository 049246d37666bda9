"""The rows of the page of the network: what to look at, the table, the months as small drawings, the same as a file."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.clock import today
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import day_as, near_day
from support_center.instruments.matrix import Late, dues_of, late
from support_center.network.choices import FIGURES, RHYTHMS
from support_center.network.columns import COLUMNS, Shown, silence_text
from support_center.network.explanations import cell_id
from support_center.network.figures import Line, Network
from support_center.network.presentation import days_text, trend_text
from support_center.network.rules.signals import MOST, is_rising, last_and_before, rhythm_of, the_first

WIDTH, HEIGHT = 120, 56
"""The drawing of a platform's months; its units are stretched to the place that there is."""
FLOOR = 55


class Signal(NamedTuple):
    """Something to look at: where, what, why, and the one act."""

    platform: str
    icon: str
    tag: str
    why: str
    act: str
    url: str
    explains: bool
    """Whether the act opens the explanation beside the table."""


class CellLink(NamedTuple):
    shown: Shown
    url: str
    id: str
    apart: bool
    about: str
    """The heading of the column, for a narrow place where it may be out of sight."""


class Bar(NamedTuple):
    """A month: where its bar is drawn, and what it says."""

    x: float
    y: float
    width: float
    height: float
    over: bool


class Multiple(NamedTuple):
    """The months of one platform: a drawing, and the same in words."""

    name: str
    bars: tuple[Bar, ...]
    text: str
    days: tuple[str, ...]


class Multiples(NamedTuple):
    """All drawings, on one scale; `promise` is the height of the promise."""

    months: tuple[str, ...]
    promise: float
    rows: tuple[Multiple, ...]

    @property
    def drawn(self) -> list[Multiple]:
        """The platforms with something to draw."""
        return [row for row in self.rows if row.bars]

    @property
    def blank(self) -> str:
        """The names of the others, of which too little was answered."""
        return ", ".join(row.name for row in self.rows if not row.bars)


def address(network: Network, platform_id: UUID | None = None, figure: str | None = None) -> str:
    """The page in a period, with the explanation of one number."""
    return url_for("network.index", periode=network.period.code, plateforme=platform_id, chiffre=figure)


def cells_of_line(network: Network, line: Line) -> list[CellLink]:
    """The cells of a platform, each with the way to its explanation."""
    return [
        CellLink(
            column.of(network, line),
            address(network, line.platform.id, column.figure),
            cell_id(line, column.figure),
            column.apart,
            _(FIGURES[column.figure].label),
        )
        for column in COLUMNS
    ]


def signals(network: Network) -> list[Signal]:
    """At most three things, each with its reason and one act."""
    silent = sorted((line for line in network.lines if line.silent), key=lambda line: -line.silence)
    slower = [line for line in network.lines if is_rising(line.months, network.promised)]
    platforms = [line.platform for line in network.lines]
    dues = dues_of(network.shelves, platforms, network.standings)
    adoptions = [_adoption(late(due)) for due in dues[:MOST] if due.is_late]
    return the_first(
        [[_silence(network, line) for line in silent], adoptions, [_delay(network, line) for line in slower]]
    )


def _silence(network: Network, line: Line) -> Signal:
    if line.last is None:
        why = _("no referral, message or adoption in half a year.")
    else:
        why = _("no referral, message or adoption since %(day)s.", day=near_day(line.last))
    why = f"{why} {_(RHYTHMS[rhythm_of(line.signs)])}"
    url = address(network, line.platform.id, "activity")
    return Signal(line.platform.name, "bell", silence_text(line), why, _("What is known"), url, explains=True)


def _adoption(one: Late) -> Signal:
    return Signal(
        one.platform, "list-check", one.tag, f"{one.instrument} : {one.why}", _("Read"), one.url, explains=False
    )


def _delay(network: Network, line: Line) -> Signal:
    last, before = last_and_before(line.months) or (0, 0)
    why = ngettext(
        "promised: %(num)d day; three months ago %(before)s, now %(last)s.",
        "promised: %(num)d days; three months ago %(before)s, now %(last)s.",
        network.promised,
        before=before,
        last=last,
    )
    url = address(network, line.platform.id, "days")
    tag = _("%(days)s to answer", days=days_text(last))
    return Signal(line.platform.name, "hourglass-split", tag, why, _("What is known"), url, explains=True)


def multiples(network: Network) -> Multiples:
    """The months of each platform on one scale, the promise with them."""
    unit = (FLOOR - 1) / (network.highest or 1)
    rows = tuple(
        Multiple(
            line.platform.name,
            tuple(_bars(line.months, unit, network.promised)),
            trend_text(line.months),
            tuple(_("too few") if days is None else str(days) for days in line.months),
        )
        for line in network.lines
    )
    months = tuple(day_as(month, "MMM y") for month in network.months)
    return Multiples(months, round(FLOOR - network.promised * unit, 1), rows)


def _bars(months: Sequence[int | None], unit: float, promised: int) -> Iterator[Bar]:
    step = WIDTH / (len(months) or 1)
    for place, days in enumerate(months):
        if days is not None:
            height = max(1.0, round(days * unit, 1))
            yield Bar(round(place * step + 1, 1), round(FLOOR - height, 1), round(step - 2, 1), height, days > promised)


def lead(network: Network) -> str:
    """The page in a line."""
    platforms = ngettext("%(num)d platform", "%(num)d platforms", len(network.lines))
    foot = {column.figure: column.of_basin(network) for column in COLUMNS}
    return _(
        "%(platforms)s · referrals since %(day)s: %(sent)s, arrived: %(arrived)s, started: %(started)s",
        platforms=platforms,
        day=near_day(network.period.first),
        sent=foot["sent"],
        arrived=foot["arrived"],
        started=foot["started"],
    )


def file_rows(network: Network) -> Iterator[list[str]]:
    """The table as rows of a file: the same words, the same hiding."""
    until = network.period.until(today())
    yield [
        _("Platform"),
        _("First day"),
        _("Last day"),
        *(_(FIGURES[column.figure].label) for column in COLUMNS),
    ]
    for line in network.lines:
        shown = [column.of(network, line).text for column in COLUMNS]
        yield [line.platform.name, network.period.first.isoformat(), until.isoformat(), *shown]
