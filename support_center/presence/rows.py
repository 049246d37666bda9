"""The list of presences in words: a person a line, a half-day a column, one week of the session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from flask import url_for

from clais.clock import now, today
from clais.dates import monday_of
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals.workflow import STATES
from clais.exchange.training.presentation import half_day_text
from clais.exchange.training.rules.half_days import HalfDay, by_day
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import day_as, row_day, row_distance
from support_center.presence.choices import ABSENT, MARKS, SIGNS, THERE
from support_center.presence.forms import cell_key, version_read
from support_center.presence.queries import Marked, Marks, Standing
from support_center.presence.rules.tally import Tally, tally_of
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.models import Participant


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its half-day, in words and for the address that chooses it."""

    half_day: HalfDay
    label: str
    words: str
    url: str
    is_now: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What was said of someone on a half-day; `kind` says how it is drawn: pair, mark, ahead, or fixed."""

    kind: str
    id: str = ""
    key: str = ""
    read: str = ""
    mark: str = ""
    sign: str = ""
    words: str = ""
    next_mark: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A person: who, what was said this week, and the numbers of the whole session."""

    participant: Participant
    url: str
    cells: tuple[Cell, ...]
    tally: Tally
    missed: str
    state: str
    contact: str
    referral_url: str
    asked: Cell | None
    asked_about: str


@dataclass(slots=True)
class Grid:
    """One week of a session."""

    week: str
    chosen: HalfDay | None
    heads: list[Head] = field(default_factory=list)
    days: list[tuple[str, int, bool]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    previous_url: str = ""
    next_url: str = ""
    said: str = ""
    rest: int = 0
    flagged: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def open_key(self) -> str:
        """The cell whose question is open."""
        return next((row.asked.key for row in self.rows if row.asked), "")

    @property
    def default_click(self) -> str:
        """What the key Enter says in the words of a reason."""
        asked = next((row.asked for row in self.rows if row.asked), None)
        return f"{asked.key}:excused:{asked.read}" if asked else ""

    @property
    def heading(self) -> str:
        """The half-day that is chosen, in words."""
        if self.chosen is None:
            return _("The session has not begun")
        text = half_day_text(self.chosen)
        return text[:1].upper() + text[1:]


def all_half_days(held: SchemeSession, marks: Marks) -> list[HalfDay]:
    """The half-days of the timetable, and those of an earlier one on which something was said."""
    said = {half_day for of_person in marks.values() for half_day in of_person}
    return sorted(said.union(half_days_of_session(held.starts_on, held.ends_on, held.timetable)))


def chosen_half_day(every: Sequence[HalfDay], asked: HalfDay | None) -> HalfDay | None:
    """The half-day that is asked for, else the last one that has begun, else the first one; None when there is none."""
    if asked in every:
        return asked
    begun = [one for one in every if one.begins <= now()]
    return begun[-1] if begun else next(iter(every), None)


def grid_of(
    held: SchemeSession,
    people: Sequence[Participant],
    marks: Marks,
    standing: Mapping[UUID, Standing],
    *,
    asked: HalfDay | None,
    open_cell: str,
) -> Grid:
    """The week of the half-day `asked`, and the cell `open_cell` (`forms.cell_key`) with its question."""
    every = all_half_days(held, marks)
    chosen = chosen_half_day(every, asked)
    if chosen is None:
        return Grid(week="", chosen=None)
    address = url_for("presence.grid", session_id=held.id)
    mondays = sorted({monday_of(one.day) for one in every})
    place = mondays.index(monday_of(chosen.day))
    shown = [one for one in every if monday_of(one.day) == mondays[place]]
    grid = Grid(
        week=_("week %(num)s of %(most)s", num=place + 1, most=len(mondays)),
        chosen=chosen if chosen.begins <= now() else None,
        heads=_heads(shown, chosen, address),
        days=[(_near(day), len(halves), day == today()) for day, halves in by_day(shown).items()],
        previous_url=_first_of(every, mondays, place - 1, address) if place else "",
        next_url=_first_of(every, mondays, place + 1, address) if place + 1 < len(mondays) else "",
    )
    usual = set(half_days_of_session(held.starts_on, held.ends_on, held.timetable))
    for number, person in enumerate(people):
        said = marks.get(person.id, {})
        cells = tuple(
            _cell(person, head, said.get(head.half_day), f"c{number}-{column}", address, usual)
            for column, head in enumerate(grid.heads)
        )
        grid.rows.append(_row(person, cells, said, standing.get(person.referral_id), grid.heads, open_cell))
    _count(grid, marks)
    return grid


def _near(day: date) -> str:
    return row_day(day) if day == today() else day_as(day, "EEE d")


def _first_of(every: Sequence[HalfDay], mondays: Sequence[date], place: int, address: str) -> str:
    week = [one for one in every if monday_of(one.day) == mondays[place]]
    begun = [one for one in week if one.begins <= now()]
    return f"{address}?demi={(begun or week[:1])[-1].code}"


def _heads(shown: Sequence[HalfDay], chosen: HalfDay, address: str) -> list[Head]:
    moment = now()
    return [
        Head(
            one,
            _("morn.") if one.half == "am" else _("aft."),
            half_day_text(one),
            f"{address}?demi={one.code}",
            is_now=one == chosen and one.begins <= moment,
            is_ahead=one.begins > moment,
        )
        for one in shown
    ]


def _cell(person: Participant, head: Head, said: Marked | None, name: str, address: str, usual: set[HalfDay]) -> Cell:
    if head.is_ahead:
        return Cell("ahead")
    mark = said.mark if said else ""
    sign, words = (_(SIGNS[mark]), _(MARKS[mark])) if mark else ("?", _("still to say"))
    if said and said.note:
        words = f"{words} : {said.note}"
    key = cell_key(person.id, head.half_day)
    return Cell(
        "pair" if head.is_now and head.half_day in usual else "mark" if head.half_day in usual else "fixed",
        name,
        key,
        version_read(said.version if said else None),
        mark,
        sign,
        words,
        # One click on a mark says the contrary; on an absence it opens the question why.
        "present" if not mark else "absent" if mark in THERE else "",
        f"{address}?demi={head.half_day.code}&case={key}",
        said.note or "" if said else "",
    )


def _row(
    person: Participant,
    cells: tuple[Cell, ...],
    said: Mapping[HalfDay, Marked],
    where: Standing | None,
    heads: Sequence[Head],
    open_cell: str,
) -> Row:
    place = next((place for place, cell in enumerate(cells) if cell.key and cell.key == open_cell), None)
    tally = tally_of(one.mark for one in said.values())
    return Row(
        participant=person,
        url=url_for("routing.participant", participant_id=person.id),
        cells=cells,
        tally=tally,
        missed=missed_text(tally),
        state=_(STATES[where.state]) if where else "",
        contact=row_distance(where.moved_at) if where else "",
        referral_url=url_for("routing.show", referral_id=person.referral_id),
        asked=cells[place] if place is not None else None,
        asked_about=heads[place].words if place is not None else "",
    )


def missed_text(tally: Tally) -> str:
    """The absences by their reasons: « 1 valable, 2 sans raison »."""
    parts = [
        ngettext("%(num)d with a good reason", "%(num)d with a good reason", tally.excused) if tally.excused else "",
        ngettext("%(num)d without", "%(num)d without", tally.unexcused) if tally.unexcused else "",
        ngettext("%(num)d because of us", "%(num)d because of us", tally.ours) if tally.ours else "",
        ngettext("%(num)d still to say", "%(num)d still to say", tally.absent) if tally.absent else "",
    ]
    return ", ".join(filter(None, parts))


def _count(grid: Grid, marks: Marks) -> None:
    """The line above the list: of the chosen half-day, how many were there, and of how many nothing is said."""
    for row in grid.rows:
        if row.tally.is_flagged:
            text = ngettext(
                "%(num)d absence without a reason", "%(num)d absences without a reason", row.tally.unexcused
            )
            grid.flagged.append((row.participant.display_name, text, row.referral_url))
    if grid.chosen is None:
        return
    found = [said.mark if (said := marks.get(row.participant.id, {}).get(grid.chosen)) else "" for row in grid.rows]
    there, absent = sum(one in THERE for one in found), sum(one in ABSENT for one in found)
    grid.rest = found.count("")
    grid.said = ", ".join(
        [
            ngettext("%(num)d there", "%(num)d there", there),
            ngettext("%(num)d not there", "%(num)d not there", absent),
            ngettext("%(num)d still to say", "%(num)d still to say", grid.rest),
        ]
    )
