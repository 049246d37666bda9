from clais.feature import Feature
from clais.feature.job import Job
from clais.web.submissions.jobs import forget_submissions, next_to_forget_at
from clais.web.submissions.models import Submission

FEATURE = Feature(
    name="submissions",
    package=__package__,
    tables=(Submission,),
    jobs=(Job("submission.forget", forget_submissions, next_at=next_to_forget_at, swept=True),),
)
