"""What a number of the network counts, what it leaves out and why, what to talk about. Never a name, never a file."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from clais.clock import today
from clais.exchange.adoptions.queries import drift
from clais.exchange.adoptions.rules.drift import Standing
from clais.small_cells import Kind
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, mail_url, near_day
from support_center.network.choices import COHORT, FIGURES, RHYTHMS, WHOLE_NAMES, WHOLES
from support_center.network.columns import COLUMNS
from support_center.network.figures import Line, Network
from support_center.network.presentation import cell_text, days_text, trend_text
from support_center.network.rules.signals import rhythm_of
from support_center.network.rules.small_cells import nearest_shown, rest_of


class Explanation(NamedTuple):
    """What stands beside the table for one number."""

    platform: str
    label: str
    value: str
    facts: tuple[str, ...]
    missing: str
    definition: str
    version: str
    talk: str
    mail: str
    """Where to write to the platform about it; empty where it has no address."""
    cell: str


def explanation_of(network: Network, line: Line, figure: str) -> Explanation:
    """The explanation of one number of one platform."""
    known = FIGURES[figure]
    column = next(column for column in COLUMNS if column.figure == figure)
    facts = _FACTS.get(figure, _facts_of_count(figure))
    counted = f" {_(COHORT)}" if figure in WHOLES or figure == "days" else ""
    return Explanation(
        line.platform.name,
        _(known.label),
        column.of(network, line).text,
        tuple(facts(network, line)),
        _(known.missing),
        f"{_(known.definition)}{counted}",
        _("Definition, version %(version)s, since %(day)s.", version=known.version, day=exact_day(known.since)),
        _(known.talk),
        _mail(line, _(known.label)),
        cell_id(line, figure),
    )


def _mail(line: Line, label: str) -> str:
    """A mail to the platform whose subject names the figure, and nobody."""
    address = line.platform.contact_email
    return mail_url(address, _("The network: %(figure)s", figure=lower_first(label))) if address else ""


def cell_id(line: Line, figure: str) -> str:
    """The id of the link of a cell."""
    return f"{figure}-{line.platform.id}"


def _period_text(network: Network) -> str:
    first, last = network.period.first, network.period.until(today())
    return _("Sent from %(first)s to %(last)s.", first=near_day(first), last=near_day(last))


def _left_out(line: Line, part: str) -> str:
    """How many of the nearest whole that is shown a part leaves out, as far as what is shown tells it."""
    whole = nearest_shown(part, line.cells, WHOLES)
    if whole is None:
        return _("Fewer than 5 were sent: no part of them is shown.")
    total = line.cells[whole].value or 0
    return _(
        "Of %(total)s %(name)s, not counted here: %(count)s.",
        total=total,
        name=_(WHOLE_NAMES[whole]),
        count=cell_text(rest_of(line.cells[part], total)),
    )


def _facts_of_days(network: Network, line: Line) -> Iterator[str]:
    yield _period_text(network)
    yield _left_out(line, "timed")
    if line.days is not None:
        days, promised = days_text(line.days), days_text(network.promised)
        yield _("One in two within %(days)s, promised: %(promised)s.", days=days, promised=promised)
    yield _("Month by month, %(trend)s.", trend=trend_text(line.months))


def _facts_of_count(name: str) -> Callable[[Network, Line], Iterator[str]]:
    def facts(network: Network, line: Line) -> Iterator[str]:
        yield _period_text(network)
        if WHOLES[name] is not None:
            yield _left_out(line, name)
        if name == "seated":
            seats, taken = network.seats
            yield _(
                "Sessions that begin in the period: %(taken)s seats taken of %(seats)s, by all platforms.",
                taken=taken,
                seats=seats,
            )
        if line.cells[name].kind is not Kind.EXACT:
            yield _("The number is kept back: it, or what is missing from it, would tell of fewer than five people.")

    return facts


def _facts_of_instruments(network: Network, line: Line) -> Iterator[str]:
    for shelf in network.shelves:
        how = drift(shelf, network.adoptions.get((shelf.instrument.id, line.platform.id)))
        about = {"name": shelf.instrument.name, "number": how.newest}
        if how.standing is Standing.LATE and how.due is not None:
            yield _("%(name)s: version %(number)s was due on %(day)s.", day=near_day(how.due), **about)
        elif how.waits:
            yield _("%(name)s: version %(number)s can be adopted.", **about)
    missing = line.adopted.asked - line.adopted.current
    yield ngettext("%(num)d is missing.", "%(num)d are missing.", missing) if missing else _("None is missing.")


def _facts_of_activity(_network: Network, line: Line) -> Iterator[str]:
    if line.last is not None:
        yield _("The last sign: %(day)s.", day=near_day(line.last))
    yield ngettext("%(num)d working day without a sign.", "%(num)d working days without a sign.", line.silence)
    yield _(RHYTHMS[rhythm_of(line.signs)])


def _facts_of_certificates(_network: Network, line: Line) -> Iterator[str]:
    yield ngettext(
        "%(num)d agent holds a certificate today.", "%(num)d agents hold a certificate today.", line.certified
    )


_FACTS: dict[str, Callable[[Network, Line], Iterator[str]]] = {
    "days": _facts_of_days,
    "instruments": _facts_of_instruments,
    "activity": _facts_of_activity,
    "certified": _facts_of_certificates,
}
