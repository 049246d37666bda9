"""The lists of the support centre in words: received referrals, participants, sessions.

A page has up to forty rows and is opened all day: what rows repeat is made once, and an address is made from one that
was built before.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from flask import url_for
from markupsafe import Markup
from sqlalchemy import Row

from clais.audit.listings import record_name
from clais.clock import today
from clais.database import NIL
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.publications.presentation import day_cell, free_of, seats_cell
from clais.exchange.referrals.choices import AGE_BANDS
from clais.exchange.referrals.delays import days_without_news, promised_on
from clais.exchange.referrals.lists import LAST_DAY, LATE, LATER, URGENT, WEEK, InboxLine
from clais.exchange.referrals.parcels import field_of
from clais.exchange.referrals.presentation import SEX
from clais.exchange.referrals.workflow import STATES
from clais.listing import Cell, Column, Line
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import exact_day, row_day, row_distance, short_day
from support_center.routing.lists import ParticipantLine
from support_center.routing.models import Enrolment, Participant
from support_center.routing.presentation import TAGS
from support_center.routing.queries import Holder
from support_center.routing.workflow import ENROLMENT, PARTICIPANT

PRESSING = {"urgent": N_("urgent"), "soon": N_("within the week")}
TIME_LEFT = {
    LATE: N_("Late"),
    LAST_DAY: N_("To answer today"),
    URGENT: N_("Urgent referrals"),
    WEEK: N_("Within seven days"),
    LATER: N_("Later"),
}
"""The headings of the inbox."""
HOLDING_STATES = {"in_progress": N_("Has started"), "on_hold": STATES["on_hold"], "completed": N_("Has finished")}
"""Of those who hold a seat, the states of a referral that say more than that."""
NAMED = 2
"""So many missing facts are named on a row; the others are said on hover, and on the page."""


# Received referrals
# -----------------------------------------------------------------------------------------------------


def inbox_columns(*, waiting: bool) -> dict[str, Column]:
    """The columns of the referrals to answer (`waiting`), or those of the answered, by the names of their sorts."""
    need, person = Column(_("Need, and from whom"), css="whole"), Column(_("Person"), css="nowrap span-1 joined")
    seats = Column(_("Free seats"), css="nowrap span-1 prio-2")
    if waiting:
        second, last = (
            Column(_("What was asked"), _("What was asked"), "span-2"),
            Column(_("Time left"), css="nowrap span-2"),
        )
    else:
        second, last = Column(_("State"), css="span-2"), Column(_("Last change"), css="nowrap span-2")
    return {"need": need, "person": person, "second": second, "seats": seats, "left": last}


def group_id(pressing: int) -> str:
    """The id of the element that says how many referrals a group of the inbox has."""
    return f"pressing-{pressing}"


def received_lines(lines: Sequence[InboxLine], *, waiting: bool, grouped: bool, unread: Collection[UUID]) -> list[Line]:
    """A page of received referrals, the need first and never a name.

    `waiting`: they need an answer; `grouped`: they stand in groups by what presses; `unread`: the ids of those with a
    new message.
    """
    address = url_for("routing.show", referral_id=NIL)
    words = _Words()
    found, group = [], None
    for line in lines:
        referral = line.referral
        heading = ""
        if grouped and referral.pressing != group:
            group = referral.pressing
            heading = _(TIME_LEFT[group])
        what = referral.scheme_name or words.other
        url = address.replace(str(NIL), str(referral.id))
        seats = words.seats(referral.starts_on, line.count, referral.tenant_id)
        cells = (
            (words.person(referral.sex, referral.age_band), _asked(line), seats, words.left(promised_on(referral)))
            if waiting
            else (
                words.person(referral.sex, referral.age_band),
                _standing(referral),
                seats,
                Cell(row_distance(referral.last_moved_at), title=exact_day(referral.last_moved_at)),
            )
        )
        next_act = "silent" if days_without_news(referral) is not None else referral.state
        acts = words.acts(next_act, url, referral.reference, is_unread=referral.id in unread)
        urgency = [_(PRESSING[referral.urgency])] if waiting and referral.urgency in PRESSING else []
        under = " · ".join([*urgency, referral.from_name, referral.sent_by])
        found.append(
            Line(what, url, cells, under, acts, group=heading, group_id=group_id(referral.pressing) if heading else "")
        )
    return found


_LINK = Markup('<a class="btn btn-outline-secondary wide-only" href="')
_END_OF_LINK = Markup("</span></a>")


class _Words:
    """The texts that the rows of a page repeat, each made once."""

    def __init__(self) -> None:
        self.other = _("Another request")
        self.person: Callable[[str | None, str | None], Cell] = cache(_person)
        self.seats: Callable[[date | None, SeatCount | None, UUID], Cell] = cache(_seats)
        self.left: Callable[[date | None], Cell] = cache(_left)
        self._unread = Markup('<span class="tag here">{}</span> ').format(_("new message"))
        acts = {"requested": _("Acknowledge"), "received": _("Reply"), "silent": _("Give news"), "": _("Open it")}
        label = Markup('">{}<span class="visually-hidden"> : ')
        self._labels = {state: label.format(act) for state, act in acts.items()}

    def acts(self, state: str, url: str, reference: str, *, is_unread: bool) -> Markup:
        """What is to be done next, as a link that says of which referral: on a phone the name is link enough."""
        # Texts that are added to markup are escaped.
        link = _LINK + url + self._labels.get(state, self._labels[""]) + reference + _END_OF_LINK
        return self._unread + link if is_unread else link


def _person(sex: str | None, age_band: str | None) -> Cell:
    texts = [_(SEX[sex]) if sex in SEX else "", _(AGE_BANDS[age_band]) if age_band in AGE_BANDS else ""]
    known = [text[:1].upper() + text[1:] for text in texts if text]
    return Cell(known[0], "".join(known[1:])) if known else Cell(_("age and sex not shared"), missing=True)


def _standing(referral: Any) -> Cell:
    """Where an answered referral stands, or for how long its sender has had no news."""
    days = days_without_news(referral)
    if days is None:
        return Cell(_(STATES[referral.state]), referral.reference, TAGS.get(referral.state, ""), tag=True)
    since = ngettext("none for %(num)d day", "none for %(num)d days", days)
    return Cell(_("News awaited"), f"{since} · {referral.reference}", "late", tag=True)


def _asked(line: InboxLine) -> Cell:
    conditions = _conditions(line.referral)
    if not line.lacking:
        return Cell(_("all told"), conditions)
    labels = [_(field_of(code).label) for code in line.lacking]
    rest = len(labels) - NAMED
    named = ", ".join(labels[:NAMED]) + (f" + {rest}" if rest > 0 else "")
    return Cell(_("to ask: %(facts)s", facts=named), conditions, kind="wait", title=", ".join(labels))


def _conditions(referral: Any) -> str:
    """How many of the required conditions are met, as the platform judged them; empty where it was not shared."""
    met, unmet, to_ask = referral.conditions_met, referral.conditions_unmet, referral.conditions_to_ask
    if not (met or unmet or to_ask):
        return ""
    if unmet:
        return ngettext("%(num)d condition not met", "%(num)d conditions not met", unmet)
    if to_ask:
        return ngettext("%(num)d condition to ask", "%(num)d conditions to ask", to_ask)
    return ngettext("the condition is met", "all %(num)d conditions are met", met)


def _seats(day: date | None, count: SeatCount | None, platform_id: UUID) -> Cell:
    """The seats that are free for the people of a platform: those that are kept for others are not."""
    if day is None or count is None:
        return Cell(_("no session"), missing=True)
    free = max(0, count.seats - count.seats_taken - count.held_for_others(platform_id))
    when = row_day(day)
    if not free:
        return Cell(_("full"), when, "wait")
    return Cell(free_of(free, count.seats), when, title=exact_day(day))


def _left(due: date | None) -> Cell:
    if due is None:
        return Cell()
    days = (due - today()).days
    when, title = row_day(due), exact_day(due, weekday=True)
    if days < 0:
        return Cell(ngettext("%(num)d day late", "%(num)d days late", -days), when, "late", title=title)
    if days == 0:
        return Cell(_("last day"), when, "late", title=title)
    text = ngettext("%(num)d day", "%(num)d days", days)
    return Cell(text, when, "wait" if days == 1 else "", title=title)


# Participants
# -----------------------------------------------------------------------------------------------------


def participant_columns() -> dict[str, Column]:
    """The columns of the participants by the names of their sorts."""
    return {
        "name": Column(_("Participant"), css="long-names"),
        "state": Column(_("State"), css="span-2"),
        "scheme": Column(_("Scheme"), css="words span-1"),
        "session": Column(_("Session"), _("Session"), "nowrap span-2"),
        "from": Column(_("Platform"), css="words prio-2 wide-only"),
        "opened": Column(_("Here since"), css="nowrap prio-1 wide-only"),
    }


def participant_lines(rows: Iterable[ParticipantLine]) -> list[Line]:
    """The rows of participants. Who waits for a seat has the act that gives one."""
    pattern = url_for("routing.participant", participant_id=NIL)
    states = {code: Cell(_(label), kind=TAGS.get(code, ""), tag=True) for code, label in PARTICIPANT.states.items()}
    none = Cell(_("no seat"), missing=True)
    found = []
    for row in rows:
        participant = row.participant
        session = day_cell(row.starts_on) if row.starts_on else none
        opened = Cell(short_day(participant.opened_on), title=exact_day(participant.opened_on))
        scheme = Cell(row.scheme_name or _("Another request"))
        state = states[participant.state]
        state = state if row.days_silent is None else state._replace(kind="late", title=_("News awaited"))
        cells = (state, scheme, session, Cell(participant.from_name), opened)
        url = pattern.replace(str(NIL), str(participant.id))
        record_name(participant)
        found.append(Line(participant.display_name, url, cells, participant.reference))
    return found


# Those in one session
# -----------------------------------------------------------------------------------------------------


def holder_columns() -> list[Column]:
    """The columns of those who hold a seat in a session or wait for one."""
    return [
        Column(_("Participant")),
        Column(_("State"), css="span-2"),
        Column(_("Platform"), css="words span-1"),
    ]


def holder_lines(
    held: Sequence[Holder], standing: Mapping[UUID, str], act: Callable[[Participant, Enrolment], str]
) -> list[Line]:
    """The rows: who waits, who has a seat, who has begun. `standing` are the states of their referrals; `act` renders
    what can be done for one who waits.
    """
    pattern = url_for("routing.participant", participant_id=NIL)
    begun = {code: Cell(_(label), kind=TAGS.get(code, ""), tag=True) for code, label in HOLDING_STATES.items()}
    seats = {code: Cell(_(label), kind=TAGS.get(code, ""), tag=True) for code, label in ENROLMENT.states.items()}
    found = []
    for participant, enrolment in held:
        seat, waits = seats[enrolment.state], enrolment.state == "waiting"
        if enrolment.offered_until is not None:
            until = _("until %(day)s", day=row_day(enrolment.offered_until))
            seat = Cell(_("Seat offered"), until, "wait", tag=True, title=exact_day(enrolment.offered_until))
        state = seat if waits else begun.get(standing.get(participant.id, ""), seat)
        url = pattern.replace(str(NIL), str(participant.id))
        acts = act(participant, enrolment) if waits else ""
        found.append(
            Line(participant.display_name, url, (state, Cell(participant.from_name)), participant.reference, acts)
        )
    return found


def seat_columns() -> dict[str, Column]:
    """The columns of the sessions by the names of their sorts."""
    return {
        "scheme": Column(_("Scheme")),
        "start": Column(_("First day"), css="nowrap span-1"),
        "end": Column(_("Last day"), css="nowrap prio-2 wide-only"),
        "place": Column(_("Place"), css="words span-1"),
        "free": Column(_("Free seats"), css="nowrap span-2"),
        "waiting": Column(_("Waiting list"), _("Waiting list"), "nowrap span-2"),
        "closes": Column(_("Registrations until"), css="nowrap prio-2 wide-only"),
    }


def seat_lines(rows: Iterable[Row[Any]]) -> list[Line]:
    """The rows of sessions: how many seats are free, who waits."""
    pattern = url_for("routing.session_seats", session_id=NIL)
    found = []
    for row in rows:
        session: SchemeSession = row[0]
        cells = (
            day_cell(session.starts_on),
            day_cell(session.ends_on),
            Cell(session.place),
            seats_cell(session),
            Cell(str(row.waiting)) if row.waiting else Cell(),
            day_cell(session.closes_on),
        )
        found.append(Line(row.scheme_name, pattern.replace(str(NIL), str(session.id)), cells))
    return found
