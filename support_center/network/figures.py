"""All that the page of the network shows, read once: each platform with its counts as they may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import day_of, working_days_between
from clais.exchange.adoptions.queries import Alike, drift, received_adoptions, received_standings
from clais.exchange.adoptions.rules.drift import Standing
from clais.exchange.publications.instruments import Shelf
from clais.exchange.referrals.delays import Promise
from clais.registry.queries import OpenPlatform, open_platforms, support_centre_of
from clais.small_cells import Cell, Kind
from support_center.instruments.matrix import Adoptions
from support_center.instruments.queries import shelves
from support_center.network import queries
from support_center.network.answers import days_to_answer
from support_center.network.choices import WHOLES
from support_center.network.rules.periods import Period, months_drawn, period_of, periods_drawn
from support_center.network.rules.signals import WINDOW_DAYS, is_silent
from support_center.network.rules.small_cells import Total, cells_of, tells_months, total_of


@dataclass(frozen=True, slots=True)
class Adopted:
    """How many instruments a platform has in their newest version, of those that can be adopted; how many are late."""

    current: int
    asked: int
    late: int


@dataclass(frozen=True, slots=True)
class Line:
    """One platform. `months` are the days to answer of the months that are drawn, None where too few were answered."""

    platform: OpenPlatform
    cells: Mapping[str, Cell]
    days: int | None
    months: tuple[int | None, ...]
    adopted: Adopted
    last: date | None
    signs: int
    certified: int
    """Members who hold a valid certificate today."""

    @property
    def silence(self) -> int:
        """The working days since the last sign of life, or since the platform was opened."""
        opened = max(day_of(self.platform.opened_at), today() - timedelta(days=WINDOW_DAYS))
        return working_days_between(self.last or opened, today())

    @property
    def silent(self) -> bool:
        """Whether that is longer than usual."""
        return is_silent(self.silence, self.signs)


@dataclass(frozen=True, slots=True)
class Network:
    """The platforms of the basin, by name, in a period."""

    period: Period
    lines: Sequence[Line]
    months: Sequence[date]
    promised: int
    days: int | None
    seats: tuple[int, int]
    shelves: Sequence[Shelf]
    adoptions: Adoptions
    standings: Mapping[UUID, Sequence[Alike]]

    @property
    def highest(self) -> int:
        """The most days of a month that is drawn, the promise at least: the scale of all drawings."""
        return max([self.promised, *(days for line in self.lines for days in line.months if days is not None)])

    def total(self, name: str) -> Total:
        """The total of a count, as far as it is shown."""
        return total_of(name, [line.cells for line in self.lines], WHOLES)

    def line_of(self, platform_id: UUID) -> Line | None:
        """One platform."""
        return next((line for line in self.lines if line.platform.id == platform_id), None)


def network_of(session: ScopedSession, who: Actor, period: Period) -> Network:
    """Read the figures of a period: as many statements for many platforms as for few."""
    platforms = open_platforms(session, who.basin_id)
    centre = support_centre_of(session, who.basin_id)
    periods, months = periods_drawn(period), months_drawn(period, today())
    counts, signs = queries.referral_counts(session, periods), queries.signs(session)
    days = days_to_answer(session, periods, months)
    shelved, adoptions = shelves(session), received_adoptions(session)
    certified = queries.certificates_valid(session, today())
    adopted: dict[UUID, date] = {}
    for told in adoptions.values():
        if told.adopted_on:
            adopted[told.tenant_id] = max(told.adopted_on, adopted.get(told.tenant_id, told.adopted_on))
    lines = []
    for platform in platforms:
        key = platform.id
        rows = {
            one.first: cells_of(
                {**counts.get((key, one.first), {}), "timed": days.by_platform.get((key, one.first), (0, 0))[1]}, WHOLES
            )
            for one in periods
        }
        cells, sign = rows[period.first], signs.get(key)
        drawn = {month for month in months if tells_months("timed", rows[period_of(month).first], WHOLES)}
        lines.append(
            Line(
                platform,
                cells,
                days.by_platform[key, period.first][0] if tells_a_median(cells["timed"]) else None,
                tuple(days.by_month.get((key, month)) if month in drawn else None for month in months),
                _adopted(shelved, adoptions, key),
                max(filter(None, (adopted.get(key), sign.last if sign else None)), default=None),
                sign.days if sign else 0,
                certified.get(key, 0),
            )
        )
    of_basin = days.of_basin[period.first] if any(line.days is not None for line in lines) else None
    promised = Promise.of(centre.settings if centre else {}).answer
    seats = queries.seats_offered(session, period)
    return Network(period, lines, months, promised, of_basin, seats, shelved, adoptions, received_standings(session))


def tells_a_median(timed: Cell) -> bool:
    """Whether enough answers can be timed. Decided by what is shown of them, so that a median tells no more."""
    return bool(timed.value) or timed.kind is Kind.NEARLY_ALL


def _adopted(shelved: Sequence[Shelf], adoptions: Adoptions, platform_id: UUID) -> Adopted:
    found = [drift(shelf, adoptions.get((shelf.instrument.id, platform_id))).standing for shelf in shelved]
    asked = [standing for standing in found if standing is not Standing.NOTHING]
    return Adopted(asked.count(Standing.CURRENT), len(asked), asked.count(Standing.LATE))
