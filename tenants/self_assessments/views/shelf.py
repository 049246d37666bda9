"""What a platform and its members assess of themselves: the list, and what is begun."""

from collections.abc import Sequence
from uuid import UUID

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.exchange.training.presentation import days_text
from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.questionnaires.asked import Asked, asked_here
from tenants.self_assessments import actions, queries
from tenants.self_assessments.lookups import adopted, session_to_evaluate
from tenants.self_assessments.models import SelfAssessment
from tenants.self_assessments.presentation import state_tag, when_text
from tenants.self_assessments.queries import OWN, PLATFORM
from tenants.self_assessments.sessions import to_evaluate_of
from tenants.self_assessments.urls import assessment_url
from tenants.self_assessments.workflow import LEAD, WRITE

pages = Pages()


@pages.page("/auto-evaluations", WRITE)
def index() -> Response:
    """The self-assessments of the platform, one's own, and the sessions that wait to be evaluated."""
    session, me = database(), actor()
    platforms, mine = queries.of_platform(session), queries.of_member(session, me.membership_id)
    adopted_here = asked_here(session, (PLATFORM, OWN))
    of_platform = [one for one in adopted_here if one.kind == PLATFORM]
    return render(
        "self_assessments/index.html",
        platforms=[(one, state_tag(one), when_text(one)) for one in platforms],
        mine=[(one, state_tag(one), when_text(one)) for one in mine],
        to_begin=_not_begun(of_platform, platforms),
        to_begin_own=_not_begun([one for one in adopted_here if one.kind == OWN], mine),
        evaluations=[(one, days_text(one.run)) for one in to_evaluate_of(session, me.membership_id)],
        leads=me.may(LEAD),
        figures=[one for one in adopted_here if one.kind == OWN] if me.may(LEAD) else [],
        url=assessment_url,
        year=today().year,
        has_instruments=bool(of_platform),
    )


def _not_begun(versions: list[Asked], there: Sequence[SelfAssessment]) -> list[Asked]:
    this_year = {one.instrument_id for one in there if one.year == today().year and one.course_run_id is None}
    return [one for one in versions if one.can_begin and one.instrument_id not in this_year]


@pages.button("/auto-evaluations/plate-forme/<uuid:instrument_id>", LEAD)
def begin(instrument_id: UUID) -> AnyResponse:
    """Begin the self-assessment of the platform for this year."""
    version = adopted(instrument_id, PLATFORM)
    try:
        return _to(actions.begin_of_platform(database(), version))
    except Refused:
        return _ended()


@pages.button("/auto-evaluations/moi/<uuid:instrument_id>", WRITE)
def begin_own(instrument_id: UUID) -> AnyResponse:
    """Begin one's own self-assessment of this year."""
    version = adopted(instrument_id, OWN)
    try:
        return _to(actions.begin_own(database(), actor(), version))
    except Refused:
        return _ended()


@pages.button("/formations/sessions/<uuid:course_run_id>/evaluation", WRITE)
def evaluate(course_run_id: UUID) -> AnyResponse:
    """Begin to evaluate a session that one attended."""
    run, version = session_to_evaluate(course_run_id)
    if version is None:
        flash(_("The centre asks for this evaluation no more."), "wait")
        return redirect_after_post(url_for("registrations.index"))
    return _to(actions.begin_evaluation(database(), actor(), version, run.id))


def _to(assessment: SelfAssessment) -> AnyResponse:
    return redirect_after_post(assessment_url(assessment))


def _ended() -> AnyResponse:
    flash(_("Nothing is begun on this version any more: adopt the newer one first."), "wait")
    return redirect_after_post(url_for("self_assessments.index"))
