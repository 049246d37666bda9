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
from clais.exchange.referrals.delays import Promise, days_without_news, promised_on
from clais.exchange.referrals.presentation import sex_and_age
from clais.exchange.referrals.workflow import OFFER_WORDS, SEAT_OFFER, STATES, UNANSWERED, URGENCIES, reason_label
from clais.place_names import of_place
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from support_center.routing.admission import MOST_LISTS
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
LAST_DAY, SOON_DAYS = 0, 4


def too_early(sent_on: date) -> str:
    """Why a day of beginning is refused."""
    return _("The referral was only sent on %(day)s: check the year and the month.", day=exact_day(sent_on))


def not_admitted(code: str) -> str:
    """Why someone gets no seat or place in a session: a code of `admission.REFUSALS`."""
    return {
        "seated_already": _("This person has a seat in this session already, or waits for one, by another referral."),
        "too_many_lists": _(
            "This person waits on %(most)s lists already, which is the most at a time. Speak of it with the platform:"
            " which list may they leave?",
            most=MOST_LISTS,
        ),
        "list_closed": _("The list is closed: it does not move any more. It opens again when a seat is given from it."),
    }[code]


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
        "offer_words": OFFER_WORDS,
        "offer_label": SEAT_OFFER.label_of,
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
