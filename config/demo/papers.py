"""What was given on paper to people of the story: a draft of a CV, a letter, an invitation to several at once.

The texts wait: the worker makes their PDF files when the demo begins.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any
from uuid import UUID

from clais.dates import working_days_before
from clais.text import full_name
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from tenants.agenda.models import Appointment
from tenants.printing.models import Printout
from tenants.situation.models import Episode

WHOSE = "Marchetti"
DIGITS = 12


def write_papers(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """Write what was printed for the people of the story, where the platform has them."""
    people = [one for one in histories if one.desk is desk and one.in_story and one.is_open and one.timeline.steps]
    told = read("papers")
    for history in people:
        if history.person.values["family_name"] == WHOSE:
            moment = _moment(desk, told["cv"], 15)
            _give(desk, dice, history, moment, "cv", _cv(history, told["cv"]))
            _summons(desk, dice, history, told["letter"])
    joint = dice.key(_moment(desk, told["invitation"], 11))
    for history in people[: told["invitation"]["most"]]:
        moment = _moment(desk, told["invitation"], 11)
        if history.timeline.steps[-1].day < moment.date():
            _give(desk, dice, history, moment, "invitation", _letter(desk, history, told["invitation"]), joint)


def _summons(desk: Desk, dice: Dice, history: History, told: dict[str, Any]) -> None:
    """The letter of an appointment that is still to come, if there is one."""
    ahead = (row for row in desk.ledger.read(Appointment) if row["person_id"] == history.key)
    coming = [row for row in ahead if row["state"] in {"planned", "confirmed"} and row["starts_at"].date() > desk.today]
    for appointment in coming[:1]:
        day = max(_moment(desk, told, 14), appointment["created_at"])
        _give(desk, dice, history, day, "summons", _letter(desk, history, told), appointment["id"])


def _moment(desk: Desk, told: dict[str, Any], hour: int) -> datetime:
    return at(working_days_before(desk.today, told["days_ago"]), hour, 20)


def _give(
    desk: Desk, dice: Dice, history: History, moment: datetime, kind: str, text: str, subject: UUID | None = None
) -> None:
    who = history.referent
    key = desk.ledger.add(
        Printout, dice, moment, person_id=history.key, kind=kind, subject_id=subject, asked_at=moment,
        template_version=sha256(kind.encode()).hexdigest()[:DIGITS], language="fr", asked_by=who.name,
        membership_id=who.membership_id, sealed=ToSeal({"text": text}),
    )  # fmt: skip
    desk.record(
        dice, moment, who, "printout.give", "printout", key, person_id=history.key, details={"kind": kind}
    )  # fmt: skip


def _name(history: History) -> str:
    values = history.person.values
    return full_name(values["family_name"], values["given_names"])


def _page(title: str, body: Iterable[str], look: str = "") -> str:
    """A text in the look of all that is printed."""
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    return f'<!DOCTYPE html><html lang="fr">{head}<body class="{look}">{"".join(body)}</body></html>'


def _tag(name: str, text: str, look: str = "") -> str:
    return f'<{name} class="{look}">{escape(text)}</{name}>'


def _letter(desk: Desk, history: History, told: dict[str, Any]) -> str:
    name, who = _name(history), history.referent.name
    return _page(
        told["heading"],
        (
            f'<header class="sender">{_tag("strong", desk.name)}</header>',
            _tag("p", name, "receiver"),
            _tag("h1", told["heading"]),
            _tag("p", f"Bonjour {name},"),
            *(_tag("p", line) for line in told["paragraphs"]),
            f'<p class="ends">À bientôt,<br>{escape(who)}<br>{escape(desk.name)}</p>',
        ),
    )


def _cv(history: History, told: dict[str, Any]) -> str:
    """The work and training of the file, the newest first."""
    mine = [row for row in history.desk.ledger.read(Episode) if row["person_id"] == history.key]
    mine.sort(key=lambda row: row["since"], reverse=True)
    return _page(
        "CV à relire",
        (
            _tag("p", f"CV à relire : projet préparé avec {history.desk.name}", "draft"),
            _tag("h1", _name(history)),
            _tag("p", told["title"], "sought"),
            _tag("p", told["introduction"]),
            _tag("h2", "Travail et formations"),
            *(_episode(row) for row in mine),
        ),
        "cv",
    )


def _episode(row: dict[str, Any]) -> str:
    until = f"{row['until']:%m/%Y}" if row["until"] else "aujourd'hui"
    head = f'<h3>{escape(row["title"])} <span class="months">{row["since"]:%m/%Y} – {until}</span></h3>'
    where = ", ".join(filter(None, (row["organisation"], row["place"])))
    return f'<div class="entry">{head}{_tag("p", where)}{_tag("p", row["detail"] or "")}</div>'
