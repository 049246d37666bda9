from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from flask import Flask, current_app

from clais.database import Base
from clais.feature.closing import Holding
from clais.feature.columns import ListAct, PersonColumn
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.gaps import Gap
from clais.feature.handling import Clock, Followers, Settlement, Workload
from clais.feature.help import Glossary, PageHelp
from clais.feature.job import Job
from clais.feature.manifest import Feature
from clais.feature.merging import PersonRows, Successor
from clais.feature.navigation import PrimaryAct, RailEntry, Search, SubjectPage
from clais.feature.sealed import SealedText
from clais.feature.trail import NamesOf, Register, Trail

_EXTENSION = "clais.composition"
_NAMED = (
    "features", "jobs", "person_columns", "list_acts", "sections", "thread", "day", "page_help", "settlements",
    "clocks", "workloads", "gaps",
)  # fmt: skip


@dataclass(frozen=True)
class Composition:
    """The parts of one application, from the manifests of its features. Raises ValueError for duplicate names."""

    features: tuple[Feature, ...]

    def __post_init__(self) -> None:
        """Refuse two features, jobs, sections or sources of the same name, and a verb with two meanings."""
        named = {attribute: [item.name for item in getattr(self, attribute)] for attribute in _NAMED}
        named["verbs"] = [verb for trail in self.trails for verb in trail.verbs]
        for attribute, names in named.items():
            duplicates = {name for name in names if names.count(name) > 1}
            if duplicates:
                raise ValueError(f"{attribute}: {sorted(duplicates)} more than once")

    def _all(self, attribute: str) -> Iterator[Any]:
        return (item for feature in self.features for item in getattr(feature, attribute))

    @cached_property
    def rail(self) -> Sequence[RailEntry]:
        return sorted(self._all("rail"), key=lambda entry: entry.order)

    @cached_property
    def searches(self) -> Sequence[Search]:
        return [feature.search for feature in self.features if feature.search]

    @cached_property
    def primary_acts(self) -> Sequence[PrimaryAct]:
        return [feature.primary_act for feature in self.features if feature.primary_act]

    @cached_property
    def subject_pages(self) -> Sequence[SubjectPage]:
        return list(self._all("subject_pages"))

    @cached_property
    def person_columns(self) -> Sequence[PersonColumn]:
        return sorted(self._all("person_columns"), key=lambda column: column.order)

    @cached_property
    def gaps(self) -> Sequence[Gap]:
        return sorted(self._all("gaps"), key=lambda gap: gap.order)

    @cached_property
    def list_acts(self) -> Sequence[ListAct]:
        return sorted(self._all("list_acts"), key=lambda act: act.order)

    @cached_property
    def sections(self) -> Sequence[Section]:
        return sorted(self._all("sections"), key=lambda section: section.order)

    @cached_property
    def acts(self) -> Sequence[Act]:
        return sorted(self._all("acts"), key=lambda act: act.order)

    @cached_property
    def thread(self) -> Sequence[ThreadSource]:
        return list(self._all("thread"))

    @cached_property
    def day(self) -> Sequence[DaySource]:
        return list(self._all("day"))

    @cached_property
    def page_help(self) -> Sequence[PageHelp]:
        return list(self._all("page_help"))

    @cached_property
    def glossary(self) -> Glossary | None:
        """The pages that say what words mean; None when no feature has any."""
        return next((feature.glossary for feature in self.features if feature.glossary), None)

    @cached_property
    def settlements(self) -> Sequence[Settlement]:
        return list(self._all("settlements"))

    @cached_property
    def clocks(self) -> Sequence[Clock]:
        return list(self._all("clocks"))

    @cached_property
    def workloads(self) -> Sequence[Workload]:
        return list(self._all("workloads"))

    @cached_property
    def followers(self) -> Followers | None:
        """Who hears of a person here; None when no feature keeps files."""
        return next((feature.followers for feature in self.features if feature.followers), None)

    @cached_property
    def trails(self) -> Sequence[Trail]:
        return [feature.trail for feature in self.features if feature.trail]

    @cached_property
    def trail_of(self) -> Mapping[str, Trail]:
        """Verb → the words of the feature that records it."""
        return {verb: trail for trail in self.trails for verb in trail.verbs}

    @cached_property
    def names_of(self) -> Mapping[str, NamesOf]:
        """Type of subject → the names of its rows."""
        return {subject_type: names for trail in self.trails for subject_type, names in trail.names.items()}

    @cached_property
    def holdings(self) -> Sequence[Holding]:
        return list(self._all("holdings"))

    @cached_property
    def person_rows(self) -> Sequence[PersonRows]:
        """The rows about people, each after those that it hangs on."""
        found = list(self._all("person_rows"))
        on = {rows.table.__tablename__: {way[-1] for way in rows.ways} for rows in found if rows.hangs_on}

        def depth(table: str) -> int:
            return 1 + max(map(depth, on[table])) if table in on else 0

        return sorted(found, key=lambda rows: depth(rows.table.__tablename__))

    @cached_property
    def sealed_texts(self) -> Mapping[str, SealedText]:
        """Table and column → what is erased with a text that is sealed in its place."""
        return {found.subject: found for found in self._all("sealed_texts")}

    @cached_property
    def successors(self) -> Mapping[type[Base], Successor]:
        return {successor.table: successor for successor in self._all("successors")}

    def register_of(self, kind: str) -> Register | None:
        """The register of people in tenants of a kind."""
        registers = (trail.register for trail in self.trails if trail.register)
        return next((register for register in registers if kind in register.kinds), None)

    @cached_property
    def jobs(self) -> Sequence[Job]:
        return list(self._all("jobs"))

    @cached_property
    def due_jobs(self) -> Sequence[Job]:
        """The jobs that run where they are due."""
        return [job for job in self.jobs if job.next_at]


def install_composition(app: Flask, features: Sequence[Feature]) -> Composition:
    """Compose `app` of `features`. Raises ValueError when two have the same name."""
    composed = Composition(tuple(features))
    app.extensions[_EXTENSION] = composed
    return composed


def composition() -> Composition:
    """The composition of the current application."""
    return cast("Composition", current_app.extensions[_EXTENSION])
