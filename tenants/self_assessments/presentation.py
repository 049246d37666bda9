"""Self-assessments in words: where they stand, and their sections over the years."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from clais.instruments.rules.definition import Definition, said
from clais.instruments.rules.scores import Score, scores_of
from clais.instruments.rules.series import Version
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.questionnaires.answers import Given
from tenants.self_assessments.models import SelfAssessment


def state_tag(assessment: SelfAssessment) -> tuple[str, str]:
    """Where a self-assessment stands, and the kind of its tag."""
    return (_("finished"), "done") if assessment.state == "finished" else (_("being filled in"), "wait")


def when_text(assessment: SelfAssessment) -> str:
    """When it was finished, or begun."""
    version = _("version %(number)s", number=assessment.number)
    if assessment.finished_on is not None:
        return f"{version} · " + _("finished %(day)s", day=exact_day(assessment.finished_on))
    return f"{version} · " + _("begun %(day)s", day=exact_day(assessment.begun_on))


class Past(NamedTuple):
    """The score of a section in an earlier year, or why it has none there."""

    year: int
    share: int | None
    words: str


class Rule(NamedTuple):
    """A section, as its rule or principle is called: its score this time, and in earlier years, the last one first."""

    label: str
    share: int | None
    words: str
    past: tuple[Past, ...]

    @property
    def before(self) -> int | None:
        """The score of the last year before that compares."""
        return next((one.share for one in self.past if one.share is not None), None)


def rules_of(
    definition: Definition,
    versions: Sequence[Version],
    assessments: Sequence[SelfAssessment],
    given: Mapping[UUID, Given],
) -> Iterator[Rule]:
    """The sections of the first of some self-assessments that have a score, each over the years of all of them."""
    base = assessments[0].number
    scores = [(one.year, scores_of(versions, base, one.number, given[one.id].answers)) for one in assessments]
    for section in definition.sections:
        _year, now = scores[0]
        if any(section.id in found for _year, found in scores):
            past = tuple(_past(year, found, section.id) for year, found in scores[1:])
            score = now.get(section.id)
            yield Rule(said(section.label), score.share if score else None, _of_score(score), past)


def _past(year: int, found: Mapping[str, Score | None], section: str) -> Past:
    if section in found and found[section] is None:
        return Past(year, None, _("does not compare: other questions or choices"))
    score = found.get(section)
    return Past(year, score.share if score else None, _of_score(score))


def _of_score(score: Score | None) -> str:
    if score is None:
        return _("not answered")
    if score.answered == score.asked:
        return f"{score.share} %"
    part = _("%(answered)s of %(asked)s questions", answered=score.answered, asked=score.asked)
    return f"{score.share} % ({part})"
