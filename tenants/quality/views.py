from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.audit.actions import record_reading
from clais.exchange.quality.choices import TEXTS
from clais.exchange.quality.presentation import about_text, drawn_text, figures_of, figures_text, state_tag, when_text
from clais.exchange.quality.queries import WAITING, Asked, received_requests, summaries_of
from clais.exchange.quality.workflow import ANSWER, REPLY
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit, StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused, last_change
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.quality import actions, queries
from tenants.quality.lookups import opened_draw, opened_request
from tenants.quality.models import QualityDraw
from tenants.quality.presentation import next_act_text
from tenants.quality.refusals import refusal, to_take_out
from tenants.quality.rules.anonymity import found_in
from tenants.quality.schemas import DrawAgainSchema, RefusalSchema, SummarySchema

pages = Pages()
STEPS = {"asked": ("draw", "decline"), "drawn": ("answer", "decline")}
"""Where a request stands → what can be done with it."""


@pages.page("/supervision", ANSWER)
def index() -> Response:
    """The requests of the supervisor, those to answer first."""
    found = received_requests(database())
    return render(
        "quality/index.html",
        waiting=[one for one in reversed(found) if one.state in WAITING],
        others=[one for one in found if one.state not in WAITING],
        about_text=about_text,
        state_tag=state_tag,
        when_text=when_text,
        next_act_text=next_act_text,
    )


@pages.page("/supervision/<uuid:quality_request_id>", ANSWER)
def show(quality_request_id: UUID) -> Response:
    """A request: what is asked, the files that were drawn, what was sent."""
    session, asked = database(), opened_request(quality_request_id)
    files = queries.drawn_files(session, quality_request_id)
    figures = queries.figures_of(session, [person for _draw, person in files])
    summaries = summaries_of(session, asked.request) if asked.reply and asked.reply.answered_at else []
    return render(
        "quality/request.html",
        asked=asked,
        about=about_text(asked.request),
        state=state_tag(asked),
        drawn=drawn_text(asked),
        files=[
            (row, person.full_name, file_url(person.id), figures_text(*figures[person.id])) for row, person in files
        ],
        replaced=queries.replaced_files(session, quality_request_id),
        summaries=[(one, figures_of(one)) for one in summaries],
        texts=TEXTS,
        steps=STEPS.get(asked.state, ()),
        label_of=REPLY.label_of,
        all_written=bool(files) and all(row.is_written for row, _person in files),
    )


@pages.button("/supervision/<uuid:quality_request_id>/tirage", ANSWER)
def draw(quality_request_id: UUID) -> Response:
    """Draw the files by chance: once."""
    asked = opened_request(quality_request_id)
    done = _attempt(asked, lambda: actions.draw(database(), actor(), asked))
    if done is not None:
        flash(done, "info")
    else:
        flash(_("Drawn by chance. The supervisor knows how many, and not which."), "done")
    return redirect_after_post(url_for("quality.show", quality_request_id=quality_request_id))


@pages.button("/supervision/<uuid:quality_request_id>/envoi", ANSWER)
def send(quality_request_id: UUID) -> Response:
    """Send the summaries to the supervisor."""
    asked = opened_request(quality_request_id)
    done = _attempt(asked, lambda: actions.send(database(), actor(), asked))
    if done is not None:
        flash(done, "info")
    else:
        flash(_("Sent: the supervisor reads the summaries, and nothing else."), "done")
    return redirect_after_post(url_for("quality.show", quality_request_id=quality_request_id))


@pages.form("/supervision/<uuid:quality_request_id>/refus", ANSWER)
def decline(quality_request_id: UUID) -> Response:
    """Decline a request, and say why."""
    asked, form = opened_request(quality_request_id), Form(RefusalSchema())
    if request.method == "POST":
        form = Form.from_request(RefusalSchema(), request.form)
        if form.validate():
            text = form.data["refusal"]
            why = _attempt(asked, lambda: actions.decline(database(), actor(), asked, text), form)
            if why is None:
                flash(_("Declined: the supervisor reads why."), "done")
                return redirect_after_post(url_for("quality.show", quality_request_id=quality_request_id))
            form.add_error("refusal", why)
            asked = opened_request(quality_request_id)
    return _form_page(form, asked, _(REPLY.label_of("decline")), _(REPLY.label_of("decline")))


@pages.form("/supervision/dossiers/<uuid:quality_draw_id>", ANSWER)
def summary(quality_draw_id: UUID) -> Response:
    """Write the summary of a drawn file, without what tells whose it is."""
    session = database()
    asked, (row, person) = opened_draw(quality_draw_id)
    if asked.state != "drawn":
        raise _moved(asked)
    record_reading(session, person.id)
    form = Form(SummarySchema(), {name: getattr(row, name) for name in TEXTS})
    if request.method == "POST":
        form = Form.from_request(SummarySchema(), request.form)
        if form.validate() and _is_nameless(form, person):
            if form.version != str(row.version):
                raise _too_late(form, row)
            try:
                with optimistic_write(lambda: _too_late(form, get_or_404(QualityDraw, quality_draw_id))):
                    actions.write_summary(session, row, form.data)
            except Refused as refused:
                raise _moved(asked, form) from refused
            flash(_("Written. It is sent with the others."), "done")
            return redirect_after_post(url_for("quality.show", quality_request_id=asked.request.id))
    figures = queries.figures_of(session, [person])[person.id]
    heading = _("Summary %(letter)s", letter=row.letter)
    return _form_page(
        form,
        asked,
        heading,
        _("Save"),
        version=row.version,
        figures=figures_text(*figures),
        file_url=file_url(person.id),
    )


@pages.form("/supervision/dossiers/<uuid:quality_draw_id>/remplacement", ANSWER)
def draw_again(quality_draw_id: UUID) -> Response:
    """Draw another file in the place of one, and say why."""
    (asked, (row, person)), form = opened_draw(quality_draw_id), Form(DrawAgainSchema())
    if asked.state != "drawn":
        raise _moved(asked)
    record_reading(database(), person.id)
    if request.method == "POST":
        form = Form.from_request(DrawAgainSchema(), request.form)
        if form.validate():
            reason = form.data["replaced_because"]
            why = _attempt(asked, lambda: actions.draw_again(database(), actor(), asked, row, reason), form)
            if why is None:
                flash(_("Another file was drawn. The supervisor sees that it was."), "done")
                return redirect_after_post(url_for("quality.show", quality_request_id=asked.request.id))
            form.add_error(None, why)
    heading = _("Draw another file for %(letter)s", letter=row.letter)
    return _form_page(form, asked, heading, _("Draw another one"))


def _form_page(form: Form, asked: Asked, heading: str, submit: str, **more: Any) -> Response:
    facts: dict[str, Any] = {"version": None, "figures": "", "file_url": "", **more}
    cancel_url = url_for("quality.show", quality_request_id=asked.request.id)
    status = 422 if form.errors else 200
    return render(
        "quality/form.html",
        status=status,
        form=form,
        heading=heading,
        about=about_text(asked.request),
        submit=submit,
        cancel_url=cancel_url,
        **facts,
    )


def _is_nameless(form: Form, person: Person) -> bool:
    """Whether no text of a summary tells whose file it is; the form says which words do."""
    marks, texts = queries.marks_of(database(), person), form.data
    for name in TEXTS:
        if found := found_in(texts[name], marks):
            form.add_error(name, to_take_out(found))
    return not form.errors


def _attempt(asked: Asked, act: Callable[[], object], form: Form | None = None) -> str | None:
    """Do it; why it was refused, in words. Raises StateConflict when it stands elsewhere by now."""
    try:
        act()
    except Refused as error:
        why = refusal(error)
        if why is None:
            raise _moved(asked, form) from error
        database().rollback()
        return why
    return None


def _moved(asked: Asked, form: Form | None = None) -> StateConflict:
    now_asked = opened_request(asked.request.id)
    reload_url = url_for("quality.show", quality_request_id=asked.request.id)
    change = last_change(database(), now_asked.reply.id) if now_asked.reply else None
    return state_conflict(form, [("", state_tag(now_asked)[0])], reload_url, state_changed_by(change))


def _too_late(form: Form, row: QualityDraw) -> StaleEdit:
    stored = {name: getattr(row, name) for name in TEXTS}
    return stale_edit(form, stored, request.path, saved_by(row.updated_at, row.id))
