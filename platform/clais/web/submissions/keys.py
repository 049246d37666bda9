"""A form that is sent twice is saved once: each blank form has a key, which can be used only once."""

from uuid import UUID

from flask import abort, flash, g, redirect, request
from sqlalchemy import Uuid, bindparam, update
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from clais.database import NIL
from clais.translation import gettext as _
from clais.web.context import API, database
from clais.web.submissions.models import Submission

FIELD = "_submission"
HEADER = "Idempotency-Key"


def repeated_submission() -> Response | None:
    """Use the key of the submitted form. When it was used before, the redirect of the first time; otherwise None.

    A concurrent second request waits for the row of the first one, so that twenty clicks at once are saved once.
    """
    if request.method != "POST" or g.get("actor") is None or g.actor.tenant_id == NIL:
        return None
    # API clients send the key in the Idempotency-Key header.
    sent_key = request.headers.get(HEADER) or (None if request.is_json else request.form.get(FIELD))
    if sent_key is None:
        return None
    try:
        key = UUID(sent_key)
    except ValueError:
        abort(400)
    session = database()
    session.add(Submission(id=key, membership_id=g.actor.membership_id))
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        earlier = session.get(Submission, (g.actor.tenant_id, key))
        if earlier is None or earlier.membership_id != g.actor.membership_id:
            abort(409)
        if not request.path.startswith(API):
            # A user who went back in the browser and typed something else must know that it was not saved.
            flash(_("This form had been sent already: it was saved once, as it was the first time."), "wait")
        return redirect(earlier.location or request.path, 303)
    g.submission = key
    return None


_ANSWERED = (
    update(Submission)
    .where(Submission.tenant_id == bindparam("here", type_=Uuid()), Submission.id == bindparam("sent_as", type_=Uuid()))
    .values(location=bindparam("led_to"))
    .execution_options(synchronize_session=False)
)


def remember_location(location: str | None) -> None:
    """Store the redirect of the form, for a repeated submission."""
    key = g.get("submission")
    if key is not None and location:
        database().execute(_ANSWERED, {"here": g.actor.tenant_id, "sent_as": key, "led_to": location[:300]})
