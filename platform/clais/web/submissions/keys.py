"""A form sent twice is saved once: each blank form carries a key, and the key can be used up only once."""

from uuid import UUID

from flask import abort, flash, g, redirect, request
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from clais.database import NIL
from clais.translation import gettext as _
from clais.web.context import API, database
from clais.web.submissions.models import Submission

FIELD = "_submission"
HEADER = "Idempotency-Key"


def seen_before() -> Response | None:
    """Use up the key of the form at hand. A redirect to where it led, when it was sent before; None otherwise.

    Whoever comes second waits on the first one's row, so that twenty clicks at once are one row too.
    """
    if request.method != "POST" or g.get("actor") is None or g.actor.tenant_id == NIL:
        return None
    # The API's callers send the key as the header that their field knows for it.
    typed = request.headers.get(HEADER) or (None if request.is_json else request.form.get(FIELD))
    if typed is None:
        return None
    try:
        key = UUID(typed)
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
            # Whoever came back with the browser's button and wrote something else must know that it was not taken.
            flash(_("This form had been sent already: it was saved once, as it was the first time."), "wait")
        return redirect(earlier.location or request.path, 303)
    g.submission = key
    return None


def remember_location(location: str | None) -> None:
    """Keep where the form led, for whoever sends it again."""
    key = g.get("submission")
    if key is not None and location:
        database().execute(
            update(Submission)
            .where(Submission.tenant_id == g.actor.tenant_id, Submission.id == key)
            .values(location=location[:300])
            .execution_options(synchronize_session=False)
        )
