"""A received referral as a line of the inbox. The texts are made here; the template only places them."""

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
from support_center.routing.presentation import sex_and_age_label, time_left

PRESSING = {"urgent": N_("urgent"), "soon": N_("within the week")}


@dataclass(frozen=True, slots=True)
class Line:
    """The texts of one line: time left, what is asked, details, and whether it is pressing."""

    url: str
    left: str
    kind: str
    what: str
    why: str
    reference: str
    unread: bool
    is_pressing: bool


def received_lines(lines: Sequence[InboxLine], *, waiting: bool, unread: Collection[UUID]) -> list[Line]:
    """A page of received referrals. `waiting`: they need an answer; `unread`: the ids of those with a new message."""
    cache: dict[Hashable, str] = {}
    # Building a URL costs more than reading a row: one is built, and each id is put into it.
    address = url_for("routing.show", referral_id=NIL)
    return [_line(line, address, cache, waiting=waiting, unread=line.referral.id in unread) for line in lines]


def _line(line: InboxLine, address: str, cache: dict[Hashable, str], *, waiting: bool, unread: bool) -> Line:
    referral = line.referral
    left, kind = time_left(referral)
    what = referral.scheme_name or _("Another request")
    return Line(
        url=address.replace(str(NIL), str(referral.id)),
        left=left,
        kind=kind,
        what=f"{what} · {_(PRESSING[referral.urgency])}" if referral.urgency in PRESSING and waiting else what,
        why=" · ".join(_reasons(line, cache, waiting=waiting)),
        reference=referral.reference,
        unread=unread,
        is_pressing=kind in {"late", "wait"} and waiting,
    )


def _reasons(line: InboxLine, cache: dict[Hashable, str], *, waiting: bool) -> Iterator[str]:
    # The lines of a page repeat a few texts: each is made once.
    def cached(label: Callable[[Any], str], argument: Hashable) -> str:
        key = (label, argument)
        if key not in cache:
            cache[key] = label(argument)
        return cache[key]

    referral = line.referral
    yield cached(_sender, referral.from_name)
    yield cached(sex_and_age_label, (referral.sex, referral.age_band))
    if waiting:
        yield cached(_lacking, len(line.lacking))
    if referral.starts_on is not None:
        yield cached(_session, (referral.starts_on, referral.seats - referral.seats_taken, referral.seats))
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
