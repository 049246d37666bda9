"""What an author's pages list: the questions with their marks, and the problems."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.exchange.publications.models import InstrumentVersion
from clais.identity.models import Membership
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.presentation import problem_text
from clais.instruments.rules.definition import Definition, Item, Section, said
from clais.instruments.rules.problems import Problem, blocking
from clais.instruments.wording import question_text
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day
from support_center.instruments.models import InstrumentRemark

UNTRANSLATED = "untranslated"


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question in the list beside the editor: its number, and the one mark that counts most."""

    number: int
    item: Item
    label: str
    url: str
    depends: bool
    mark: tuple[str, str, str] | None
    """Icon, what it means, style."""


@dataclass(frozen=True, slots=True)
class SectionLines:
    section: Section
    label: str
    lines: Sequence[QuestionLine]


def outline(
    version: InstrumentVersion, definition: Definition, problems: Sequence[Problem], new: frozenset[str]
) -> list[SectionLines]:
    """The sections and their questions, in order."""
    worst: dict[str, Problem] = {}
    for problem in problems:
        if problem.code != UNTRANSLATED:
            worst.setdefault(problem.part, problem)
    found, number = [], 0
    for section in definition.sections:
        lines = []
        for item in section.items:
            number += 1
            lines.append(
                QuestionLine(
                    number,
                    item,
                    said(item.label) or item.id,
                    url_for("instruments.question", version_id=version.id, item_id=item.id),
                    bool(item.shown_if),
                    _mark(item, worst.get(item.id), is_new=item.id in new),
                )
            )
        found.append(SectionLines(section, said(section.label) or section.id, lines))
    return found


def _mark(item: Item, problem: Problem | None, *, is_new: bool) -> tuple[str, str, str] | None:
    if problem is not None and problem.blocks:
        return "exclamation-circle", _("blocks publication"), "to-mend"
    if problem is not None:
        return "exclamation-triangle", _("to look at again"), "to-see"
    if is_new:
        return "plus-lg", _("asked for the first time"), "added"
    return ("shield-lock", _("sensitive"), "kept") if item.sealed else None


@dataclass(frozen=True, slots=True)
class ProblemLine:
    heading: str
    text: str
    blocks: bool
    url: str


def problem_lines(version_id: UUID, definition: Definition, problems: Sequence[Problem]) -> Iterator[ProblemLine]:
    """The problems in words, each with the page where it is mended; texts to translate are counted by language."""
    sections = {section.id for section in definition.sections}
    for problem in problems:
        if problem.code == UNTRANSLATED:
            continue
        if problem.part in definition.items:
            url = url_for("instruments.question", version_id=version_id, item_id=problem.part)
        elif problem.part in sections:
            url = url_for("instruments.edit_section", version_id=version_id, section_id=problem.part)
        elif problem.part in definition.lists:
            url = url_for("instruments.edit_list", version_id=version_id, name=problem.part)
        else:
            url = url_for("instruments.edit_settings", version_id=version_id)
        heading = question_text(definition, problem.part) if problem.part else _("The whole")
        yield ProblemLine(heading, problem_text(problem), problem.blocks, url)
    yield from language_lines(version_id, problems)


def language_lines(version_id: UUID, problems: Sequence[Problem]) -> list[ProblemLine]:
    """The languages in which texts are missing, each with the page where they are written."""
    languages = Counter(problem.about[0] for problem in problems if problem.code == UNTRANSLATED)
    found = []
    for language, count in languages.items():
        text = ngettext(
            "%(num)d text to translate: it is shown in French",
            "%(num)d texts to translate: they are shown in French",
            count,
        )
        url = url_for("instruments.language", version_id=version_id, language=language)
        found.append(ProblemLine(LANGUAGE_NAMES[language], text, blocks=False, url=url))
    return found


class ReviewLine(NamedTuple):
    """Something about a review: an icon, what it is, where it stands; `waits`: it keeps the review from being over."""

    icon: str
    text: str
    detail: str
    waits: bool


def review_lines(
    reviewers: Iterable[Membership], readings: Mapping[UUID, datetime], remarks: Sequence[InstrumentRemark],
    problems: Sequence[Problem],
) -> list[ReviewLine]:  # fmt: skip
    """Who has read a version in review, and what is left before it is published."""
    found = [_reader_line(member, readings.get(member.id)) for member in reviewers]
    if not found:
        nobody = _("Everyone who publishes wrote it: it needs another pair of eyes.")
        found.append(ReviewLine("exclamation-circle", _("Nobody can publish it"), nobody, waits=True))
    left = sum(not remark.settled for remark in remarks)
    settled = ngettext("%(num)d settled", "%(num)d settled", len(remarks) - left) if len(remarks) > left else ""
    open_text = ngettext("%(num)d open remark", "%(num)d open remarks", left) if left else _("No open remark")
    found.append(ReviewLine("chat-left-text" if left else "check2", open_text, settled, waits=bool(left)))
    blocks = len(blocking(problems))
    if blocks:
        text = ngettext("%(num)d problem blocks it", "%(num)d problems block it", blocks)
        found.append(
            ReviewLine("exclamation-circle", text, _("It is taken back to the draft to be mended."), waits=True)
        )
    untranslated = sum(problem.code == UNTRANSLATED for problem in problems)
    if untranslated:
        text = ngettext(
            "%(num)d text is shown in French instead", "%(num)d texts are shown in French instead", untranslated
        )
        found.append(ReviewLine("translate", text, _("It can be published all the same."), waits=False))
    return found


def _reader_line(member: Membership, read_at: datetime | None) -> ReviewLine:
    if read_at is None:
        return ReviewLine("hourglass-split", member.display_name, _("has not read it yet"), waits=True)
    return ReviewLine("check2", member.display_name, _("has read it, %(day)s", day=near_day(read_at)), waits=False)
