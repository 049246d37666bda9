"""What someone types in a note or a contact: kept while they do, taken up, thrown away; its author alone reads it."""

from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Response, flash, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.database import NIL
from clais.encryption import DecryptionFailed
from clais.feature.pages import Pages
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import clock_time
from clais.web.rendering import is_partial_request, redirect_after_post, render
from tenants.drafts import actions
from tenants.drafts.models import Draft
from tenants.drafts.presentation import Shown
from tenants.drafts.queries import draft_of
from tenants.follow_up import sections
from tenants.follow_up.typed import (
    CONTACT,
    MOST,
    NOTE,
    TEXTS,
    form_of,
    put_together,
    seen_draft,
    shown,
    typed_in,
)
from tenants.follow_up.views.contacts import contact_page
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.questionnaires.views.answers import told

pages = Pages()
WRITE = "follow_up.write"
AT = f"/personnes/<uuid:person_id>/brouillons/<any({CONTACT}, {NOTE}):which>"


@pages.post(AT, WRITE)
def keep_draft(person_id: UUID, which: str) -> Response:
    """Keep what is typed so far, as the script of the page sends it; 409 when another page has kept something since."""
    person = get_or_404(Person, person_id)
    return keep_typed(person, which, lambda draft: shown(person.id, which, draft, 0))


def keep_typed(
    person: Person,
    which: str,
    shown_as: Callable[[Draft], Shown],
    *,
    subject_id: UUID = NIL,
    life: timedelta = actions.LIFE,
) -> Response:
    """Keep what was sent of a form, and say so; `shown_as` is how another draft is offered that stands there."""
    form_of(which, request.form)
    typed = typed_in(request.form)
    if sum(len(value) for values in typed.values() for value in values) > MOST:
        words = _("This text is too long to be kept: what you write stays in this page.")
        return told({"said": words, "warns": True}, HTTPStatus.UNPROCESSABLE_ENTITY)
    has_words = any(value.strip() for value in typed.get(TEXTS[which], ()))
    try:
        draft = actions.keep(
            database(), actor(), services().keyring, person.id, which, typed if has_words else None, seen_draft(),
            subject_id=subject_id, life=life,
        )  # fmt: skip
    except actions.Newer as newer:
        return _not_kept(shown_as(newer.draft) if newer.draft else None)
    if draft is None:
        return told({"version": 0, "said": ""} | ({"again": True} if has_words else {}))
    words = _("Kept as a draft at %(hour)s, for you alone.", hour=clock_time(draft.kept_at))
    return told({"version": draft.version, "said": words})


def _not_kept(draft: Shown | None) -> Response:
    words = _("Another draft waits here: take it up or throw it away. What you write stays in this page.")
    offer = render_template("drafts/_draft.html", draft=draft) if draft else ""
    return told({"said": words, "warns": True, "offer": offer}, HTTPStatus.CONFLICT)


@pages.post(f"{AT}/reprise", WRITE)
def resume_draft(person_id: UUID, which: str) -> Response:
    """The form with what was kept, and below it what was typed since."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    draft, values, ahead = taken_up(person, which)
    seen = draft.version if draft else 0
    if which == CONTACT:
        return contact_page(person, form_of(which, values), draft=shown(person.id, which, draft, seen, ahead=ahead))
    form = form_of(which, values, colleagues=sections.possible_readers(database(), actor()))
    content = sections.on_the_file(database(), person, actor(), form, seen=seen, ahead=ahead)
    return render("follow_up/refused.html", "follow_up/_notes.html", person=person, section=content)


def taken_up(person: Person, which: str, subject_id: UUID = NIL) -> tuple[Draft | None, MultiDict[str, str], bool]:
    """The draft of a form, what it held with what was typed since, and whether that is more than is kept."""
    form_of(which, request.form)
    typed = typed_in(request.form)
    draft = draft_of(database(), actor(), person.id, which, subject_id)
    try:
        kept = actions.read(services().keyring, draft) if draft else {}
    except DecryptionFailed:
        draft, kept = None, {}
    if draft is None:
        flash(_("This draft is not there any more: it was saved, or thrown away."), "wait")
    values = put_together(which, kept, typed)
    return draft, values, values.get(TEXTS[which]) != kept.get(TEXTS[which], [""])[0].strip()


@pages.button(f"{AT}/rejet", WRITE)
def drop_draft(person_id: UUID, which: str) -> AnyResponse:
    """Throw away what was kept; what the page holds stays there."""
    person = get_or_404(Person, person_id)
    actions.throw_away(database(), actor(), person.id, which)
    flash(_("The draft is thrown away."), "done")
    if is_partial_request():
        return render("drafts/_draft.html", "drafts/_draft.html", draft=shown(person.id, which, None, 0))
    if which == CONTACT:
        return redirect_after_post(url_for("follow_up.new_contact", person_id=person.id))
    return redirect_after_post(file_url(person.id, "notes"))
