from clais.feature import Feature
from clais.feature.job import Job
from tenants.self_assessments import jobs
from tenants.self_assessments.actions import forget_who_left
from tenants.self_assessments.models import SelfAssessment, SelfAssessmentAnswer
from tenants.self_assessments.trail import TRAIL
from tenants.self_assessments.views import answers, figures, shelf
from tenants.self_assessments.workflow import SELF_ASSESSMENT

FEATURE = Feature(
    name="self_assessments",
    package=__package__,
    trail=TRAIL,
    pages=(shelf.pages, answers.pages, figures.pages),
    tables=(SelfAssessment, SelfAssessmentAnswer),
    workflows=(SELF_ASSESSMENT,),
    jobs=(Job("self_assessments.forget_who_left", forget_who_left, next_at=jobs.next_to_forget_at, swept=True),),
)
