"""Which referrals the demo has: who is sent where, when, and how far it got. Written by `referrals`."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before, working_days_after, working_days_before
from clais.exchange.referrals.delays import ANSWER_WORKING_DAYS, RECEIVE_WORKING_DAYS
from config.demo.catalogue import PublishedScheme, Session
from config.demo.desk import Desk
from config.demo.dice import Dice, at
from config.demo.life import Life

JUST_SENT = {"requested": 60, "received": 25, "accepted": 15}
SENT = {"received": 26, "accepted": 62, "declined": 6, "cancelled": 3, "withdrawn": 3}
LONG_SENT = {"accepted": 80, "declined": 11, "cancelled": 4, "withdrawn": 3, "received": 2}
RUNNING = {"in_progress": 62, "on_hold": 8, "failed": 9, "declined": 9, "cancelled": 4, "lapsed": 4, "withdrawn": 4}
OVER = {"completed": 60, "failed": 11, "declined": 13, "cancelled": 7, "lapsed": 5, "withdrawn": 4}
CHAINS: dict[str, tuple[str, ...]] = {
    "requested": ("send",),
    "received": ("send", "receive"),
    "accepted": ("send", "receive", "accept"),
    "declined": ("send", "receive", "decline"),
    "in_progress": ("send", "receive", "accept", "start"),
    "on_hold": ("send", "receive", "accept", "start", "hold"),
    "completed": ("send", "receive", "accept", "start", "complete"),
    "failed": ("send", "receive", "accept", "start", "fail"),
    "cancelled": ("send", "receive", "cancel"),
    "lapsed": ("send", "lapse"),
    "withdrawn": ("send", "receive", "withdraw"),
}
"""The steps that lead to each state. A draft is never stored: it lives inside the transaction that sends it."""
_SHARE = 0.85
STORY = {"Karim": ("roadworks", "received"), "Thierry": ("warehouse", "accepted")}
"""What became of two people of the story: scheme and state."""


@dataclass(slots=True)
class Relay:
    """One referral: its steps with their moments. `session` is None for a hand-over between two platforms."""

    life: Life
    to: Desk
    state: str
    steps: list[tuple[str, datetime]]
    session: Session | None = None
    question: bool = False
    is_news: bool = True
    of_the_story: bool = False
    reference: str = ""
    key: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def sent_at(self) -> datetime:
        return self.steps[0][1]

    def moment_of(self, name: str) -> datetime | None:
        """When a step was taken."""
        return next((moment for step, moment in self.steps if step == name), None)


def draw_relays(dice: Dice, centre: Desk, lives: list[Life], schemes: Mapping[str, PublishedScheme]) -> list[Relay]:
    """Referrals to the support centre, of every state that is stored, oldest first."""
    seen: Counter[str] = Counter()
    relays = _of_the_story(centre, lives, schemes)
    told = [relay.life for relay in relays]
    for life in dice.sample(lives, len(lives)):
        if life.goal is None or life in told or not dice.chance(_SHARE):
            continue
        scheme = schemes[dice.choice(life.project["schemes"])]
        for session in _in_order(dice, life, scheme.sessions):
            relay = _relay(life, centre, session, seen)
            if relay is not None:
                seen[relay.state] += 1
                relays.append(relay)
                break
    return sorted(relays, key=lambda relay: relay.sent_at)


def _in_order(dice: Dice, life: Life, sessions: list[Session]) -> list[Session]:
    """The sessions in the order in which a place is sought: for most who are followed now, the next one first."""
    shuffled = dice.sample(sessions, len(sessions))
    if life.is_open and dice.chance(0.6):
        shuffled.sort(key=lambda session: (session.starts_on <= life.desk.today, session.starts_on))
    return shuffled


def _of_the_story(centre: Desk, lives: list[Life], schemes: Mapping[str, PublishedScheme]) -> list[Relay]:
    """Karim's, about which the centre asked something three days ago; Thierry's, who got a seat yesterday."""
    relays = []
    for life in lives:
        code = STORY.get(life.person.values["given_names"]) if life.part else None
        if code is None:
            continue
        session = schemes[code[0]].sessions[-1]
        ago = working_days_before(life.desk.today, 3)
        steps = [("send", at(working_days_before(ago, 2), 11)), ("receive", at(ago, 9, 20))]
        if code[1] == "accepted":
            steps.append(("accept", at(life.desk.yesterday, 14, 10)))
            session.promised += 1
        relays.append(Relay(life, centre, code[1], steps, session, question=code[1] == "received", of_the_story=True))
    return relays


def _relay(life: Life, centre: Desk, session: Session, seen: Counter[str]) -> Relay | None:
    today, dice = life.desk.today, life.dice
    followed = life.course.day_of("begin_follow_up")
    if followed is None:
        return None
    to_come = session.starts_on > today
    earliest = max(followed + timedelta(days=2), session.starts_on - timedelta(days=60 if to_come else 90))
    latest = min(session.starts_on - timedelta(days=24), life.ends_on)
    if to_come:
        latest = min(session.closes_on, life.desk.yesterday, life.ends_on)
    if latest < earliest:
        return None
    sent_on = working_day_on_or_before(earliest + timedelta(days=dice.randint(0, (latest - earliest).days)))
    if sent_on < followed:
        return None
    weights = _waiting(today, sent_on) if to_come else RUNNING if session.ends_on >= life.desk.yesterday else OVER
    if session.promised >= session.seats:
        weights = {state: weight for state, weight in weights.items() if "start" not in CHAINS[state]}
    rare = [state for state in weights if not seen[state] and weights is not LONG_SENT]
    state = dice.choice(rare) if rare else dice.pick(weights)
    steps = _steps(dice, state, sent_on, session)
    last = steps[-1][1].date()
    if last > life.ends_on or last > life.desk.yesterday:
        return None
    session.promised += "accept" in CHAINS[state]
    question = state == "received" and dice.chance(0.4) and not life.main
    return Relay(life, centre, state, steps, session, question, is_news=not life.main)


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
        "lapse": working_days_after(sent_on, 20),
    }
    answered = working_days_after(days["receive"], dice.randint(1, 7))
    days |= dict.fromkeys(("accept", "decline", "cancel", "withdraw"), answered)
    half_way = session.starts_on + (session.ends_on - session.starts_on) // 4
    days |= dict.fromkeys(("hold", "fail"), working_day_on_or_before(max(half_way, days["start"] + timedelta(days=1))))
    steps: list[tuple[str, datetime]] = []
    for name in CHAINS[state]:
        moment = dice.office_moment(days[name])
        if steps:
            moment = max(moment, steps[-1][1] + timedelta(minutes=15))
        steps.append((name, moment))
    return steps


def hand_overs(dice: Dice, lives: list[Life], desks: list[Desk]) -> list[Relay]:
    """A few people who go on in another platform, not yet answered."""
    able = [life for life in lives if life.goal and life.is_open]
    relays = []
    for number, life in enumerate(dice.sample(able, min(6, len(able)))):
        others = [desk for desk in desks if desk is not life.desk]
        if not others:
            break
        sent_on = working_day_on_or_before(life.desk.yesterday - timedelta(days=number))
        steps = [("send", dice.office_moment(sent_on))]
        if number > 2:  # noqa: PLR2004 - the later half was received already.
            steps.append(("receive", max(dice.office_moment(life.desk.yesterday), steps[0][1] + timedelta(minutes=10))))
        if sent_on > (life.course.day_of("begin_follow_up") or life.desk.today):
            relays.append(Relay(life, dice.choice(others), "received" if number > 2 else "requested", steps))  # noqa: PLR2004
    return relays
