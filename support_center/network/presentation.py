"""Figures of the network in words: a number that may be shown, or what stands for one that may not."""

from clais.small_cells import Cell, Kind
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from support_center.network.rules.signals import Trend, trend_of
from support_center.network.rules.small_cells import Total

HIDDEN = {
    Kind.FEW: N_("fewer than 5"),
    Kind.NEARLY_ALL: N_("nearly all"),
    Kind.HIDDEN: N_("hidden"),
}
TRENDS = {
    Trend.LONGER: N_("longer: %(first)s → %(last)s days"),
    Trend.SHORTER: N_("shorter: %(first)s → %(last)s days"),
    Trend.STABLE: N_("stable: %(first)s → %(last)s days"),
    Trend.UNKNOWN: N_("too few answers"),
}


def cell_text(cell: Cell) -> str:
    """A count as a cell shows it."""
    return str(cell.value) if cell.value is not None else _(HIDDEN[cell.kind])


def total_text(total: Total) -> str:
    """A total; « at least » where some of it is hidden."""
    return str(total.value) if total.whole else _("at least %(number)s", number=total.value)


def days_text(days: int) -> str:
    """Days as short as a cell is."""
    return ngettext("%(num)d d", "%(num)d d", days)


def trend_text(months: tuple[int | None, ...]) -> str:
    """How the months went, in words."""
    shown = [days for days in months if days is not None]
    if len(shown) == 1:
        return ngettext("%(num)d day", "%(num)d days", shown[0])
    text: str = TRENDS[trend_of(months)]
    return _(text, first=shown[0], last=shown[-1]) if shown else _(text)
