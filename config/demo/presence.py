"""Who was there in the sessions that are under way, as the officers said it half-day by half-day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from clais.clock import local
from clais.exchange.referrals.models import PresenceSummary
from clais.exchange.training.rules.half_days import HalfDay
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from support_center.presence.rules.tally import tally_of
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.models import PresenceMark

SINCE = timedelta(weeks=3)
"""Before that, presences were kept on paper."""
LIKELY = {
    "present": 86, "late": 3, "excused": 6, "unexcused": 3, "ours": 1, "absent": 1,
}  # fmt: skip
OFTEN_AWAY = {"present": 62, "late": 6, "excused": 10, "unexcused": 20, "absent": 2}
WHY = ("Rendez-vous médical", "Enfant malade", "Convocation au CPAS", "Grève des bus", "Entretien d'embauche")
SAID_AT = {"am": (12, 10), "pm": (16, 40)}


@dataclass(frozen=True, slots=True)
class Attending:
    """Someone with a seat in a session under way, since a day."""

    participant_id: UUID
    session_id: UUID
    starts_on: date
    ends_on: date
    timetable: str | None
    since: date
    until: date
    """The day on which they paused, or the last one of the history."""
    referral_id: UUID
    platform_id: UUID
    consent_until: datetime


def write_presence(centre: Desk, dice: Dice, officer: Colleague, one: Attending) -> None:
    """What was said of someone until yesterday, and what their platform reads of it."""
    first = max(one.since, one.starts_on, centre.today - SINCE)
    every = half_days_of_session(one.starts_on, one.ends_on, one.timetable)
    held = [half_day for half_day in every if first < half_day.day <= min(one.until, centre.yesterday)]
    if not held:
        return
    likely = OFTEN_AWAY if dice.chance(0.12) else LIKELY
    marks = [_mark(centre, dice, officer, one, half_day, dice.pick(likely)) for half_day in held]
    tally = tally_of(marks)
    last = at(held[-1].day, *SAID_AT[held[-1].half])
    centre.ledger.add(
        PresenceSummary, dice, at(held[0].day, *SAID_AT[held[0].half]), to_tenant_id=one.platform_id,
        referral_id=one.referral_id, consent_until=one.consent_until, held=tally.held, attended=tally.attended,
        excused=tally.excused, unexcused=tally.unexcused, last_on=local(last).date(), updated_at=last,
        version=len(marks),
    )  # fmt: skip


def _mark(centre: Desk, dice: Dice, officer: Colleague, one: Attending, half_day: HalfDay, mark: str) -> str:
    moment = at(half_day.day, *SAID_AT[half_day.half])
    centre.ledger.add(
        PresenceMark, dice, moment, participant_id=one.participant_id, scheme_session_id=one.session_id,
        day=half_day.day, half=half_day.half, mark=mark, note=dice.choice(WHY) if mark == "excused" else None,
        marked_by=officer.name, act_id=dice.key(moment), version=1,
    )  # fmt: skip
    centre.record(
        dice, moment, officer, "presence.say", "participant", one.participant_id, person_id=one.participant_id,
        details={"half_day": half_day.code},
    )  # fmt: skip
    return mark
