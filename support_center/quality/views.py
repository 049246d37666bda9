from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.models import QualityRequest
from clais.exchange.quality.presentation import about_text, drawn_text, figures_of, state_tag, when_text
from clais.exchange.quality.queries import ANSWERED, WAITING, Asked, reply_to, sent_requests, summaries_of
from clais.exchange.quality.workflow import ASK, REQUEST
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import platforms_of
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import (
    NO_VERSION,
    optimistic_write,
    saved_by,
    stale_edit,
    state_changed_by,
    state_conflict,
    version_of,
)
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused, last_change
from support_center.quality import actions
from support_center.quality.models import QualityNote
from support_center.quality.queries import note_of
from support_center.quality.schemas import NoteSchema, RequestSchema

pages = Pages()


@pages.page("/qualite", ASK)
def index() -> Response:
    """The requests to the platforms: what was answered first, then what is waited for, then the rest."""
    session = database()
    found = sent_requests(session)
    answered = [one for one in found if one.state in ANSWERED]
    waiting = [one for one in found if one.state in WAITING]
    return render(
        "quality_desk/index.html",
        answered=answered,
        waiting=waiting,
        others=[one for one in found if one not in answered and one not in waiting],
        platforms=platforms_of(session, actor().basin_id),
        about_text=about_text,
        state_tag=state_tag,
        when_text=when_text,
    )


@pages.form("/qualite/nouvelle", ASK)
def new() -> Response:
    """Ask platforms for files."""
    form = Form(RequestSchema())
    if request.method == "POST":
        form = Form.from_request(RequestSchema(), request.form)
        if form.validate():
            facts = dict(form.data)
            platforms = [UUID(platform) for platform in facts.pop("platforms")]
            asked = actions.ask(database(), actor(), platforms, facts)
            flash(ngettext("%(num)d platform is asked.", "%(num)d platforms are asked.", len(asked)), "done")
            return redirect_after_post(url_for("quality_desk.index"))
    return form_page(form, _("Ask for files"), url_for("quality_desk.index"), submit=_("Ask"))


@pages.page("/qualite/<uuid:quality_request_id>", ASK)
def show(quality_request_id: UUID) -> Response:
    """A request, the summaries that answer it, and what to talk about."""
    session, row = database(), get_or_404(QualityRequest, quality_request_id)
    asked = Asked(row, reply_to(session, row))
    return render(
        "quality_desk/request.html",
        asked=asked,
        about=about_text(row),
        state=state_tag(asked),
        drawn=drawn_text(asked),
        platform=platforms_of(session, actor().basin_id).get(str(row.to_tenant_id), ""),
        summaries=[(one, figures_of(one)) for one in summaries_of(session, row)],
        texts=TEXTS,
        note=note_of(session, row.id),
        buttons=REQUEST.buttons(row, actor().permissions),
    )


@pages.form("/qualite/<uuid:quality_request_id>/a-discuter", ASK)
def note(quality_request_id: UUID) -> Response:
    """Note what to talk about."""
    session, row = database(), get_or_404(QualityRequest, quality_request_id)
    known = note_of(session, row.id)
    form = Form(NoteSchema(), {"text": known.text if known else ""})
    if request.method == "POST":
        form = Form.from_request(NoteSchema(), request.form)
        if form.validate():
            if form.version != version_of(known):
                raise _too_late(form, known)
            try:
                with optimistic_write(lambda: _too_late(form, note_of(database(), quality_request_id))):
                    actions.note(session, row, known, form.data["text"])
            except Refused as refused:
                raise _too_late(form, note_of(session, quality_request_id)) from refused
            flash(_("It is noted."), "done")
            return redirect_after_post(url_for("quality_desk.show", quality_request_id=quality_request_id))
    return form_page(
        form,
        _("What to talk about"),
        url_for("quality_desk.show", quality_request_id=quality_request_id),
        version=version_of(known) if known else NO_VERSION,
    )


@pages.button("/qualite/<uuid:quality_request_id>/cloture", ASK)
def close(quality_request_id: UUID) -> Response:
    """Close a request."""
    page = url_for("quality_desk.show", quality_request_id=quality_request_id)
    try:
        actions.close(database(), actor(), get_or_404(QualityRequest, quality_request_id))
    except Refused as refused:
        row = get_or_404(QualityRequest, quality_request_id)
        standing = [("", _(REQUEST.states[row.state]))]
        by = state_changed_by(last_change(database(), quality_request_id))
        raise state_conflict(None, standing, page, by) from refused
    flash(_("The request is closed."), "done")
    return redirect_after_post(page)


def _too_late(form: Form, known: QualityNote | None) -> StaleEdit:
    by = saved_by(known.updated_at, known.quality_request_id) if known else None
    return stale_edit(form, {"text": known.text if known else ""}, request.path, by)
