"""What every page of this feature starts from."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import abort, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.exchange.actions import Gone
from clais.exchange.delays import last_day_of, promised_on
from clais.exchange.models import Referral
from clais.exchange.queries import received_referral
from clais.exchange.workflow import (
    CANCEL_REASONS,
    DECLINE_REASONS,
    FAIL_REASONS,
    RESULTS,
    STATES,
    UNANSWERED,
    URGENCIES,
)
from clais.web.context import database
from clais.web.errors import StaleEdit
from clais.web.routing import Feature
from clais.words import N_
from clais.words import gettext as _
from clais.workflow import Refused
from support_center.routing.models import Participant
from support_center.routing.queries import visible_participant
from support_center.routing.workflow import ENROLMENT, LEAVING_REASONS, PARTICIPANT

routing = Feature("routing", __name__)

TAGS = {
    "requested": "wait",
    "received": "here",
    "accepted": "here",
    "in_progress": "here",
    "on_hold": "wait",
    "completed": "done",
    "declined": "",
    "failed": "late",
    "lapsed": "late",
    "cancelled": "late",
    "enrolled": "here",
    "waiting": "wait",
    "left": "",
    "seated": "done",
    "released": "",
}
AGE_BANDS = {
    "under_18": N_("under 18"),
    "18_24": N_("18 to 24 years"),
    "25_29": N_("25 to 29 years"),
    "30_34": N_("30 to 34 years"),
    "35_39": N_("35 to 39 years"),
    "40_44": N_("40 to 44 years"),
    "45_49": N_("45 to 49 years"),
    "50_54": N_("50 to 54 years"),
    "55_59": N_("55 to 59 years"),
    "60_plus": N_("60 years and over"),
}
SEX = {"woman": N_("woman"), "man": N_("man"), "other": N_("other sex")}
LAST_DAY, SOON_DAYS = 0, 4


def received_or_404(referral_id: UUID) -> Referral:
    """A received referral whose consent stands; anything else answers like one that does not exist."""
    referral = received_referral(database(), referral_id)
    if referral is None:
        abort(404)
    return referral


def participant_or_404(participant_id: UUID) -> Participant:
    """A participant whose consent stands; anything else answers like one that does not exist."""
    participant = visible_participant(database(), participant_id)
    if participant is None:
        abort(404)
    return participant


@contextmanager
def moving(too_late: Callable[[], StaleEdit]) -> Iterator[None]:
    """404 when the consent ended meanwhile; what `too_late` makes when something moved between the page and the click.

    It is called after the roll-back, in a new transaction: it reads where things stand now.
    """
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        raise too_late() from error


def whom(referral: Referral) -> str:
    """Sex and age band, as far as they are shared: never a name."""
    return whom_of((referral.sex, referral.age_band))


def whom_of(shared: tuple[str | None, str | None]) -> str:
    """The same from the two codes, each None when it is not shared."""
    sex, age_band = shared
    parts = [_(SEX[sex]) if sex in SEX else "", _(AGE_BANDS[age_band]) if age_band in AGE_BANDS else ""]
    return ", ".join(filter(None, parts)) or _("age and sex not shared")


def time_left(referral: Any) -> tuple[str, str]:
    """The words and the kind of the tag that says how long the answer may still take."""
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


def words() -> dict[str, Any]:
    """The tables of words that the templates of this feature read."""
    return {
        "states": STATES,
        "participant_states": PARTICIPANT.states,
        "enrolment_states": ENROLMENT.states,
        "reasons": DECLINE_REASONS | CANCEL_REASONS | FAIL_REASONS | RESULTS | LEAVING_REASONS,
        "urgencies": URGENCIES,
        "tags": TAGS,
        "whom": whom,
        "time_left": time_left,
        "last_day": last_day_of,
    }


def referral_url(referral: Referral) -> str:
    """The page of a received referral."""
    return url_for("routing.show", referral_id=referral.id)
