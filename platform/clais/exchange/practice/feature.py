from clais.exchange.practice import words
from clais.exchange.practice.jobs import TELL, next_answer_at, tell_answers
from clais.exchange.practice.models import (
    CardReading,
    CardReceipt,
    DocumentUse,
    PracticeAnswer,
    PracticeCard,
    PracticeDocument,
    PracticeDocumentVersion,
    PracticeQuestion,
)
from clais.exchange.practice.views import READ, pages
from clais.exchange.practice.workflow import QUESTION
from clais.feature import Feature
from clais.feature.help import Glossary
from clais.feature.job import Job

FEATURE = Feature(
    name="exchange_practice",
    package=__package__,
    tables=(
        PracticeCard,
        PracticeDocument,
        PracticeDocumentVersion,
        CardReceipt,
        CardReading,
        PracticeQuestion,
        PracticeAnswer,
        DocumentUse,
    ),
    workflows=(QUESTION,),
    pages=(pages,),
    glossary=Glossary(READ, "exchange_practice.word", "code", words.codes),
    jobs=(Job(TELL, tell_answers, next_at=next_answer_at),),
)
