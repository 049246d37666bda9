"""A received referral as a line of the inbox: its words are put together here once, the template only places them."""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from clais.database import NIL
from clais.exchange.referrals.queries import InboxLine
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from support_center.routing.presentation import time_left, whom_of

PRESSING = {"urgent": N_("urgent"), "soon": N_("within the week")}


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: how long is left, what is asked, why it stands there, and whether it presses."""

    url: str
    left: str
    kind: str
    what: str
    why: str
    reference: str
    unread: bool
    presses: bool


def received_lines(lines: Sequence[InboxLine], *, waiting: bool, unread: Collection[UUID]) -> list[Line]:
    """A page of received referrals; `waiting` says that they are still to be answered, `unread` which have news."""
    said: dict[Hashable, str] = {}
    # Building an address costs more than reading a row: one is built, and the key is put in its place.
    address = url_for("routing.show", referral_id=NIL)
    return [_line(line, address, said, waiting=waiting, unread=line.referral.id in unread) for line in lines]


def _line(line: InboxLine, address: str, said: dict[Hashable, str], *, waiting: bool, unread: bool) -> Line:
    referral = line.referral
    left, kind = time_left(referral)
    what = referral.scheme_name or _("Another request")
    return Line(
        url=address.replace(str(NIL), str(referral.id)),
        left=left,
        kind=kind,
        what=f"{what} · {_(PRESSING[referral.urgency])}" if referral.urgency in PRESSING and waiting else what,
        why=" · ".join(_reasons(line, said, waiting=waiting)),
        reference=referral.reference,
        unread=unread,
        presses=kind in {"late", "wait"} and waiting,
    )


def _reasons(line: InboxLine, said: dict[Hashable, str], *, waiting: bool) -> Iterator[str]:
    # The lines of a page say the same few things: each is put in words once.
    def once(words: Callable[[Any], str], about: Hashable) -> str:
        key = (words, about)
        if key not in said:
            said[key] = words(about)
        return said[key]

    referral = line.referral
    yield once(_sender, referral.from_name)
    yield once(whom_of, (referral.sex, referral.age_band))
    if waiting:
        yield once(_lacking, len(line.lacking))
    if referral.starts_on is not None:
        yield once(_session, (referral.starts_on, referral.seats - referral.seats_taken, referral.seats))
    if not waiting:
        yield referral.reference


def _sender(name: str) -> str:
    return _("from %(platform)s", platform=name)


def _lacking(number: int) -> str:
    if not number:
        return _("all that is needed is there")
    return ngettext("%(num)d needed fact is missing", "%(num)d needed facts are missing", number)


def _session(about: tuple[date, int, int]) -> str:
    day, free, seats = about
    return _("session of %(day)s: %(free)s of %(seats)s seats free", day=exact_day(day), free=free, seats=seats)
