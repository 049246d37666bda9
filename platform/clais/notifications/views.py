from uuid import UUID

from flask import Response, abort, flash, url_for

from clais.feature.pages import Pages
from clais.messaging.actions import mark_read
from clais.messaging.models import Notification
from clais.messaging.queries import MAXIMUM_UNREAD, recently_read, unread
from clais.messaging.subjects import descriptions, sentences, subject_url
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render

pages = Pages()


@pages.page("/notifications", "notification.read")
def index() -> Response:
    who = actor()
    unread_lines = unread(database(), who.membership_id)
    read_lines = recently_read(database(), who.membership_id)
    return render(
        "notifications/index.html",
        unread=unread_lines,
        read=read_lines,
        addresses={
            line.id: subject_url(who, line.subject_type, line.subject_id) for line in (*unread_lines, *read_lines)
        },
        about=descriptions(database(), who, (*unread_lines, *read_lines)),
        sentences=sentences(database(), who, (*unread_lines, *read_lines)),
        maximum=MAXIMUM_UNREAD,
    )


@pages.button("/notifications/<uuid:notification_id>/lecture", "notification.read")
def open_notification(notification_id: UUID) -> Response:
    """Mark a notification as read and redirect to its subject."""
    line = _own_notification(notification_id)
    mark_read(database(), actor().membership_id, line.id)
    address = subject_url(actor(), line.subject_type, line.subject_id)
    return redirect_after_post(address or url_for("notifications.index"))


@pages.button("/notifications/lecture", "notification.read")
def read_all() -> Response:
    count = mark_read(database(), actor().membership_id)
    flash(
        ngettext("%(num)d notification is marked as read.", "%(num)d notifications are marked as read.", count), "done"
    )
    return redirect_after_post(url_for("notifications.index"))


def _own_notification(notification_id: UUID) -> Notification:
    """A notification of the current member; 404 for one of a colleague."""
    line = get_or_404(Notification, notification_id)
    if line.membership_id != actor().membership_id:
        abort(404)
    return line
