"""Courses for agents: a session that was held, one to come with a waiting list, a certificate that ends in two weeks.

Who attended holds a certificate; the last colleague of each platform holds none.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from clais.dates import months_after, working_day_on_or_before, working_days_after
from clais.exchange.training.models import (
    Certificate,
    CertificateEvidence,
    Course,
    CourseMaterial,
    CourseRun,
    CourseSeat,
    Registration,
)
from clais.exchange.training.numbers import ALPHABET, GROUPS, LETTERS
from clais.exchange.training.rules.half_days import HALVES, HalfDay, codes_of
from clais.exchange.training.workflow import COURSE, COURSE_SEAT, REGISTRATION, RUN
from clais.identity.secrets import token_hash
from clais.instruments.rules.definition import InstrumentKind
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from config.demo.instruments import Release

HELD_AGO, AHEAD, ENDS_IN = 45, 18, 14
"""How many days ago a session was held, in how many the next one is, and in how many a certificate ends."""
SEATS = 3
"""The seats of the session to come: who comes after waits."""
WINDOW, GRACE = 90, 30


@dataclass(slots=True)
class _Story:
    """The centre, its trainer, and where the numbers come from."""

    centre: Desk
    trainer: Colleague
    dice: Dice
    titles: dict[str, str]
    courses: dict[str, UUID]
    evaluation: UUID
    """The instrument with which the first course is evaluated."""


@dataclass(frozen=True, slots=True)
class Held:
    """A session that was held: its key, its last day, and who attended."""

    key: UUID
    day: date
    attended: list[tuple[Desk, Colleague]]


def write_training(centre: Desk, platforms: Sequence[Desk], dice: Dice, releases: Sequence[Release]) -> Held:
    """Write the courses of the centre, and what the platforms did with them; give the session that was held."""
    texts = read("training")
    trainer = centre.of_role("trainer")[0]
    titles = {one["code"]: one["title"] for one in texts["courses"]}
    evaluation = next(one.instrument for one in releases if one.kind == InstrumentKind.SATISFACTION)
    story = _Story(centre, trainer, dice, titles, {}, evaluation)
    for about in texts["courses"]:
        _course(story, about)
    for about in texts["materials"]:
        _material(story, about)
    held = [working_day_on_or_before(centre.today - timedelta(days=HELD_AGO))]
    held.append(working_days_after(held[0], 1))
    went = _held(story, platforms, held, texts)
    _ahead(story, platforms, texts)
    _ending(story, platforms[0], texts["evidence"], texts["register"])
    return went


def _course(story: _Story, about: dict[str, Any]) -> None:
    centre, day = story.centre, story.centre.today - timedelta(days=200)
    key = centre.ledger.add(
        Course, story.dice, at(day, 9), owner_tenant_id=centre.tenant_id, basin_id=centre.basin_id,
        code=about["code"], title=about["title"], aims=about["aims"], programme=about["programme"].strip(),
        half_days=about["half_days"], required_half_days=about["required_half_days"], trainer=about["trainer"],
        renews_id=story.courses.get(about.get("renews", "")), certificate_months=about["certificate_months"],
        window_days=WINDOW, grace_days=GRACE, state="published", version=2,
        evaluation_id=story.evaluation if "renews" not in about else None,
    )  # fmt: skip
    story.courses[about["code"]] = key
    centre.record(story.dice, at(day, 9), story.trainer, "course.create", "course", key)
    centre.step(story.dice, at(day, 10), story.trainer, COURSE, "course", key, "publish", "draft")
    centre.record(story.dice, at(day, 10), story.trainer, "course.publish", "course", key)


def _material(story: _Story, about: dict[str, Any]) -> None:
    centre, course = story.centre, story.courses[about["course"]]
    for number, note in enumerate(about["notes"], start=1):
        moment = at(working_day_on_or_before(centre.today - timedelta(days=190 - 70 * (number - 1))), 11)
        centre.ledger.add(
            CourseMaterial, story.dice, moment, owner_tenant_id=centre.tenant_id, basin_id=centre.basin_id,
            course_id=course, title=about["title"], number=number, note=note, link=about.get("link"),
            text=about["text"].strip() if "text" in about else None, published_by=story.trainer.name,
        )  # fmt: skip
        details = {"number": number}
        centre.record(story.dice, moment, story.trainer, "course.add_material", "course", course, details=details)


def _run(story: _Story, code: str, days: Sequence[date], texts: dict[str, Any], **facts: Any) -> UUID:
    centre, moment = story.centre, at(working_day_on_or_before(days[0] - timedelta(days=60)), 9)
    key = centre.ledger.add(
        CourseRun, story.dice, moment, basin_id=centre.basin_id, course_id=story.courses[code], starts_on=days[0],
        ends_on=days[-1], half_days=codes_of(HalfDay(day, half) for day in days for half in HALVES),
        closes_on=days[0] - timedelta(days=4), place=texts["place"], note=texts["note"], **facts,
    )  # fmt: skip
    centre.record(story.dice, moment, story.trainer, "course_run.plan", "course_run", key)
    return key


def _held(story: _Story, platforms: Sequence[Desk], days: list[date], texts: dict[str, Any]) -> Held:
    """A session that was held: two agents of each platform, of whom the very last one came for half of it."""
    centre, moment = story.centre, at(days[-1], 16, 45)
    going = [(desk, who) for desk in platforms for who in desk.of_role("agent")[:2]]
    seats = len(going) + 1
    key = _run(story, "BIL-1", days, texts, seats=seats, seats_taken=len(going), minimum=4, state="held", version=3)
    centre.step(
        story.dice, at(days[0] - timedelta(days=14), 9), story.trainer, RUN, "course_run", key, "confirm", "planned"
    )
    for number, (desk, who) in enumerate(going):
        missed = number == len(going) - 1
        there = {HalfDay(day, half).code: not (missed and turn > 0) for turn, day in enumerate(days) for half in HALVES}
        state = "absent" if missed else "attended"
        asked = working_day_on_or_before(days[0] - timedelta(days=30 - number % 9))
        seat = _seat(story, desk, who, "BIL-1", key, asked, state, presence=there)
        step = "miss" if missed else "attend"
        centre.step(story.dice, moment, story.trainer, COURSE_SEAT, "course_seat", seat, step, "seated")
        if not missed:
            _certificate(story, desk, who, days[-1], months_after(days[-1], 24) - timedelta(days=1), centre.name)
    centre.step(story.dice, moment, story.trainer, RUN, "course_run", key, "close", "confirmed")
    centre.record(story.dice, moment, story.trainer, "course_run.close", "course_run", key)
    return Held(key, days[-1], going[:-1])


def _ahead(story: _Story, platforms: Sequence[Desk], texts: dict[str, Any]) -> None:
    """A session to come that is full: who came last waits; one agent's request waits for the coordinator."""
    first = working_days_after(story.centre.today + timedelta(days=AHEAD), 0)
    days = [working_days_after(first, 1), working_days_after(first, 2)]
    going = [(desk, who) for desk in platforms for who in desk.of_role("receptionist", "coordinator")][: SEATS + 2]
    taken = min(SEATS, len(going))
    key = _run(story, "BIL-1", days, texts, seats=SEATS, seats_taken=taken, minimum=3, state="planned", version=1)
    for number, (desk, who) in enumerate(going):
        asked = working_day_on_or_before(story.centre.today - timedelta(days=20 - 2 * number))
        _seat(story, desk, who, "BIL-1", key, asked, "seated" if number < SEATS else "waiting")
    renewal = [working_days_after(first, 8)]
    again = _run(story, "BIL-R", renewal, texts, seats=12, seats_taken=0, minimum=4, state="planned", version=1)
    desk = platforms[0]
    _registration(
        story, desk, desk.of_role("agent")[1], "BIL-R", again, story.centre.today - timedelta(days=1), "asked"
    )


def _ending(story: _Story, desk: Desk, evidence: str, register: Sequence[str]) -> None:
    """A certificate from before, of a coordinator, that ends in two weeks, with the page of the register behind it."""
    ends = story.centre.today + timedelta(days=ENDS_IN)
    begins = months_after(ends, -24) + timedelta(days=1)
    holder = desk.of_role("coordinator")[0]
    key = _certificate(story, desk, holder, begins, ends, story.centre.name, evidence=evidence)
    moment = at(story.centre.yesterday, 17, 5)
    scan = b64encode(_page([*register, f"{holder.name}, {begins:%d/%m/%Y}"])).decode()
    story.centre.ledger.add(
        CertificateEvidence, story.dice, moment, to_tenant_id=desk.tenant_id, certificate_id=key, kind="pdf",
        sealed=ToSeal((str(key), scan)), added_at=moment, added_by=story.trainer.name,
    )  # fmt: skip
    story.centre.record(story.dice, moment, story.trainer, "certificate.keep_evidence", "certificate", key)


def _page(lines: Sequence[str]) -> bytes:
    """A PDF of one page with some lines."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1)
    for number, line in enumerate(lines):
        canvas.drawString(70, 760 - 24 * number, line)
    canvas.save()
    return file.getvalue()


def _registration(
    story: _Story, desk: Desk, who: Colleague, code: str, run: UUID, day: date, state: str
) -> UUID:  # fmt: skip
    coordinator, moment = desk.of_role("coordinator")[0], at(day, 10)
    approved = state == "approved"
    key = desk.ledger.add(
        Registration, story.dice, moment, to_tenant_id=story.centre.tenant_id, course_id=story.courses[code],
        course_run_id=run, membership_id=who.membership_id, member_name=who.name, member_email=who.email,
        asked_by=coordinator.name if approved else who.name, approved_at=moment if approved else None, state=state,
        version=2 if approved else 1,
    )  # fmt: skip
    author = coordinator if approved else who
    desk.record(story.dice, moment, author, "registration.ask", "registration", key)
    if approved:
        desk.step(story.dice, moment, coordinator, REGISTRATION, "registration", key, "approve", "asked")
        desk.record(story.dice, moment, coordinator, "registration.approve", "registration", key)
    return key


def _seat(
    story: _Story, desk: Desk, who: Colleague, code: str, run: UUID, day: date, state: str,
    presence: dict[str, bool] | None = None,
) -> UUID:  # fmt: skip
    registration = _registration(story, desk, who, code, run, day, "approved")
    moment = at(day, 10, 1)
    return story.centre.ledger.add(
        CourseSeat, story.dice, moment, to_tenant_id=desk.tenant_id, course_run_id=run, registration_id=registration,
        state=state, presence=presence or {}, version=1,
    )  # fmt: skip


def _certificate(
    story: _Story, desk: Desk, who: Colleague, begins: date, ends: date, issuer: str, evidence: str | None = None
) -> UUID:
    dice = story.dice
    number = "-".join("".join(dice.choice(ALPHABET) for _letter in range(LETTERS)) for _group in range(GROUPS))
    given = (
        working_day_on_or_before(min(begins, story.centre.yesterday)) if evidence is None else story.centre.yesterday
    )
    moment = at(given, 17)
    key = story.centre.ledger.add(
        Certificate, dice, moment, to_tenant_id=desk.tenant_id, course_id=story.courses["BIL-1"],
        membership_id=who.membership_id, sequence=1, number=number, number_hash=token_hash(number),
        holder_name=who.name, course_title=story.titles["BIL-1"], issuer_name=issuer, kind="full", valid_from=begins,
        valid_until=ends, window_days=WINDOW, grace_days=GRACE, evidence=evidence, given_by=story.trainer.name,
        version=1,
    )  # fmt: skip
    story.centre.record(dice, moment, story.trainer, "certificate.give", "certificate", key)
    return key
