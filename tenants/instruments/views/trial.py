"""Trying a version out before it is adopted: it is filled in whole, and nothing of it is kept."""

from uuid import UUID

from flask import Response, flash, jsonify, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.filling import questionnaire_of, tell
from clais.translation import gettext as _
from clais.web.rendering import redirect_after_post, render
from tenants.instruments.lookups import Opened, opened_version
from tenants.instruments.views.versions import SEE, head_of

pages = Pages()


@pages.form("/outils-du-bassin/<uuid:version_id>/essai", SEE)
def trial(version_id: UUID) -> AnyResponse:
    """Fill a version in as one would with somebody: it says what is missing or wrong, and keeps nothing."""
    opened, language = _opened(version_id)
    questionnaire = questionnaire_of(opened.shown)
    form = Form(questionnaire.schema(language, "fr"))
    if request.method == "POST":
        form = Form.from_request(questionnaire.schema(language, "fr"), request.form)
        if form.validate() and tell(form, questionnaire.check(form.data, today(), language)):
            flash(_("It could be finished like this. Nothing of it was kept."), "done")
            return redirect_after_post(url_for("adoption.trial", version_id=version_id, langue=language))
    shown = {item.id for item in questionnaire.shown(form.valid_answers(), today())}
    return render(
        "adoption/trial.html",
        status=422 if form.errors else 200,
        **head_of(opened),
        form=form,
        shown=shown,
        language=language,
    )


@pages.post("/outils-du-bassin/<uuid:version_id>/essai/visibles", SEE)
def shown_questions(version_id: UUID) -> Response:
    """The ids of the questions that the answers so far show."""
    opened, language = _opened(version_id)
    questionnaire = questionnaire_of(opened.shown)
    form = Form.from_request(questionnaire.schema(language, "fr"), request.form)
    return jsonify([item.id for item in questionnaire.shown(form.valid_answers(), today())])


def _opened(version_id: UUID) -> tuple[Opened, str]:
    opened = opened_version(version_id)
    asked = request.args.get("langue", "fr")
    return opened, asked if asked in opened.definition.languages else "fr"
