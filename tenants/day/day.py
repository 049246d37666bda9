"""The unread notifications on someone's day."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.day import MOST, NEWS, Waiting, Words
from clais.messaging.actions import mark_read
from clais.messaging.models import Notification
from clais.messaging.queries import unread
from clais.messaging.subjects import descriptions, sentences, subject_url
from clais.translation import gettext as _
from tenants.day.queries import subject_types_of_sources


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The unread notifications about subjects that no other source of the day shows."""
    covered = subject_types_of_sources(actor)
    lines = [line for line in unread(session, actor.membership_id) if line.subject_type not in covered]
    about, said = descriptions(session, actor, lines[:MOST]), sentences(session, actor, lines[:MOST])
    for line in lines[:MOST]:
        yield Waiting(
            NEWS,
            about.get(line.subject_id, ""),
            partial(_unread, actor, line, said[line.id]),
            line.created_at,
            subject=str(line.id),
            icon="bell",
            person_id=line.person_id,
        )


def _unread(actor: Actor, line: Notification, sentence: str) -> Words:
    return Words(
        sentence,
        _("See"),
        url_for("notifications.open_notification", notification_id=line.id),
        _("new"),
        "done",
        subject_url(actor, line.subject_type, line.subject_id),
        by_post=True,
    )


def mark_seen(session: ScopedSession, actor: Actor, until: datetime) -> None:
    """Mark the notifications that are on the actor's day as read, up to a moment."""
    covered = subject_types_of_sources(actor)
    for line in unread(session, actor.membership_id):
        if line.subject_type not in covered and line.created_at <= until:
            mark_read(session, actor.membership_id, line.id)
