"""The visits and the appointments of today, in rows with their acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import day_of
from clais.translation import gettext as _
from clais.web.formatting import clock_time, near_day
from tenants.agenda import rows as agenda_rows
from tenants.agenda.queries import AppointmentWithPerson
from tenants.agenda.workflow import AHEAD
from tenants.desk.choices import HOLDS
from tenants.desk.presentation import Screen, asked_text, lateness_of, minutes_text
from tenants.desk.queries import Seen
from tenants.desk.workflow import BEFORE_THE_LAST_STEP, HERE, VISIT
from tenants.people.workflow import MOVE, STAGE

LONG = 20
"""From so many minutes on, waiting is long."""
NOUNS = {
    "receive": "entree", "resume": "reprise", "finish": "fin", "queue": "file", "leave": "depart",
    "cancel": "erreur", "count": "compte", "call": "rappel", "undo": "retour",
}  # fmt: skip
"""Step → the last word of its address."""
_MAIN = {"waiting": "receive", "received": "finish", "on_hold": "resume"}
_MENU = {
    "waiting": ("leave", "cancel"),
    "received": ("queue",),
    "on_hold": ("queue", "finish", "leave"),
}
_ORDER = {state: place for place, state in enumerate(HERE)}


@dataclass(frozen=True, slots=True)
class Act:
    """A button, or with `link` a link."""

    label: str
    url: str
    link: bool = False


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit: who, what they ask, how long they wait, with whom, what can be done.

    `chooses`: with whom is still to be said; `holds`: why it can be put on hold; `ended`: how it ended.
    """

    id: UUID
    name: str
    url: str
    under: str
    state: str
    waits: str
    is_long: bool
    whom: str
    whom_under: str
    chooses: bool
    main: Act | None
    others: Sequence[Act] = field(default_factory=list)
    holds: Sequence[Act] = ()
    ended: str = ""


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """An appointment of today whose person is not there yet."""

    row: agenda_rows.Row
    name: str
    late: str
    purpose: str
    agent: str
    place: str
    by_phone: bool
    others: Sequence[agenda_rows.Act]


@dataclass(frozen=True, slots=True)
class LastStep:
    """The last click at the desk, which can be taken back."""

    what: str
    label: str
    url: str


def visit_lines(
    seen: Iterable[Seen], screen: Screen, names: Mapping[UUID, str], free: str, actor: Actor
) -> list[VisitLine]:
    """Who is here: first who waits, by their wait, then who is on hold, then who is with somebody."""
    here = sorted((one for one in seen if one.goes_on), key=lambda one: (_ORDER[one.visit.state], one.visit.arrived_at))
    return [visit_line(one, screen, names, free, actor) for one in here]


def visit_line(one: Seen, screen: Screen, names: Mapping[UUID, str], free: str, actor: Actor) -> VisitLine:
    """One visit in a row."""
    visit = one.visit
    chooses = visit.state == "waiting" and visit.agent_id is None and not actor.may("follow_up.write")
    nobody = one.person is None and visit.sealed is None and visit.state == "waiting"
    whom, under = _whom(one, names, free)
    return VisitLine(
        id=visit.id,
        name=screen.name_of(one),
        url=screen.url_of(one) or url_for("desk.show", visit_id=visit.id),
        under=_under(one),
        state=visit.state,
        waits=_waits(one),
        is_long=visit.state == "waiting" and one.waited >= LONG,
        whom=whom,
        whom_under=under,
        chooses=chooses and not nobody,
        main=_main(one, actor, nobody=nobody, chooses=chooses),
        others=_others(one, actor, nobody=nobody),
        holds=_holds(visit.id) if actor.may("desk.write") and visit.state in {"waiting", "received"} else (),
        ended=_ended(one),
    )


def _under(one: Seen) -> str:
    closed = one.person is not None and one.person.stage == "closed"
    earlier = near_day(one.visit.arrived_on) if one.visit.arrived_on != today() else ""
    return " · ".join(filter(None, (earlier, asked_text(one), _("closed file") if closed else "")))


def _waits(one: Seen) -> str:
    if one.visit.state == "waiting":
        return minutes_text(one.waited)
    if one.visit.state == "on_hold":
        reason = one.current.reason if one.current else None
        return _(HOLDS.get(reason, reason)) if reason else _(VISIT.states[one.visit.state]).lower()
    return _("waited %(time)s", time=minutes_text(one.waited))


def _whom(one: Seen, names: Mapping[UUID, str], free: str) -> tuple[str, str]:
    visit = one.visit
    if visit.agent_id is None:
        return _("to choose"), free if visit.state == "waiting" else ""
    name = names.get(visit.agent_id, "")
    if visit.state == "received" and one.current:
        return name, _("since %(hour)s", hour=clock_time(one.current.began_at))
    if visit.state == "waiting" and visit.told_at:
        return name, _("told at %(hour)s", hour=clock_time(visit.told_at))
    return name, ""


def _ended(one: Seen) -> str:
    label = _(VISIT.states[one.visit.state]).lower()
    return label if one.visit.reliable else f"{label} · {_('hours in doubt')}"


def step_url(visit_id: UUID, step: str) -> str:
    """The address of a step that is one button."""
    return url_for("desk.take_step", visit_id=visit_id, step=NOUNS[step])


def _button(one: Seen, step: str) -> Act:
    return Act(_(VISIT.label_of(step)), step_url(one.visit.id, step))


def _main(one: Seen, actor: Actor, *, nobody: bool, chooses: bool) -> Act | None:
    if not actor.may("desk.write") or one.visit.state not in _MAIN:
        return None
    if nobody:
        return _button(one, "count")
    return None if chooses else _button(one, _MAIN[one.visit.state])


def _others(one: Seen, actor: Actor, *, nobody: bool) -> list[Act]:
    visit, acts = one.visit, []
    if not actor.may("desk.write"):
        return []
    if not one.goes_on:
        return list(_afterwards(one))
    if visit.state == "waiting" and visit.agent_id is not None:
        acts.append(Act(_("Tell the agent again"), step_url(visit.id, "call")))
    if nobody:
        acts.append(_button(one, "receive"))
    acts += [_button(one, step) for step in _MENU[visit.state]]
    if one.person is not None and one.person.stage == "closed":
        opens = _(STAGE.label_of("reopen")) if actor.may(MOVE) else _("Ask to open the file again")
        acts.append(Act(opens, url_for("desk.reopen", visit_id=visit.id)))
    if one.person is None:
        acts.append(Act(_("Open a file"), url_for("desk.register", visit_id=visit.id), link=True))
    elif actor.may("appointment.write"):
        acts.append(Act(_("Make an appointment"), url_for("agenda.new", person_id=one.person.id), link=True))
    acts.append(Act(_(VISIT.label_of("direct")), url_for("desk.direct", visit_id=visit.id), link=True))
    acts.append(Act(_("See the visit"), url_for("desk.show", visit_id=visit.id), link=True))
    return acts


def _holds(visit_id: UUID) -> list[Act]:
    return [Act(_(label), url_for("desk.hold", visit_id=visit_id, reason=reason)) for reason, label in HOLDS.items()]


def _afterwards(one: Seen) -> Iterable[Act]:
    if url := undo_url(one):
        yield Act(undo_label(), url)
    if one.visit.state == "directed":
        yield Act(_("Print or mail where to go"), url_for("desk.slip", visit_id=one.visit.id), link=True)
    yield Act(_("See the visit"), url_for("desk.show", visit_id=one.visit.id), link=True)


def undo_label() -> str:
    """What the button says that takes the last step back, to whichever state."""
    return _(VISIT.label_of(f"{BEFORE_THE_LAST_STEP}{VISIT.initial}"))


def undo_url(one: Seen) -> str:
    """The address that takes the last step of a visit back; empty when it cannot be."""
    undoable = one.visit.state_before and day_of(one.visit.updated_at) == today()
    return step_url(one.visit.id, "undo") if undoable else ""


def gone_lines(seen: Iterable[Seen], screen: Screen, names: Mapping[UUID, str], actor: Actor) -> list[VisitLine]:
    """Who has gone today, the last first."""
    gone = [
        one for one in seen if not one.goes_on and one.visit.arrived_on == today() and one.visit.state != "cancelled"
    ]
    gone.sort(key=lambda one: one.visit.updated_at, reverse=True)
    return [visit_line(one, screen, names, "", actor) for one in gone]


def settled_lines(seen: Iterable[Seen], screen: Screen, names: Mapping[UUID, str], actor: Actor) -> list[VisitLine]:
    """The visits that somebody closed today and that can be taken up again, the last first."""
    closed = [one for one in seen if not one.goes_on and undo_url(one)]
    closed.sort(key=lambda one: one.visit.updated_at, reverse=True)
    return [visit_line(one, screen, names, "", actor) for one in closed]


def last_step(seen: Iterable[Seen], screen: Screen) -> LastStep | None:
    """The last click of today that can be taken back, whoever made it."""
    taken = [one for one in seen if undo_url(one)]
    last = max(taken, key=lambda one: (one.visit.updated_at, one.visit.id), default=None)
    if last is None:
        return None
    what = _(
        "%(who)s: %(state)s at %(hour)s",
        who=screen.name_of(last),
        state=_(VISIT.states[last.visit.state]).lower(),
        hour=clock_time(last.visit.updated_at),
    )
    return LastStep(what, undo_label(), undo_url(last))


def expected_lines(
    session: ScopedSession, appointments: Sequence[AppointmentWithPerson], screen: Screen, actor: Actor
) -> list[ExpectedLine]:
    """Who is expected today and not there yet, by hour."""
    waited_for = [pair for pair in appointments if pair[0].state in AHEAD and pair[0].arrived_at is None]
    rows = agenda_rows.rows_of(session, waited_for, actor, "desk", team=True)
    return [_expected(*pair, row, screen) for pair, row in zip(waited_for, rows, strict=True)]


def _expected(appointment: Any, person: Any, row: agenda_rows.Row, screen: Screen) -> ExpectedLine:
    came = agenda_rows.NOUNS["come"]
    acts = [act for act in (row.main, *row.others) if act is not None and act.name != came]
    return ExpectedLine(
        row=row,
        name=screen.name(person),
        late=lateness_of(appointment.starts_at),
        purpose=agenda_rows.purpose_text(appointment),
        agent=appointment.agent_name,
        place=appointment.place or "",
        by_phone=appointment.purpose == "phone",
        others=acts,
    )


def day_counts(appointments: Sequence[AppointmentWithPerson]) -> tuple[int, int]:
    """How many appointments of today came or are there, and how many were missed."""
    came = sum(one.state == "came" or (one.state in AHEAD and one.arrived_at is not None) for one, _who in appointments)
    return came, sum(one.state == "absent" for one, _who in appointments)
