"""Which referrals the demo has: who is sent where, when, and how far it got. Written by `referrals`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before, working_days_after, working_days_before
from clais.exchange.referrals.delays import (
    ANSWER_WORKING_DAYS,
    RECEIVE_WORKING_DAYS,
    Promise,
)
from config.demo.catalogue import PublishedScheme, Session
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.referrals.parcels import can_be_sent

JUST_SENT = {"requested": 60, "received": 25, "accepted": 15}
SENT = {"received": 26, "incomplete": 5, "accepted": 62, "declined": 6, "cancelled": 3, "withdrawn": 3}
LONG_SENT = {"accepted": 80, "declined": 8, "advised": 3, "cancelled": 4, "withdrawn": 3, "received": 2}
RUNNING = {
    "in_progress": 62,
    "on_hold": 8,
    "failed": 9,
    "declined": 6,
    "advised": 3,
    "cancelled": 4,
    "lapsed": 4,
    "withdrawn": 4,
}
OVER = {"completed": 60, "failed": 11, "declined": 10, "advised": 3, "cancelled": 7, "lapsed": 5, "withdrawn": 4}
CHAINS: dict[str, tuple[str, ...]] = {
    "requested": ("send",),
    "received": ("send", "receive"),
    "incomplete": ("send", "receive", "ask_missing"),
    "accepted": ("send", "receive", "accept"),
    "advised": ("send", "receive", "advise"),
    "declined": ("send", "receive", "decline"),
    "in_progress": ("send", "receive", "accept", "start"),
    "on_hold": ("send", "receive", "accept", "start", "hold"),
    "completed": ("send", "receive", "accept", "start", "complete"),
    "failed": ("send", "receive", "accept", "start", "fail"),
    "cancelled": ("send", "receive", "cancel"),
    "lapsed": ("send", "lapse"),
    "withdrawn": ("send", "receive", "withdraw"),
}
"""The steps that lead to each state. A draft is never stored: it histories inside the transaction that sends it."""
GROUP_STARTS = (9, 30)
"""The hour at which an officer starts all the participants of a session."""
_SHARE = 0.85
MOST_OFFERED, OFFERED_TO_THE_FIRST = 6, 3
STORY = {"Karim": ("roadworks", "received"), "Thierry": ("warehouse", "accepted")}
"""What became of two people of the story: scheme and state."""


@dataclass(slots=True)
class DrawnReferral:
    """One referral: its steps with their moments. `session` is None for a hand-over between two platforms."""

    history: History
    to: Desk
    state: str
    steps: list[tuple[str, datetime]]
    session: Session | None = None
    question: bool = False
    is_news: bool = True
    of_the_story: bool = False
    advised: UUID | None = None
    """The other scheme that the centre proposes when it returns it with advice."""
    news: list[datetime] = field(default_factory=list)
    """When the centre wrote how it goes."""
    reference: str = ""
    key: UUID = field(default_factory=lambda: UUID(int=0))
    consent_until: datetime | None = None
    """Until when its receiver reads it, once it is written."""

    @property
    def sent_at(self) -> datetime:
        return self.steps[0][1]

    def moment_of(self, name: str) -> datetime | None:
        """When a step was taken."""
        return next((moment for step, moment in self.steps if step == name), None)


def draw_referrals(
    dice: Dice, centre: Desk, histories: list[History], schemes: Mapping[str, PublishedScheme]
) -> list[DrawnReferral]:
    """Referrals to the support centre, of every state that is stored, oldest first."""
    seen: Counter[str] = Counter()
    referrals = _of_the_story(centre, histories, schemes)
    in_story = [referral.history for referral in referrals]
    for history in dice.sample(histories, len(histories)):
        if history.goal is None or history in in_story or not dice.chance(_SHARE):
            continue
        scheme = schemes[dice.choice(history.project["schemes"])]
        for session in _in_order(dice, history, scheme.sessions):
            referral = _draw_referral(history, centre, session, seen)
            if referral is not None:
                if referral.state == "advised":
                    others = [each for each in schemes.values() if each is not session.scheme and each.sessions]
                    referral.advised = history.dice.choice(others).key
                seen[referral.state] += 1
                referrals.append(referral)
                break
    _correct_one(referrals)
    _take_one_acceptance_back(referrals)
    return sorted(referrals, key=lambda referral: referral.sent_at)


def _correct_one(referrals: list[DrawnReferral]) -> None:
    """The latest result was first noted on the wrong line: taken back, then given again."""
    over = [
        referral
        for referral in referrals
        if referral.state == "completed"
        and referral.session
        and can_be_sent(referral.history, referral.session.scheme.required, referral.sent_at)
    ]
    if over:
        latest = max(over, key=lambda referral: referral.steps[-1][1])
        given = latest.steps[-1][1]
        latest.steps += [("take_back", given + timedelta(minutes=25)), ("complete", given + timedelta(minutes=40))]


def _take_one_acceptance_back(referrals: list[DrawnReferral]) -> None:
    """The latest acceptance was given on the wrong line: taken back, and the referral waits for its answer again."""
    placed = [
        referral
        for referral in referrals
        if referral.state == "accepted"
        and not referral.of_the_story
        and referral.session
        and referral.session.promised <= referral.session.seats
        and can_be_sent(referral.history, referral.session.scheme.required, referral.sent_at)
    ]
    if placed:
        latest = max(placed, key=lambda referral: referral.steps[-1][1])
        undone = ("take_back", latest.steps[-1][1] + timedelta(minutes=25))
        referrals[referrals.index(latest)] = replace(latest, state="received", steps=[*latest.steps, undone])


def _in_order(dice: Dice, history: History, sessions: list[Session]) -> list[Session]:
    """The sessions in the order in which a place is sought: for most who are followed now, the next one first."""
    shuffled = dice.sample(sessions, len(sessions))
    if history.is_open and dice.chance(0.6):
        shuffled.sort(key=lambda session: (session.starts_on <= history.desk.today, session.starts_on))
    return shuffled


def _of_the_story(
    centre: Desk, histories: list[History], schemes: Mapping[str, PublishedScheme]
) -> list[DrawnReferral]:
    """Karim's, about which the centre asked something three days ago; Thierry's, who got a seat yesterday."""
    referrals = []
    for history in histories:
        code = STORY.get(history.person.values["given_names"]) if history.in_story else None
        if code is None:
            continue
        session = schemes[code[0]].sessions[-1]
        ago = working_days_before(history.desk.today, 3)
        steps = [("send", at(working_days_before(ago, 2), 11)), ("receive", at(ago, 9, 20))]
        if code[1] == "accepted":
            steps.append(("accept", at(history.desk.yesterday, 14, 10)))
            session.promised += 1
        referrals.append(
            DrawnReferral(history, centre, code[1], steps, session, question=code[1] == "received", of_the_story=True)
        )
    return referrals


def _draw_referral(history: History, centre: Desk, session: Session, seen: Counter[str]) -> DrawnReferral | None:
    today, dice = history.desk.today, history.dice
    followed = history.timeline.day_of("begin_follow_up")
    if followed is None:
        return None
    to_come = session.starts_on > today
    earliest = max(followed + timedelta(days=2), session.starts_on - timedelta(days=60 if to_come else 90))
    # The plan, whose goal travels, is closed with the file.
    ends_on = history.ends_on if history.is_open else history.ends_on - timedelta(days=1)
    latest = min(session.starts_on - timedelta(days=24), ends_on)
    if to_come:
        latest = min(session.closes_on, history.desk.yesterday, ends_on)
    if latest < earliest:
        return None
    sent_on = working_day_on_or_before(earliest + timedelta(days=dice.randint(0, (latest - earliest).days)))
    if sent_on < followed:
        return None
    weights = _waiting(today, sent_on) if to_come else RUNNING if session.ends_on >= history.desk.yesterday else OVER
    if session.promised >= session.seats:
        weights = {state: weight for state, weight in weights.items() if "start" not in CHAINS[state]}
    rare = [state for state in weights if not seen[state] and weights is not LONG_SENT]
    state = dice.choice(rare) if rare else dice.pick(weights)
    steps = _steps(dice, state, sent_on, session)
    last = steps[-1][1].date()
    if last > history.ends_on or last > history.desk.yesterday:
        return None
    session.promised += "accept" in CHAINS[state]
    question = state == "received" and dice.chance(0.4) and not history.up_to_date
    return DrawnReferral(history, centre, state, steps, session, question, is_news=not history.up_to_date)


def _waiting(today: date, sent_on: date) -> dict[str, int]:
    """What may have become of a referral to a session that is to come: few are left without answer for long."""
    if working_days_after(sent_on, RECEIVE_WORKING_DAYS) >= today:
        return JUST_SENT
    return SENT if working_days_after(sent_on, ANSWER_WORKING_DAYS) >= today else LONG_SENT


def _steps(dice: Dice, state: str, sent_on: date, session: Session) -> list[tuple[str, datetime]]:
    """The steps of a chain, each on a working day after the one before and as its session allows."""
    days = {
        "send": sent_on,
        "receive": working_days_after(sent_on, dice.randint(0, 2)),
        "start": working_day_on_or_before(session.starts_on + timedelta(days=1)),
        "complete": working_day_on_or_before(session.ends_on),
    }
    answered = working_days_after(days["receive"], dice.randint(1, 7))
    days |= dict.fromkeys(("accept", "ask_missing", "advise", "decline", "cancel", "withdraw"), answered)
    half_way = session.starts_on + (session.ends_on - session.starts_on) // 4
    days |= dict.fromkeys(("hold", "fail"), working_day_on_or_before(max(half_way, days["start"] + timedelta(days=1))))
    steps: list[tuple[str, datetime]] = []
    for name in CHAINS[state]:
        moment = dice.office_moment(lapses_on(steps[0][1]) if name == "lapse" else days[name])
        if name == "start":
            # The whole group starts at once.
            moment = at(days["start"], *GROUP_STARTS)
        if steps:
            moment = max(moment, steps[-1][1] + timedelta(minutes=15))
        steps.append((name, moment))
    return steps


def lapses_on(sent_at: datetime) -> date:
    """The first day after the promise and the delay are over: the worker then lets a referral lapse."""
    promise = Promise()
    return working_days_after(promise.due(sent_at, "normal").answer_on, promise.lapse + 1)


def hand_overs(dice: Dice, histories: list[History], desks: list[Desk]) -> list[DrawnReferral]:
    """A few people whose files are offered to another platform, which has not answered yet."""
    able = [history for history in histories if history.goal and history.is_open]
    referrals = []
    elsewhere_first = sorted(dice.sample(able, len(able)), key=lambda history: history.desk is desks[0])
    for number, history in enumerate(elsewhere_first[:MOST_OFFERED]):
        others = [desk for desk in desks if desk is not history.desk]
        if not others:
            break
        sent_on = working_day_on_or_before(history.desk.yesterday - timedelta(days=number))
        if sent_on > (history.timeline.day_of("begin_follow_up") or history.desk.today):
            steps = [("send", dice.office_moment(sent_on))]
            # The first platform, which most look at, is offered some.
            to = others[0] if number < OFFERED_TO_THE_FIRST else dice.choice(others)
            referrals.append(DrawnReferral(history, to, "requested", steps))
    return referrals
