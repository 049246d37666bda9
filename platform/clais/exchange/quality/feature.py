from clais.exchange.quality.jobs import FORGET, forget_summaries, next_to_forget_at
from clais.exchange.quality.models import QualityReply, QualityRequest, QualitySummary
from clais.exchange.quality.workflow import REPLY, REQUEST
from clais.feature import Feature
from clais.feature.job import Job

FEATURE = Feature(
    name="exchange_quality",
    package=__package__,
    tables=(QualityRequest, QualityReply, QualitySummary),
    workflows=(REQUEST, REPLY),
    jobs=(Job(FORGET, forget_summaries, next_at=next_to_forget_at),),
)
