from uuid import UUID

from flask import Response, url_for

from clais.audit.actions import record_reading
from clais.database import NIL
from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database, get_or_404
from clais.web.cursors import after_moment, write_cursor
from clais.web.rendering import render
from tenants.follow_up.schemas import (
    ThreadSchema,
)
from tenants.follow_up.thread import page_of_thread
from tenants.people.models import Person

pages = Pages()


@pages.page("/personnes/<uuid:person_id>/fil", "follow_up.read")
def thread(person_id: UUID) -> Response:
    """The whole thread of a file, newest first. The reading is recorded."""
    person = get_or_404(Person, person_id)
    chosen = query_arguments(ThreadSchema)
    after = after_moment(chosen["after"])
    session = database()
    record_reading(session, person.id)
    kind = chosen["kind"]
    entries, more = page_of_thread(session, person.id, actor(), kind=kind, before=after[0] if after else None)
    following = write_cursor(entries[-1].when, NIL) if more else None
    labels = [
        (None, _("Everything")),
        ("note", _("Notes")),
        ("contact", _("Contacts")),
        ("appointment", _("Appointments")),
        ("path", _("Path and referrals")),
    ]
    return render(
        "follow_up/thread.html",
        "follow_up/_thread.html",
        person=person,
        entries=entries,
        choices=[
            {
                "label": label,
                "url": url_for("follow_up.thread", person_id=person.id, kind=code),
                "current": code == kind,
            }
            for code, label in labels
        ],
        next_url=url_for("follow_up.thread", person_id=person.id, kind=kind, after=following) if following else None,
        first_url=url_for("follow_up.thread", person_id=person.id, kind=kind) if after else None,
    )
