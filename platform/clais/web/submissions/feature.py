from datetime import timedelta

from clais.feature import Feature
from clais.feature.job import Job
from clais.web.submissions.jobs import forget_submissions
from clais.web.submissions.models import Submission

FEATURE = Feature(
    name="submissions",
    package=__package__,
    tables=(Submission,),
    jobs=(Job("submission.forget", timedelta(hours=6), forget_submissions),),
)
