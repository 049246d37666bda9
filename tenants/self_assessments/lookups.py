"""The self-assessments and sessions that an address names, or 404."""

from typing import NamedTuple
from uuid import UUID

from flask import abort

from clais.exchange.publications.instruments import released_questionnaire
from clais.exchange.training.models import CourseRun
from clais.instruments.filling import Questionnaire
from clais.web.context import actor, database, get_or_404
from tenants.questionnaires.asked import Asked, asked_of, asked_published
from tenants.self_assessments.models import SelfAssessment
from tenants.self_assessments.sessions import to_evaluate_of


class Opened(NamedTuple):
    """A self-assessment with what it asks."""

    assessment: SelfAssessment
    questionnaire: Questionnaire


def opened_assessment(assessment_id: UUID) -> Opened:
    """The platform's, or one's own."""
    found = get_or_404(SelfAssessment, assessment_id)
    asked = released_questionnaire(database(), found.content_id)
    if asked is None or found.membership_id not in {None, actor().membership_id}:
        abort(404)
    return Opened(found, asked)


def of_the_platform(assessment_id: UUID) -> Opened:
    """The platform's alone."""
    opened = opened_assessment(assessment_id)
    if opened.assessment.is_own:
        abort(404)
    return opened


def adopted(instrument_id: UUID, kind: str) -> Asked:
    """What the platform adopted of an instrument of a kind."""
    version = asked_of(database(), instrument_id)
    if version is None or version.kind != kind:
        abort(404)
    return version


def session_to_evaluate(course_run_id: UUID) -> tuple[CourseRun, Asked | None]:
    """A session that one attended and has not evaluated yet, and with what it is evaluated, unless that was retired."""
    waiting = {one.run.id: one for one in to_evaluate_of(database(), actor().membership_id)}
    one = waiting.get(course_run_id)
    if one is None:
        abort(404)
    return one.run, asked_published(database(), one.instrument_id)
