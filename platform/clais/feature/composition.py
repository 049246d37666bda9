from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from flask import Flask, current_app

from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.job import Job
from clais.feature.manifest import Feature
from clais.feature.navigation import PrimaryAct, RailEntry, Search, SubjectPage

_EXTENSION = "clais.composition"


@dataclass(frozen=True)
class Composition:
    """The parts of one application, from the manifests of its features. Raises ValueError for duplicate names."""

    features: tuple[Feature, ...]

    def __post_init__(self) -> None:
        """Refuse two features, jobs, sections or sources of the same name."""
        for attribute in ("features", "jobs", "sections", "thread", "day"):
            names = [item.name for item in getattr(self, attribute)]
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
    def jobs(self) -> Sequence[Job]:
        return list(self._all("jobs"))


def install_composition(app: Flask, features: Sequence[Feature]) -> Composition:
    """Compose `app` of `features`. Raises ValueError when two have the same name."""
    composed = Composition(tuple(features))
    app.extensions[_EXTENSION] = composed
    return composed


def composition() -> Composition:
    """The composition of the current application."""
    return cast("Composition", current_app.extensions[_EXTENSION])
