from uuid import UUID

from flask import Response, abort, flash, url_for

from clais.feature.pages import Pages
from clais.messaging.actions import mark_read
from clais.messaging.models import Notification
from clais.messaging.queries import MOST_UNREAD, lately_read, unread
from clais.messaging.subjects import address_of
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render

pages = Pages()


@pages.page("/notifications", "notification.read")
def index() -> Response:
    who = actor()
    fresh = unread(database(), who.membership_id)
    seen = lately_read(database(), who.membership_id)
    return render(
        "notifications/index.html",
        unread=fresh,
        read=seen,
        addresses={line.id: address_of(who, line.subject_type, line.subject_id) for line in (*fresh, *seen)},
        most=MOST_UNREAD,
    )


@pages.button("/notifications/<uuid:notification_id>/lecture", "notification.read")
def open_notification(notification_id: UUID) -> Response:
    """Mark a line as read and go where it leads."""
    line = _own(notification_id)
    mark_read(database(), actor().membership_id, line.id)
    address = address_of(actor(), line.subject_type, line.subject_id)
    return redirect_after_post(address or url_for("notifications.index"))


@pages.button("/notifications/lecture", "notification.read")
def read_all() -> Response:
    count = mark_read(database(), actor().membership_id)
    flash(
        ngettext("%(num)d notification is marked as read.", "%(num)d notifications are marked as read.", count), "done"
    )
    return redirect_after_post(url_for("notifications.index"))


def _own(notification_id: UUID) -> Notification:
    """A line of the member who asks; a colleague's answers like one that does not exist."""
    line = get_or_404(Notification, notification_id)
    if line.membership_id != actor().membership_id:
        abort(404)
    return line
