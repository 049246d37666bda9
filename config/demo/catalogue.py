"""What the support centre publishes: schemes, and sessions past, running and to come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from clais.dates import monday_of
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession, SeatCount
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from support_center.catalogue.workflow import SCHEME

_LONG = 40
"""Weeks: a session of a year runs beside the one before it."""


TEXTS = ("plain_text", "prerequisites", "cost", "documents")
NOTHING_KEPT: Mapping[UUID, dict[str, Any]] = {}
STALE, STALE_DAYS = "validation", 195
"""What nobody has confirmed for more than six months."""


@dataclass(slots=True)
class Session:
    """A session and how many of its seats are given; written once they are all known."""

    key: UUID
    scheme: "PublishedScheme"
    starts_on: date
    ends_on: date
    closes_on: date
    seats: int
    taken: int = 0
    promised: int = 0
    released: list[datetime] = field(default_factory=list)
    """When seats that were taken were given back."""

    def is_full(self, moment: datetime) -> bool:
        """Whether every seat was held at a moment. Ask in order of time: later seats are not given yet."""
        return self.taken + sum(released > moment for released in self.released) >= self.seats


@dataclass(slots=True)
class PublishedScheme:
    key: UUID
    name: str
    required: list[str]
    about: dict[str, Any]
    sessions: list[Session]


def publish(desk: Desk, dice: Dice) -> dict[str, PublishedScheme]:
    """The schemes by code, each with two to four sessions around today."""
    published = {}
    opened = at(desk.today - timedelta(days=760), 9)
    operators = _operators(desk, opened)
    for about in read("schemes")["schemes"]:
        key = desk.ledger.add(
            Scheme, dice, opened, owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id, kind=about["kind"],
            name=about["name"], operator=about["operator"], operator_id=operators[about["operator"]],
            audience=about["audience"], description=about["description"], required_fields=about["required"],
            state="open", **{name: about.get(name) for name in TEXTS},
            confirmed_on=desk.today - timedelta(days=STALE_DAYS if about["code"] == STALE else 30),
        )  # fmt: skip
        scheme = PublishedScheme(key, about["name"], about["required"], about, [])
        length = timedelta(weeks=about["weeks"]) - timedelta(days=3)
        for starts_on in _starts(dice, desk.today, about["weeks"]):
            moment = at(starts_on - timedelta(days=95), 10)
            scheme.sessions.append(
                Session(
                    dice.key(moment),
                    scheme,
                    starts_on,
                    starts_on + length,
                    starts_on - timedelta(days=7),
                    about["seats"],
                )
            )
        published[about["code"]] = scheme
    return published


def _operators(desk: Desk, moment: datetime) -> dict[str, UUID]:
    """Who runs the schemes, by name; the keys are the same wherever the catalogue is drawn."""
    dice = Dice(f"{desk.tenant_id}/operators")
    owner = {"owner_tenant_id": desk.tenant_id, "basin_id": desk.basin_id}
    return {
        about["name"]: desk.ledger.add(SchemeOperator, dice, moment, **owner, **about)
        for about in read("schemes")["operators"]
    }


def _starts(dice: Dice, today: date, weeks: int) -> list[date]:
    """The Mondays on which sessions begin: one over, one running, one or two to come."""
    running = min(weeks * 7 // 2, 130)
    over = 60 + weeks * 7 if weeks < _LONG else weeks * 7 + 20
    ago = [over + dice.randint(0, 90), running, -dice.randint(10, 30)]
    if dice.chance(0.35):
        ago.append(-dice.randint(60, 100))
    return [monday_of(today - timedelta(days=days)) for days in ago]


def write_sessions(
    desk: Desk, dice: Dice, published: dict[str, PublishedScheme], kept: Mapping[UUID, dict[str, Any]] = NOTHING_KEPT
) -> None:
    """Put down the sessions with the seats that were given, and those of `kept`, by session."""
    for scheme in published.values():
        for session in scheme.sessions:
            moment = at(session.starts_on - timedelta(days=95), 10)
            desk.ledger.add(
                SchemeSession, dice, moment, id=session.key, owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
                scheme_id=scheme.key, starts_on=session.starts_on, ends_on=session.ends_on,
                closes_on=session.closes_on, starts_at=time(dice.choice((8, 9)), 0), place=scheme.about["place"],
                postal_code=scheme.about["postal_code"],
                timetable=scheme.about.get("timetable"), directions=scheme.about.get("directions"),
                note="Séance d'information une semaine avant le début." if dice.chance(0.4) else None,
            )  # fmt: skip
            desk.ledger.add(
                SeatCount, dice, moment, id=session.key, scheme_session_id=session.key, basin_id=desk.basin_id,
                seats=session.seats, seats_taken=session.taken, reserved=kept.get(session.key, {}),
            )  # fmt: skip


STATES = {"draft": (), "open": ("publish",), "suspended": ("publish", "suspend"), "closed": ("publish", "close")}
"""State → the steps that lead to it."""


def write_steps(desk: Desk, dice: Dice, published: dict[str, PublishedScheme]) -> None:
    """Log how the schemes came where they are, and write those that nobody is sent to: a draft, one suspended, one
    closed, and one that is hidden because nobody confirmed it for long.
    """
    officer = desk.of_role("support_officer")[0]
    opened = at(desk.today - timedelta(days=760), 10)
    operators = {one["name"]: one["id"] for one in desk.ledger.read(SchemeOperator)}
    for scheme in published.values():
        desk.step(dice, opened, officer, SCHEME, "scheme", scheme.key, "publish", SCHEME.initial)
    for number, about in enumerate(read("schemes")["others"]):
        moment = at(desk.today - timedelta(days=about.get("published_days", 90 - 20 * number)), 9)
        key = desk.ledger.add(
            Scheme, dice, moment, owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id, kind=about["kind"],
            name=about["name"], operator=about["operator"], operator_id=operators[about["operator"]],
            audience=about["audience"], description=about["description"], required_fields=about["required"],
            state=about["state"],
            confirmed_on=desk.today - timedelta(days=about.get("confirmed_days", 30)),
        )  # fmt: skip
        state = SCHEME.initial
        for step in STATES[about["state"]]:
            moment += timedelta(days=10)
            state = desk.step(dice, moment, officer, SCHEME, "scheme", key, step, state)
