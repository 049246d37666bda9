"""The columns of the table of the network, in its order; a new figure is one more of them."""

from collections.abc import Callable
from typing import NamedTuple

from clais.clock import today
from clais.small_cells import Kind
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import relative_day
from support_center.network.figures import Line, Network
from support_center.network.presentation import cell_text, days_text, total_text
from support_center.network.rules.sparks import Spark, spark_of


class Shown(NamedTuple):
    """What a cell says. `mark` repeats its words as a colour; `hidden` says that a number is kept back.

    `spark` draws the months that led to it, those that are drawn below with their words.
    """

    text: str
    mark: str = ""
    hidden: bool = False
    spark: Spark | None = None


class Column(NamedTuple):
    """A column: the figure that it shows, how a platform has it, and the foot of the table. `head` is a gettext id."""

    figure: str
    head: str
    of: Callable[[Network, Line], Shown]
    of_basin: Callable[[Network], str]
    apart: bool = False
    """Whether a line stands before it."""


def _days(network: Network, line: Line) -> Shown:
    spark = spark_of(line.months, network.promised, network.highest)
    if line.days is None:
        return Shown(_("too few"), hidden=True, spark=spark)
    return Shown(days_text(line.days), "warn-cell" if line.days > network.promised else "", spark=spark)


def _count(name: str) -> Callable[[Network, Line], Shown]:
    def shown(_network: Network, line: Line) -> Shown:
        cell = line.cells[name]
        return Shown(cell_text(cell), hidden=cell.kind is not Kind.EXACT)

    return shown


def _total(name: str) -> Callable[[Network], str]:
    return lambda network: total_text(network.total(name))


def _instruments(_network: Network, line: Line) -> Shown:
    adopted = line.adopted
    text = _("%(number)s of %(total)s", number=adopted.current, total=adopted.asked) if adopted.asked else "–"
    return Shown(text, "warn-cell" if adopted.late else "")


def _all_instruments(network: Network) -> str:
    asked = sum(line.adopted.asked for line in network.lines)
    current = sum(line.adopted.current for line in network.lines)
    return _("%(number)s of %(total)s", number=current, total=asked) if asked else "–"


def _activity(_network: Network, line: Line) -> Shown:
    text = relative_day(line.last, today()) if line.last else _("no sign in half a year")
    return Shown(text, "warn-cell" if line.silent else "")


COLUMNS = (
    Column(
        "days",
        N_("Days to answer"),
        _days,
        lambda network: days_text(network.days) if network.days is not None else "",
    ),
    Column("sent", N_("Referrals sent"), _count("sent"), _total("sent"), apart=True),
    Column("arrived", N_("arrived"), _count("arrived"), _total("arrived")),
    Column("started", N_("started"), _count("started"), _total("started")),
    Column("finished", N_("gone to the end"), _count("finished"), _total("finished")),
    Column("seated", N_("Seats taken"), _count("seated"), _total("seated"), apart=True),
    Column("instruments", N_("Instruments up to date"), _instruments, _all_instruments),
    Column(
        "certified",
        N_("Certified agents"),
        lambda _network, line: Shown(str(line.certified)),
        lambda network: str(sum(line.certified for line in network.lines)),
    ),
    Column("activity", N_("Last activity"), _activity, lambda _network: "", apart=True),
)


def silence_text(line: Line) -> str:
    """How long a platform has been silent, as a tag says it."""
    return ngettext("%(num)d working day of silence", "%(num)d working days of silence", line.silence)
