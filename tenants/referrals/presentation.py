"""Texts and tags that several pages of this feature share."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.exchange.eligibility.presentation import known_words
from clais.exchange.eligibility.rules.facts import FACTS
from clais.exchange.eligibility.rules.judging import Answer
from clais.exchange.referrals import offers
from clais.exchange.referrals.delays import Promise, days_without_news, promised_on
from clais.exchange.referrals.models import SCHEME, TRANSFER, PresenceSummary, Referral, ReferralEvent
from clais.exchange.referrals.presentation import path_of
from clais.exchange.referrals.workflow import STATES, UNANSWERED, URGENCIES, declined_by_the_person, outcome_label
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import NO_VERSION
from clais.web.formatting import near_day, relative_day, short_day
from tenants.eligibility.facts import SAID
from tenants.people.models import Person
from tenants.people.withheld import IN_CLEAR
from tenants.people.workflow import OPEN_STAGES
from tenants.referrals.proposals import Choice
from tenants.referrals.queries import sent_with_people

TAGS = {
    "requested": "wait",
    "received": "here",
    "incomplete": "wait",
    "accepted": "here",
    "in_progress": "here",
    "on_hold": "wait",
    "completed": "done",
    "handed_over": "done",
    "advised": "wait",
    "declined": "late",
    "failed": "late",
    "lapsed": "late",
}


def steps(referral: Referral, events: Sequence[ReferralEvent]) -> list[dict[str, Any]]:
    """The path of a referral for the path component."""
    return [
        {"label": _(STATES[step.code]), "state": step.state, "note": short_day(step.since) if step.since else ""}
        for step in path_of(referral, events)
    ]


def status_text(referral: Referral) -> str:
    """The state of a referral, and what is expected next, as a sentence."""
    if waited := _waited_for(referral):
        return waited
    if days_without_news(referral) is not None:
        return silence_text(referral)
    outcome = outcome_label(referral)
    if outcome is not None:
        note = referral.result_note if referral.state == "completed" else None
        return " · ".join(filter(None, (by_whom(referral), _(outcome), note)))
    return _("Last moved %(when)s", when=relative_day(referral.last_moved_at))


def _waited_for(referral: Referral) -> str:
    """Until when an answer is waited for, or since when the platform is asked something."""
    if referral.kind == TRANSFER and referral.state in UNANSWERED and referral.answer_due_on:
        return _("An answer is awaited until %(day)s; then the offer lapses", day=near_day(referral.answer_due_on))
    if referral.state == "requested" and referral.receive_due_on:
        return _("To be received by %(day)s", day=near_day(referral.receive_due_on))
    if referral.state == "received" and referral.answer_due_on:
        return _("An answer is promised by %(day)s", day=near_day(referral.answer_due_on))
    if referral.state == "incomplete" and referral.asked_on:
        return _("Something is asked since %(day)s", day=near_day(referral.asked_on))
    return ""


def offer_version(referral: Referral) -> str:
    """Which offer of a seat the page showed: an answer is never taken for one to another offer."""
    if not offers.stands(referral) or referral.offered_session_id is None:
        return NO_VERSION
    return f"{referral.offered_session_id.hex}-{referral.offer_until}"


def silence_text(referral: Referral) -> str:
    """« Sans nouvelles depuis 38 jours », where the receiver is late with its news; nothing elsewhere."""
    days = days_without_news(referral)
    return ngettext("No news for %(num)d day", "No news for %(num)d days", days) if days is not None else ""


def by_whom(referral: Referral) -> str:
    """« Par la personne », where it is she who declined."""
    return _("By the person") if declined_by_the_person(referral) else ""


def promised_text(promise: Promise) -> str:
    """By when an answer is promised to what is sent now, at each urgency."""
    moment = now()
    days = {code: near_day(promise.due(moment, code).answer_on, weekday=True) for code in URGENCIES}
    return _("Answer promised by %(normal)s; within the week: %(soon)s; urgent: %(urgent)s.", **days)


def is_late(referral: Referral) -> bool:
    """Whether a promised answer is late."""
    due = promised_on(referral)
    return referral.state in UNANSWERED and due is not None and due < today()


def needs_another_referral(referral: Referral, person: Person | None) -> bool:
    """Whether a referral to a scheme failed and the person still needs something else."""
    ended_without = referral.state in {"advised", "declined", "failed", "lapsed"}
    return referral.kind == SCHEME and ended_without and person is not None and person.stage in OPEN_STAGES


def has_sensitive_status(code: str, fact: Mapping[str, Any]) -> bool:
    """Whether a shared fact is a status that the card does not say; not every parcel has that marked."""
    return code == "status" and fact["value"] in IN_CLEAR


def consent_is_over(referral: Referral) -> bool:
    """Whether the consent expired: the receiver can no longer read the referral."""
    return referral.withdrawn_at is None and referral.consent_until <= now()


class Presence(NamedTuple):
    """How often the person of a referral was there, in words."""

    there: str
    absences: list[str]
    last_on: date


def presence_text(summary: PresenceSummary | None) -> Presence | None:
    """« 12 demi-jours sur 14 », and the absences by their reasons; None when nothing was said, or may be read."""
    if summary is None:
        return None
    there = ngettext(
        "there on %(num)d half-day of %(held)s",
        "there on %(num)d half-days of %(held)s",
        summary.attended,
        held=summary.held,
    )
    to_say = summary.held - summary.attended - summary.excused - summary.unexcused
    absences = [
        ngettext("%(num)d absence without a reason", "%(num)d absences without a reason", summary.unexcused)
        if summary.unexcused
        else "",
        ngettext("%(num)d absence with a good reason", "%(num)d absences with a good reason", summary.excused)
        if summary.excused
        else "",
        ngettext("%(num)d absence to be explained", "%(num)d absences to be explained", to_say) if to_say else "",
    ]
    return Presence(there, [part for part in absences if part], summary.last_on)


def descriptions(session: ScopedSession, ids: Collection[UUID], _actor: Actor) -> dict[UUID, str]:
    """Referral → the person and the scheme, for the notifications about it."""
    return {
        referral.id: " · ".join(
            filter(None, (person.full_name if person else "", referral.scheme_name or referral.to_name))
        )
        for referral, person in sent_with_people(session, ids)
    }


def said_of(answer: Answer) -> str:
    """What the file says of a condition, and since when: « CESI / CESDD », « oui, dit le 14 août »."""
    if answer.known is None or answer.rule.field not in FACTS:
        return ""
    on = near_day(answer.known.on) if answer.known.on else ""
    words = known_words(answer.rule.fact, answer.known.value)
    if answer.known.source == SAID:
        return _("%(what)s, said on %(day)s", what=words, day=on)
    return _("%(what)s, since %(day)s", what=words, day=on) if on else words


def unfit_summary(choice: Choice) -> str:
    """Why what is folded is not possible today, counted: « 3 complets · 4 avec une condition non remplie »."""
    unmet = [proposal for proposal in choice.unfit if proposal.unmet]
    over = [proposal for proposal in choice.unfit if proposal.is_over and not proposal.unmet]
    full = len(choice.unfit) - len(unmet) - len(over)
    pointed = [
        _("%(scheme)s, which the orientation points to", scheme=proposal.offer.scheme.name)
        for proposal in choice.unfit
        if proposal.in_line
    ]
    counted = [
        ngettext("%(num)d full", "%(num)d full", full) if full else "",
        ngettext("%(num)d with a condition that is not met", "%(num)d with a condition that is not met", len(unmet))
        if unmet
        else "",
        ngettext("%(num)d with registrations closed", "%(num)d with registrations closed", len(over)) if over else "",
    ]
    return " · ".join(filter(None, [*pointed, *counted]))


def path_steps(here: int, destination: str = "") -> list[dict[str, str]]:
    """The steps of sending a referral, with the present one."""
    steps = [
        (_("Where?"), destination),
        (_("What to share?"), _("with their agreement")),
        (_("Agreement"), _("signature")),
        (_("Sent"), ""),
    ]
    return [
        {"label": label, "note": note, "state": "past" if index < here else "here" if index == here else "ahead"}
        for index, (label, note) in enumerate(steps)
    ]
