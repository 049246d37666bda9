"""Documents in words: lines of the list, what stands in the panel."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import url_for

from clais.clock import today
from clais.dates import day_of
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, relative_day, row_day, row_distance, row_moment
from tenants.documents.choices import FOUND, SIGNED_HOW, kind_of
from tenants.documents.models import Paper, PaperFile
from tenants.documents.queries import SOON
from tenants.documents.workflow import VALID

URGENCY = {"received": 0, "asked": 1}
"""Of what is to be done: read what came, then what is awaited, then what ends soon."""


class Act(NamedTuple):
    """The one act of a line."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A document in the list: its name, what stands under it, where it is, and what can be done."""

    paper: Any
    name: str
    under: str
    state: str
    kind: str
    """Of the tag of the state; « plain » is a word without one."""
    icon: str
    since: str
    until: str
    sensitive: bool
    url: str
    act: Act | None


@dataclass(frozen=True, slots=True)
class Groups:
    """The lines of a file: to do first, then what is valid; what was refused or replaced is only counted."""

    to_do: list[Line]
    accepted: list[Line]
    past: list[Line]

    @property
    def count(self) -> int:
        return len(self.to_do) + len(self.accepted)


def name_of(paper: Any, *, shut: bool = False) -> str:
    """What kind of document it is, in words; of a sensitive one no more than that when it is `shut`."""
    return _("Sensitive document") if shut and is_sensitive(paper) else _(kind_of(paper.kind).label)


def is_sensitive(paper: Any) -> bool:
    """Whether it stays shut until someone asks to see it."""
    return kind_of(paper.kind).sensitive or paper.withheld_at is not None


def grouped(papers: Iterable[Any], *, may_write: bool, shut: bool) -> Groups:
    """The documents of a person, in the order of the list; sensitive ones say what they are unless they are `shut`."""
    every = list(papers)
    renewed = {paper.replaces_id for paper in every if paper.replaces_id and paper.state in {"asked", "received"}}
    groups = Groups([], [], [])
    for paper in every:
        ends = paper.state in VALID and _ends_soon(paper) and paper.id not in renewed
        line = _line(paper, ends=ends, may_write=may_write, shut=shut and is_sensitive(paper))
        if ends or paper.state in {"asked", "received"}:
            groups.to_do.append(line)
        elif paper.state in VALID:
            groups.accepted.append(line)
        elif paper.state in {"refused", "replaced"}:
            groups.past.append(line)
    groups.to_do.sort(key=lambda line: URGENCY.get(line.paper.state, len(URGENCY)))
    return groups


def _ends_soon(paper: Any) -> bool:
    return paper.expires_on is not None and paper.expires_on <= today() + SOON


def _line(paper: Any, *, ends: bool, may_write: bool, shut: bool) -> Line:
    state, kind, icon, since = _ending(paper) if ends else _standing(paper)
    url = url_for("documents.show", person_id=paper.person_id, paper_id=paper.id)
    return Line(
        paper,
        name_of(paper, shut=shut),
        "" if shut else _under(paper),
        state,
        kind,
        icon,
        since,
        until_text(paper),
        is_sensitive(paper),
        url,
        None if shut else _act(paper, url, ends=ends, may_write=may_write),
    )


def _under(paper: Any) -> str:
    if paper.title:
        return str(paper.title)
    if is_sensitive(paper) and paper.pieces:
        return _("to show it is on record")
    if paper.state == "asked" and paper.asked_on:
        return _("asked for %(day)s", day=row_day(paper.asked_on))
    return ngettext("%(num)d file", "%(num)d files", paper.pieces) if paper.pieces else ""


def _standing(paper: Any) -> tuple[str, str, str, str]:
    """Where a document stands: the words, the kind of the tag, its icon, and since when."""
    if paper.state == "asked":
        return _awaited(paper)
    if paper.state == "signed":
        return _("signed elsewhere"), "plain", "check2", _signature(paper)
    by, day = paper.changed_by, row_day(paper.changed_at)
    why = _(FOUND[paper.reason]) if paper.reason in FOUND else _("Another reason")
    seen = _("%(day)s, original seen by %(name)s", day=day, name=by)
    found = {
        "received": (_("received"), "here", "inbox", _("%(when)s, to be read", when=_moment(paper))),
        "accepted": (
            _("is accepted"),
            "plain",
            "check2",
            seen if paper.original_seen else _("%(day)s, by %(name)s", day=day, name=by),
        ),
        "refused": (_("refused"), "", "x-lg", _("%(day)s: %(why)s", day=day, why=lower_first(why))),
    }
    return found.get(paper.state, (_("replaced"), "", "arrow-right", day))


def _signature(paper: Any) -> str:
    how = _(SIGNED_HOW[paper.signed_how]) if paper.signed_how in SIGNED_HOW else ""
    day = row_day(paper.signed_on or paper.changed_at)
    return _("%(day)s, %(how)s, by %(name)s", day=day, how=lower_first(how), name=paper.signed_by or paper.changed_by)


def _awaited(paper: Any) -> tuple[str, str, str, str]:
    if paper.wanted_by is None:
        return _("awaited"), "plain", "clock-history", ""
    if paper.wanted_by < today():
        late = _("since %(day)s", day=row_day(paper.wanted_by))
        return _("late"), "late", "exclamation-circle", late
    opened = _("link opened %(when)s", when=row_distance(paper.link_opened_at)) if paper.link_opened_at else ""
    return _("awaited before %(day)s", day=row_day(paper.wanted_by)), "plain", "clock-history", opened


def _ending(paper: Any) -> tuple[str, str, str, str]:
    day = row_day(paper.expires_on)
    if paper.expires_on < today():
        return _("not valid any more"), "late", "exclamation-circle", _("since %(day)s", day=day)
    return _("ends %(when)s", when=relative_day(paper.expires_on)), "wait", "hourglass-split", day


def until_text(paper: Any) -> str:
    """Until when it is valid; empty while nobody has accepted it."""
    if paper.state not in VALID:
        return ""
    return row_day(paper.expires_on) if paper.expires_on else _("without an end")


def _act(paper: Any, url: str, *, ends: bool, may_write: bool) -> Act | None:
    if may_write and paper.state == "received":
        return Act(_("Read it"), url)
    if may_write and paper.state == "asked":
        return Act(_("Add it"), url_for("documents.receive", person_id=paper.person_id, paper_id=paper.id))
    if may_write and ends:
        return Act(
            _("Ask for a newer one"), url_for("documents.ask_again", person_id=paper.person_id, paper_id=paper.id)
        )
    return Act(_("Show") if is_sensitive(paper) else _("See"), url) if paper.pieces else None


def state_tag(paper: Paper) -> tuple[str, str]:
    """Where a document stands, for its heading."""
    state, kind, _icon, _since = _standing(paper)
    return (_("to be read"), "here") if paper.state == "received" else (state, "" if kind == "plain" else kind)


def story_of(paper: Paper) -> str:
    """How a document came here, in a sentence."""
    parts = []
    if paper.state == "asked" and paper.asked_on:
        parts.append(_("asked for %(day)s by %(name)s", day=row_day(paper.asked_on), name=paper.changed_by))
    elif paper.asked_on:
        parts.append(_("asked for %(day)s", day=row_day(paper.asked_on)))
    if paper.state == "asked" and paper.link_opened_at:
        parts.append(_("link opened %(when)s", when=row_distance(paper.link_opened_at)))
    if paper.received_at:
        parts.append(_("received %(when)s", when=_received(paper.received_at)))
    if paper.why:
        parts.append(paper.why)
    return " · ".join(parts)


def facts_of(paper: Paper) -> list[tuple[str, str]]:
    """What is known of a document, for its panel."""
    pairs: list[tuple[str, str | None]] = [
        (_("Made on"), _day(paper.issued_on)),
        (_("Valid until"), until_text(paper) or _day(paper.expires_on)),
        (_("Signed on"), _day(paper.signed_on)),
        (_("How"), _(SIGNED_HOW[paper.signed_how]) if paper.signed_how in SIGNED_HOW else None),
        (_("By whom"), paper.signed_by),
        (_("Refused because"), _(FOUND[paper.reason]) if paper.reason in FOUND else None),
    ]
    return [(label, value) for label, value in pairs if value]


def scanned_text(files: Iterable[PaperFile]) -> str:
    """Whether a scanner looked at the files."""
    every = list(files)
    if any(file.infected_at for file in every):
        return _("A virus was found in a file: it was not kept. Ask for the document again.")
    if any(file.scan_due_at for file in every):
        return _("Being checked for viruses: the files open as soon as that is done.")
    if all(file.scanned for file in every):
        return _("No virus was found.")
    return _("Not looked at by a virus scanner: this server has none.")


def _moment(paper: Any) -> str:
    return _received(paper.received_at or paper.changed_at)


def _received(moment: datetime) -> str:
    return row_moment(moment) if day_of(moment) == today() else row_day(moment)


def _day(day: date | None) -> str | None:
    return exact_day(day) if day else None
