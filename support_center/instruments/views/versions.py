"""What becomes of a version: what changes with it, review, remarks, publication, its end."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.difference import differences
from clais.instruments.rules.problems import blocking
from clais.instruments.wording import change_lines
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.instruments.actions import drafts, reviews, versions
from support_center.instruments.conflicts import too_late
from support_center.instruments.forms import whole_mark
from support_center.instruments.lookups import Opened, opened_version
from support_center.instruments.models import InstrumentRemark
from support_center.instruments.presentation import effects
from support_center.instruments.queries import counted_by_platforms, released_before, trials_of
from support_center.instruments.rows import language_lines, problem_lines
from support_center.instruments.schemas import (
    GiveUpSchema,
    NothingSchema,
    PublicationSchema,
    ReviewSchema,
    remark_schema,
)
from support_center.instruments.views.editor import head
from support_center.instruments.workflow import PUBLISH, VERSION, WRITE

pages = Pages()
READ = "instrument.read"
REVIEW, ADOPTION = timedelta(weeks=3), timedelta(weeks=8)
"""How long remarks are read, and how long the platforms have, unless the author says otherwise."""
STEPS = {"fermeture": versions.close, "reprise": versions.reopen, "retrait": versions.retire}


@pages.page("/outils/versions/<uuid:version_id>/changements", READ)
def changes(version_id: UUID) -> Response:
    """What changes since the version that was published before, item by item."""
    opened = opened_version(version_id)
    earlier = next(iter(released_before(database(), opened.version)), None)
    found = differences(earlier[1], opened.definition) if earlier else []
    return render(
        "instruments/changes.html",
        **head(opened),
        earlier_number=earlier[0] if earlier else None,
        lines=list(change_lines(earlier[1], opened.definition, found)) if earlier else [],
    )


@pages.page("/outils/versions/<uuid:version_id>/papier", READ)
def paper(version_id: UUID) -> Response:
    """The instrument on paper, to be filled in by hand."""
    opened = opened_version(version_id)
    language = request.args.get("langue", "fr")
    if language not in LANGUAGE_NAMES:
        abort(404)
    return render("instruments/paper.html", **head(opened), language=language)


@pages.form("/outils/versions/<uuid:version_id>/relecture", WRITE)
def send(version_id: UUID) -> Response:
    """Send a draft to review: what the basin reads then is frozen."""
    opened = opened_version(version_id)
    form = Form(ReviewSchema(), {"review_until": today() + REVIEW})
    if request.method == "POST":
        form = Form.from_request(ReviewSchema(), request.form)
        if form.validate():
            read, data = form.version or "", form.data
            try:
                with _in_time(opened, form):
                    versions.send_to_review(
                        database(), actor(), opened.version, read, data["note"], data["review_until"]
                    )
            except Refused as refused:
                form.add_error(None, _(REFUSALS[refused.code]))
            else:
                flash(_("Sent to review: the platforms read it now, and it does not change under their eyes."), "done")
                return _back(opened)
    return _step_page(opened, form, _(VERSION.label_of("send")))


@pages.button("/outils/versions/<uuid:version_id>/brouillon", WRITE)
def take_back(version_id: UUID) -> Response:
    """Take a version in review back to the draft."""
    opened = opened_version(version_id)
    with _in_time(opened):
        versions.take_back(database(), actor(), opened.version)
    flash(_("It is a draft again. What was read in review is kept."), "done")
    return _back(opened)


@pages.button("/outils/versions/<uuid:version_id>/lecture", PUBLISH)
def note_reading(version_id: UUID) -> Response:
    """Say that one has read what is in review."""
    opened = opened_version(version_id)
    read = Form.from_request(NothingSchema(), request.form).version or ""
    try:
        with _in_time(opened):
            reviews.note_reading(database(), actor(), opened.version, read)
    except Refused as refused:
        flash(_(REFUSALS[refused.code]), "wait")
    else:
        flash(_("Noted: the author sees that you have read it."), "done")
    return _back(opened)


@pages.form("/outils/versions/<uuid:version_id>/publication", PUBLISH)
def publish(version_id: UUID) -> Response:
    """Publish what was reviewed; the page says first what it does."""
    opened = opened_version(version_id)
    form = Form(PublicationSchema(), {"adopt_by": today() + ADOPTION})
    if request.method == "POST":
        form = Form.from_request(PublicationSchema(), request.form)
        if form.validate():
            read = form.version or ""
            try:
                with _in_time(opened, form):
                    versions.publish(database(), actor(), opened.version, read, form.data["adopt_by"])
            except Refused as refused:
                form.add_error(None, _(REFUSALS[refused.code]))
            else:
                flash(_("Published. It does not change any more; answers keep it."), "done")
                return _back(opened)
    return _step_page(opened, form, _(VERSION.label_of("publish")))


@pages.form("/outils/versions/<uuid:version_id>/abandon", WRITE)
def give_up(version_id: UUID) -> Response:
    """Give a draft up."""
    opened = opened_version(version_id)
    form = Form(GiveUpSchema())
    if request.method == "POST":
        form = Form.from_request(GiveUpSchema(), request.form)
        if form.validate():
            with _in_time(opened, form):
                drafts.give_up(database(), actor(), opened.version, form.data["comment"])
            flash(_("The draft is given up."), "done")
            return redirect_after_post(url_for("instruments.instrument", instrument_id=opened.instrument.id))
    return _step_page(opened, form, _(VERSION.label_of("give_up")))


@pages.button("/outils/versions/<uuid:version_id>/<any(fermeture, reprise, retrait):step>", PUBLISH)
def move(version_id: UUID, step: str) -> Response:
    """Let a published version end, take it up again, retire it."""
    opened = opened_version(version_id)
    with _in_time(opened):
        STEPS[step](database(), actor(), opened.version)
    flash(_("Done."), "done")
    return _back(opened)


@pages.form("/outils/versions/<uuid:version_id>/remarque", READ)
def remark(version_id: UUID) -> Response:
    """Write a remark on a version in preparation."""
    opened = opened_version(version_id)
    schema = remark_schema(opened.definition)
    part = request.args.get("question", "")
    form = Form(schema(), {"part": part if part in opened.definition.items else ""})
    if request.method == "POST":
        form = Form.from_request(schema(), request.form)
        if form.validate():
            with _in_time(opened, form):
                reviews.remark(database(), actor(), opened.version, form.data["part"] or None, form.data["text"])
            flash(_("Written down."), "done")
            return _back(opened)
    return _step_page(opened, form, _("Remark"))


@pages.post("/outils/remarques/<uuid:remark_id>", WRITE)
def settle(remark_id: UUID) -> Response:
    """Settle a remark, or open it again."""
    row = get_or_404(InstrumentRemark, remark_id)
    Form.from_request(NothingSchema(), request.form)
    reviews.settle(database(), row, settled=not row.settled)
    return redirect_after_post(url_for("instruments.show", version_id=row.instrument_version_id))


@contextmanager
def _in_time(opened: Opened, form: Form | None = None) -> Iterator[None]:
    """Raise StateConflict for an act that comes too late; what REFUSALS has words for is passed on."""
    with optimistic_write(lambda: _too_late(opened, form)):
        try:
            yield
        except Refused as refused:
            if refused.code in REFUSALS:
                raise
            raise _too_late(opened, form) from refused


REFUSALS = {
    "changed": N_("A colleague changed it since this page was opened: read it once more, then go on."),
    "no_such_course": N_("No published course has the code of its settings and gives a certificate."),
    "own_work": N_("Somebody else publishes what you wrote or sent to review: four eyes see more than two."),
    "problems": N_("Something blocks it: what is listed here is mended first."),
}


def _step_page(opened: Opened, form: Form, heading: str) -> Response:
    session, version = database(), opened.version
    released = released_before(session, version)
    found = versions.problems(opened.definition, released)
    earlier = next(iter(released), None)
    return render(
        "instruments/step.html",
        status=422 if form.errors else 200,
        **head(opened),
        form=form,
        mark=whole_mark(opened.definition),
        step_heading=heading,
        problem_lines=list(problem_lines(version.id, opened.definition, blocking(found))),
        untranslated=language_lines(version.id, found),
        effects=effects(
            opened.definition,
            earlier,
            len(trials_of(session, version.id)),
            *counted_by_platforms(session, version.instrument_id),
        ),
    )


def _back(opened: Opened) -> Response:
    return redirect_after_post(url_for("instruments.show", version_id=opened.version.id))


def _too_late(opened: Opened, form: Form | None) -> StateConflict:
    return too_late(form, opened.version, url_for("instruments.show", version_id=opened.version.id))
