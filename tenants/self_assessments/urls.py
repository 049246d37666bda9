"""The pages of self-assessments that others lead to."""

from flask import url_for

from tenants.self_assessments.models import SelfAssessment


def assessment_url(assessment: SelfAssessment) -> str:
    """Where a self-assessment is answered, and read once it is finished."""
    return url_for("self_assessments.show", self_assessment_id=assessment.id)
