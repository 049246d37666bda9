"""The supervision by sampling: a request that was answered with summaries, and one that waits."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.dates import day_of, working_day_on_or_before
from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.models import QualityReply, QualityRequest, QualitySummary
from clais.exchange.quality.workflow import REPLY
from clais.numbers import age_band
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from support_center.quality.models import QualityNote
from tenants.agenda.models import Appointment
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tenants.quality.models import QualityDraw
from tenants.quality.rules.drawing import LETTERS, drawn, how_many

TERM = timedelta(days=21)


def write_quality(centre: Desk, desk: Desk, dice: Dice) -> None:
    """Write what the supervisor asked of a platform, and what it told."""
    texts = read("quality")
    _answered(centre, desk, dice, texts["answered"])
    _request(centre, desk, dice, texts["open"])


def _day(desk: Desk, ago: int) -> date:
    return working_day_on_or_before(desk.today - timedelta(days=ago))


def _request(centre: Desk, desk: Desk, dice: Dice, about: Mapping[str, Any]) -> UUID:
    who, moment = centre.of_role("supervisor")[0], at(_day(centre, about["asked_ago"]), 10)
    key = centre.ledger.add(
        QualityRequest, dice, moment, to_tenant_id=desk.tenant_id, theme=about["theme"],
        first_on=_day(desk, about["first_ago"]), last_on=_day(desk, about["last_ago"]), files=about["files"],
        reason=about["reason"], answer_by=working_day_on_or_before(moment.date() + TERM), asked_by=who.name,
        asked_at=moment,
    )  # fmt: skip
    centre.record(dice, moment, who, "quality.ask", "quality_request", key)
    return key


def _answered(centre: Desk, desk: Desk, dice: Dice, about: Mapping[str, Any]) -> None:
    first, last = _day(desk, about["first_ago"]), _day(desk, about["last_ago"])
    eligible = {row["person_id"] for row in desk.ledger.read(Contact) if first <= row["happened_on"] <= last}
    number = how_many(about["files"], len(eligible))
    if not number:
        return
    request = _request(centre, desk, dice, about)
    who = desk.of_role("coordinator")[0]
    drawn_at, sent_at = at(_day(desk, about["drawn_ago"]), 11), at(_day(desk, about["sent_ago"]), 16)
    seed = f"{dice.getrandbits(128):032x}"
    people = drawn(list(eligible), number, seed)
    for letter, person in zip(LETTERS, people, strict=False):
        desk.ledger.add(
            QualityDraw, dice, drawn_at, person_id=person, quality_request_id=request, theme=about["theme"],
            letter=letter, seed=seed, eligible=len(eligible), drawn_at=drawn_at, drawn_by=who.name,
        )  # fmt: skip
    reply = desk.ledger.add(
        QualityReply, dice, drawn_at, to_tenant_id=centre.tenant_id, quality_request_id=request, state="answered",
        drawn=number, drawn_at=drawn_at, answered_at=sent_at,
    )  # fmt: skip
    desk.step(dice, drawn_at, who, REPLY, "quality_reply", reply, "draw", "received")
    desk.record(dice, drawn_at, who, "quality.draw", "quality_reply", reply)
    figures = _figures(desk, people, sent_at)
    for letter, person, told in zip(LETTERS, people, about["summaries"], strict=False):
        desk.ledger.add(
            QualitySummary, dice, sent_at, to_tenant_id=centre.tenant_id, quality_request_id=request, letter=letter,
            sent_at=sent_at, **figures[person], **{name: told[name] for name in TEXTS},
        )  # fmt: skip
    desk.step(dice, sent_at, who, REPLY, "quality_reply", reply, "answer", "drawn")
    desk.record(dice, sent_at, who, "quality.answer", "quality_reply", reply)
    supervisor, noted_at = centre.of_role("supervisor")[0], at(centre.yesterday, 15)
    centre.ledger.add(QualityNote, dice, noted_at, quality_request_id=request, text=about["note"])
    centre.record(dice, noted_at, supervisor, "quality.note", "quality_request", request)


def _figures(desk: Desk, people: list[UUID], sent_at: datetime) -> dict[UUID, dict[str, Any]]:
    contacts = Counter(row["person_id"] for row in desk.ledger.read(Contact) if row["happened_on"] <= sent_at.date())
    firsts: dict[UUID, datetime] = {}
    for row in desk.ledger.read(Appointment):
        if row["state"] != "cancelled":
            firsts[row["person_id"]] = min(row["starts_at"], firsts.get(row["person_id"], row["starts_at"]))
    found = {}
    for row in desk.ledger.read(Person):
        if row["id"] in people:
            first, born = firsts.get(row["id"]), row["birth_date"]
            found[row["id"]] = {
                "age_band": age_band(born, sent_at.date()) if born else None,
                "contacts": contacts[row["id"]],
                "days_to_first": max(0, (day_of(first) - day_of(row["created_at"])).days) if first else None,
            }
    return found
