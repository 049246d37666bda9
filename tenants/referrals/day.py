"""The referrals on someone's day: late answers, and changes of state."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from uuid import UUID

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.referrals import awaited
from clais.exchange.referrals import news as news_of_referrals
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.workflow import STATES
from clais.feature.day import LATE, MOST, NEWS, TODAY, Waiting, Words
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import exact_day, lateness
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.referrals import presentation
from tenants.referrals.queries import Pairs, referrals_of_the_day, referrals_that_moved

Put = Callable[[Referral, Person], Words]


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """First the late answers and the late news, then the seats that are offered, then the changes of state since
    `actor` looked.
    """
    found = referrals_of_the_day(session, actor, services().permissions, MOST)
    yield from _each(LATE + 2, found.late, _without_answer, lambda one: one.answer_due_on, lambda _one: "")
    questions = awaited.questions_of(session, [referral for referral, _of in found.asked])
    asked = partial(_asked, questions)
    yield from _each(LATE + 2, found.asked, asked, lambda one: one.asked_on, lambda one: f" {one.asked_on}")
    yield from _each(LATE + 3, found.silent, _without_news, lambda one: one.news_due_on, lambda _one: "")
    for referral, person in found.offered:
        until = referral.offer_until or today()
        yield Waiting(
            TODAY if until > today() else LATE + 1,
            person.full_name,
            partial(_offered, referral, person),
            until,
            subject=f"{referral.id} place {until.isoformat()}",
            icon="grid-3x3-gap",
            person_id=person.id,
        )
    offered = {referral.id for referral, _person in found.offered}
    moved = [(referral, person) for referral, person in found.moved if referral.id not in offered]
    yield from _each(
        NEWS, moved, _moved, lambda one: one.last_moved_at, lambda one: f" {one.last_moved_at.isoformat()}"
    )


def _each(
    urgency: int,
    found: Pairs,
    put: Put,
    when: Callable[[Referral], date | datetime | None],
    mark: Callable[[Referral], str],
) -> Iterator[Waiting]:
    """A line for each referral; `mark` tells this time that it waits from another one."""
    for referral, person in found:
        yield Waiting(
            urgency,
            person.full_name,
            partial(put, referral, person),
            when(referral) or referral.last_moved_at,
            subject=f"{referral.id}{mark(referral)}",
            icon="send",
            person_id=person.id,
        )


def _without_answer(referral: Referral, person: Person) -> Words:
    return Words(
        _("No answer yet on “%(scheme)s”.", scheme=referral.scheme_name or referral.to_name),
        _("Write a message"),
        url_for("referrals.show", referral_id=referral.id),
        lateness(referral.answer_due_on or referral.last_moved_at),
        "late",
        file_url(person.id),
    )


def _offered(referral: Referral, person: Person) -> Words:
    until = referral.offer_until or today()
    return Words(
        _(
            "A seat is offered until %(day)s in “%(scheme)s”: does the person take it?",
            day=exact_day(until),
            scheme=referral.scheme_name or referral.to_name,
        ),
        _("Answer"),
        url_for("referrals.show", referral_id=referral.id, _anchor="offer"),
        _("Seat offered"),
        "wait",
        file_url(person.id),
    )


def _asked(questions: Mapping[UUID, str], referral: Referral, person: Person) -> Words:
    question = questions.get(referral.id, "")
    return Words(
        _("“%(scheme)s” asks: %(question)s", scheme=referral.scheme_name or referral.to_name, question=question),
        _("Reply"),
        url_for("referrals.show", referral_id=referral.id, _anchor="supply"),
        _(STATES[referral.state]),
        "wait",
        file_url(person.id),
    )


def _without_news(referral: Referral, person: Person) -> Words:
    return Words(
        _("No news of “%(scheme)s”.", scheme=referral.scheme_name or referral.to_name),
        _("Write a message"),
        url_for("referrals.show", referral_id=referral.id),
        presentation.silence_text(referral),
        "late",
        file_url(person.id),
    )


def _moved(referral: Referral, person: Person) -> Words:
    return Words(
        _(
            "Referral to “%(scheme)s”. %(standing)s.",
            scheme=referral.scheme_name or referral.to_name,
            standing=presentation.status_text(referral),
        ),
        _("Look"),
        url_for("referrals.show", referral_id=referral.id),
        _(STATES[referral.state]),
        presentation.TAGS.get(referral.state, ""),
        file_url(person.id),
    )


def mark_seen(session: ScopedSession, actor: Actor, until: datetime) -> None:
    """Mark the changes of state that are on the actor's day as seen, up to a moment."""
    for referral, _of in referrals_that_moved(session, actor, services().permissions, MOST):
        if referral.last_moved_at <= until:
            news_of_referrals.mark_seen(session, actor.membership_id, referral, _)
