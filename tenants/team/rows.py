"""The coordinator's page in words: newcomers with whom they are proposed to, agents by stages, absences to cover."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Row

from clais.translation import N_, ngettext
from clais.translation import gettext as _
from tenants.people.urls import file_url
from tenants.people.workflow import OPEN_STAGES, STAGE
from tenants.team import presentation
from tenants.team.caseloads import LATE, SILENT, Counts
from tenants.team.queries import AbsenceToCover, Colleague
from tenants.team.rules.proposing import Newcomer, Proposal, in_turn

NOBODY = "none"
"""The value of the filter of the list of files for those that nobody follows."""
SIGNALS = {SILENT: (N_("Silence 30 d"), {"contact": "month"}), LATE: (N_("Plan late"), {"plan": "late"})}
"""What is counted beside the stages: its heading, and the filter of the list of files that shows it."""


@dataclass(frozen=True, slots=True)
class NewcomerLine:
    """A file that nobody follows, and whom the rules propose for it."""

    person_id: UUID
    name: str
    url: str
    facts: str
    version: str
    to: UUID
    to_name: str
    to_first_name: str
    reasons: Sequence[str]
    obstacles: Sequence[str]
    choose_url: str

    @property
    def may_be_taken(self) -> bool:
        """Whether nothing stands against the proposal, so that it can be taken along with others."""
        return not self.obstacles

    @property
    def value(self) -> str:
        """The proposal as a form sends it."""
        return f"{self.person_id} {self.to} {self.version}"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the matrix, the list that it opens, and how it looks."""

    number: int
    url: str
    about: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """How much someone follows, as text and as a bar; without a ceiling there is no bar."""

    text: str
    url: str
    files: int
    ceiling: int | None

    @property
    def is_over(self) -> bool:
        """Whether the ceiling is passed."""
        return self.ceiling is not None and self.files > self.ceiling


@dataclass(frozen=True, slots=True)
class AgentLine:
    """A row of the matrix."""

    name: str
    note: str
    url: str
    stages: Sequence[Number]
    load: Load
    signals: Sequence[Number]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Agents by stages. `stages` and `signals` head the columns before and after the load."""

    stages: Sequence[str]
    signals: Sequence[str]
    lines: Sequence[AgentLine]
    nobody: AgentLine
    whole: AgentLine
    waiting: int


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence, what falls into it, and where that is looked at."""

    who: str
    why: str
    is_covered: bool
    url: str


def newcomer_lines(rows: Sequence[Row[Any]], colleagues: Sequence[Colleague], counts: Counts) -> list[NewcomerLine]:
    """The newcomers, each with the first agent by the rules; none where nobody follows people up."""
    agents = [presentation.agent_of(colleague, counts) for colleague in colleagues]
    wanted = [presentation.newcomer_of(row) for row in rows]
    proposals = in_turn(wanted, agents)
    return [
        _newcomer_line(row, newcomer, proposals[newcomer.key])
        for row, newcomer in zip(rows, wanted, strict=True)
        if newcomer.key in proposals
    ]


def _newcomer_line(row: Row[Any], newcomer: Newcomer, proposal: Proposal) -> NewcomerLine:
    person = row.Person
    return NewcomerLine(
        person_id=person.id,
        name=person.full_name,
        url=file_url(person.id),
        facts=presentation.facts_of(person, newcomer.kinds),
        version=str(person.referent_id),
        to=proposal.agent.key,
        to_name=proposal.agent.name,
        to_first_name=proposal.agent.name.partition(" ")[0],
        reasons=presentation.reasons_in_words(proposal, newcomer),
        obstacles=presentation.obstacles_in_words(proposal),
        choose_url=url_for("team.newcomer", person_id=person.id),
    )


def matrix_of(colleagues: Sequence[Colleague], counts: Counts, place: str) -> Matrix:
    """Who follows how many files, in which stages."""
    followers = {colleague.membership.id for colleague in colleagues}
    nobodys: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for referent_id, counted in counts.items():
        whole.update(counted)
        if referent_id not in followers:
            nobodys.update(counted)
    waiting = presentation.number_of_files(nobodys)
    unfollowed, place_wide = {"referent": NOBODY}, dict[str, str]()
    to_entrust = ngettext("%(num)d to entrust", "%(num)d to entrust", waiting)
    everything = presentation.load_in_words(presentation.number_of_files(whole), None)
    return Matrix(
        stages=[_(STAGE.states[stage]) for stage in OPEN_STAGES],
        signals=[_(label) for label, _filter in SIGNALS.values()],
        lines=[_agent_line(colleague, counts.get(colleague.membership.id, Counter())) for colleague in colleagues],
        nobody=_line(_("Without referent"), nobodys, unfollowed, Load(to_entrust, _list(unfollowed), waiting, None)),
        whole=_line(place, whole, place_wide, Load(everything, _list(place_wide), 0, None)),
        waiting=waiting,
    )


def _agent_line(colleague: Colleague, counted: Counter[str]) -> AgentLine:
    member, pattern = colleague.membership, colleague.pattern
    files, ceiling = presentation.number_of_files(counted), pattern.ceiling if pattern else None
    narrowed = {"referent": str(member.id)}
    load = Load(presentation.load_in_words(files, ceiling), _list(narrowed), files, ceiling)
    part_time = presentation.half_days_in_words(len(pattern.half_days)) if pattern and pattern.half_days else ""
    note = " · ".join(filter(None, (member.organisation, part_time)))
    return _line(member.display_name, counted, narrowed, load, note, url_for("team.member", membership_id=member.id))


def _line(
    name: str, counted: Counter[str], narrowed: Mapping[str, str], load: Load, note: str = "", url: str = ""
) -> AgentLine:
    stages = [
        Number(counted[stage], _list({**narrowed, "stage": stage}), f"{name}, {_(STAGE.states[stage])}")
        for stage in OPEN_STAGES
    ]
    signals = [
        Number(
            counted[what],
            _list({**narrowed, **filters}),
            f"{name}, {_(label)}",
            mark="alert-cell" if what == LATE and counted[what] else "",
        )
        for what, (label, filters) in SIGNALS.items()
    ]
    return AgentLine(name, note, url, stages, load, signals)


def _list(filters: Mapping[str, Any]) -> str:
    """The address of the list of files, narrowed."""
    return url_for("caseload.index", **filters)


def absence_lines(absences: Sequence[AbsenceToCover], names: Mapping[UUID, str]) -> list[AbsenceLine]:
    """The absences of present members, each with what falls into it."""
    return [
        AbsenceLine(
            names[each.absence.membership_id],
            " · ".join(
                filter(
                    None,
                    (
                        presentation.absence_in_words(each.absence),
                        presentation.what_falls_into(each.appointments, each.plans),
                    ),
                )
            ),
            is_covered=not (each.appointments or each.plans),
            url=url_for("transfers.give", membership_id=each.absence.membership_id),
        )
        for each in absences
        if each.absence.membership_id in names
    ]


def summary(files: int, waiting: int, absences: Collection[AbsenceLine]) -> str:
    """The page in one line: « 142 dossiers ouverts, 3 sans référent, 2 absences à couvrir »."""
    to_cover = sum(not line.is_covered for line in absences)
    parts = (
        ngettext("%(num)d open file", "%(num)d open files", files),
        ngettext("%(num)d without referent", "%(num)d without referent", waiting) if waiting else "",
        ngettext("%(num)d absence to cover", "%(num)d absences to cover", to_cover) if to_cover else "",
    )
    return ", ".join(filter(None, parts))
