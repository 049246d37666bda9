"""Which platforms assessed themselves in a year, and the scores that they share: by name, without ranking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from clais.exchange.assessments.models import AssessmentNotice
from clais.instruments.rules.definition import Definition, said
from clais.registry.queries import OpenPlatform
from clais.translation import gettext as _
from clais.web.formatting import near_day


class Rule(NamedTuple):
    """A section of the instrument, as its rule or principle is called, and its score of a hundred."""

    label: str
    share: int


class Line(NamedTuple):
    """A platform: whether and when it assessed itself, and the scores, if it shares them."""

    name: str
    why: str
    tag: str
    tag_kind: str
    rules: tuple[Rule, ...]


def lines_of(
    platforms: Iterable[OpenPlatform], notices: Sequence[AssessmentNotice], versions: Mapping[int, Definition]
) -> Iterator[Line]:
    """The platforms in their order, those that have not done it too."""
    told: dict[UUID, AssessmentNotice] = {notice.tenant_id: notice for notice in notices}
    for platform in platforms:
        notice = told.get(platform.id)
        if notice is None:
            yield Line(platform.name, _("has told nothing yet"), _("not done"), "", ())
            continue
        why = _("version %(number)s, %(day)s", number=notice.number, day=near_day(notice.done_on))
        tag = (_("done, scores shared"), "done") if notice.scores is not None else (_("done, scores kept"), "done")
        yield Line(platform.name, why, *tag, tuple(_rules(notice, versions.get(notice.number))))


def _rules(notice: AssessmentNotice, asked: Definition | None) -> Iterator[Rule]:
    for section in asked.sections if asked else ():
        share = (notice.scores or {}).get(section.id)
        if isinstance(share, int):
            yield Rule(said(section.label), share)
