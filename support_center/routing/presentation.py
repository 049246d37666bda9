"""The texts about referrals and participants that several pages of this feature share."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.listings import record_listing
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import last_day_of
from clais.exchange.referrals.choices import AGE_BANDS
from clais.exchange.referrals.delays import Promise, days_without_news, promised_on
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import STATES, UNANSWERED, URGENCIES, reason_label
from clais.place_names import of_place
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from support_center.routing.queries import received_with_names
from support_center.routing.workflow import ENROLMENT, PARTICIPANT

TAGS = {
    "requested": "wait",
    "received": "here",
    "incomplete": "wait",
    "accepted": "here",
    "in_progress": "here",
    "on_hold": "wait",
    "completed": "done",
    "advised": "",
    "declined": "",
    "failed": "late",
    "lapsed": "late",
    "cancelled": "late",
    "enrolled": "here",
    "waiting": "wait",
    "left": "",
    "taken_back": "",
    "seated": "done",
    "released": "",
}
SEX = {"woman": N_("woman"), "man": N_("man"), "other": N_("other sex")}
LAST_DAY, SOON_DAYS = 0, 4


def too_early(sent_on: date) -> str:
    """Why a day of beginning is refused."""
    return _("The referral was only sent on %(day)s: check the year and the month.", day=exact_day(sent_on))


def sex_and_age(referral: Referral) -> str:
    """Sex and age band, as far as they are shared: never a name."""
    return sex_and_age_label((referral.sex, referral.age_band))


def sex_and_age_label(shared: tuple[str | None, str | None]) -> str:
    """The same from the two codes, each None when it is not shared."""
    sex, age_band = shared
    parts = [_(SEX[sex]) if sex in SEX else "", _age_label(age_band)]
    return ", ".join(filter(None, parts)) or _("age and sex not shared")


def _age_label(age_band: str | None) -> str:
    if age_band in AGE_BANDS:
        return _(AGE_BANDS[age_band])
    # Of who shares only a year of birth, the age stands between two bands: `clais.numbers.age_band_of_year`.
    one, _bar, other = (age_band or "").partition("_")
    return _("%(one)s or %(other)s years", one=one, other=other) if one.isdigit() and other.isdigit() else ""


def time_left(referral: Any) -> tuple[str, str]:
    """The text and the kind of the tag with the time left to answer."""
    due = promised_on(referral)
    if due is None or referral.state not in UNANSWERED:
        return _(STATES[referral.state]), TAGS.get(referral.state, "")
    days = (due - today()).days
    if days < 0:
        return _("late"), "late"
    if days == LAST_DAY:
        return _("last day"), "late"
    kind = "wait" if days <= SOON_DAYS else ""
    return _("1 day") if days == 1 else _("%(days)s days", days=days), kind


def promised_days(promise: Promise) -> dict[str, int]:
    """The working days that are promised, as the foot of the inbox says them."""
    receive, answer = promise.days("normal")
    return {"receive": receive, "answer": answer, **{code: promise.days(code)[1] for code in ("soon", "urgent")}}


def template_tables() -> dict[str, Any]:
    """The labels and formatters that the templates of this feature read."""
    return {
        "states": STATES,
        "participant_states": PARTICIPANT.states,
        "enrolment_states": ENROLMENT.states,
        "reason_label": reason_label,
        "urgencies": URGENCIES,
        "tags": TAGS,
        "sex_and_age": sex_and_age,
        "time_left": time_left,
        "days_without_news": days_without_news,
        "last_day": last_day_of,
    }


def descriptions(session: ScopedSession, ids: Collection[UUID], actor: Actor) -> dict[UUID, str]:
    """Referral → who and what, for the notifications about it: the participant once accepted, else from where."""
    may_name = actor.may("participant.read")
    rows = received_with_names(session, ids)
    if may_name:
        record_listing(session, (row.id for row in rows if row.display_name))
    return {
        row.id: " · ".join(
            filter(None, (row.display_name if may_name else None, row.scheme_name or _("Another request")))
        )
        + ("" if row.display_name and may_name else " · " + of_place(row.from_name))
        for row in rows
    }
