"""Trying a version out: its whole form, and the answers that were given to try it."""

from uuid import UUID

from flask import Response, flash, jsonify, request, url_for

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.filling import questionnaire_of, tell
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.instruments.actions.drafts import forget_trials
from support_center.instruments.actions.versions import try_out
from support_center.instruments.conflicts import too_late
from support_center.instruments.lookups import Opened, opened_version
from support_center.instruments.queries import trials_of
from support_center.instruments.views.editor import head

pages = Pages()
READ = "instrument.read"


@pages.form("/outils/versions/<uuid:version_id>/essai", READ)
def trial(version_id: UUID) -> Response:
    """Fill a version in as a person would; what is answered counts nowhere."""
    opened = opened_version(version_id)
    questionnaire = questionnaire_of(opened.definition)
    schema = questionnaire.schema(_language(opened), "fr")
    form, shown = Form(schema), None
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate():
            filled = questionnaire.check(form.data, today(), _language(opened))
            shown = filled.shown
            if tell(form, filled):
                stored = questionnaire.dump(filled.answers)
                try:
                    sealed = {item.id for item in opened.definition.items.values() if item.sealed}
                    kept = {name: stored[name] for name in filled.answers if name not in sealed}
                    try_out(database(), actor(), opened.version, kept)
                except Refused as refused:
                    raise too_late(form, opened.version, _address(opened)) from refused
                flash(_("Kept with the trial answers: they go when this version is published."), "done")
                return redirect_after_post(_address(opened))
    if shown is None:
        shown = tuple(item.id for item in questionnaire.shown(form.valid_answers(), today()))
    return render(
        "instruments/trial.html",
        status=422 if form.errors else 200,
        **head(opened),
        form=form,
        shown=frozenset(shown),
        language=_language(opened),
        trials=trials_of(database(), opened.version.id),
    )


@pages.button("/outils/versions/<uuid:version_id>/essai/effacement", READ)
def forget(version_id: UUID) -> Response:
    """Erase the trial answers of a version."""
    opened = opened_version(version_id)
    forget_trials(database(), opened.version)
    flash(_("The trial answers are erased."), "done")
    return redirect_after_post(_address(opened))


@pages.post("/outils/versions/<uuid:version_id>/essai/visibles", READ)
def shown_questions(version_id: UUID) -> Response:
    """The ids of the questions that the answers so far show."""
    opened = opened_version(version_id)
    questionnaire = questionnaire_of(opened.definition)
    form = Form.from_request(questionnaire.schema(_language(opened), "fr"), request.form)
    shown = questionnaire.shown(form.valid_answers(), today())
    return jsonify([item.id for item in shown])


def _language(opened: Opened) -> str:
    asked = request.args.get("langue", "fr")
    return asked if asked in opened.definition.languages else "fr"


def _address(opened: Opened) -> str:
    return url_for("instruments.trial", version_id=opened.version.id, langue=_language(opened))
