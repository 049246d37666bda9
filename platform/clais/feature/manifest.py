from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint

from clais.database import Base
from clais.feature.closing import Holding
from clais.feature.columns import ListAct, PersonColumn
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.gaps import Gap
from clais.feature.handling import Clock, Followers, Settlement, Workload
from clais.feature.help import Glossary, PageHelp
from clais.feature.job import Job
from clais.feature.merging import PersonRows, Successor
from clais.feature.navigation import PrimaryAct, RailEntry, Search, SubjectPage
from clais.feature.pages import Pages
from clais.feature.sealed import SealedText
from clais.feature.trail import Trail
from clais.workflow import Workflow


@dataclass(frozen=True, kw_only=True)
class Feature:
    """The manifest of a feature folder: everything that the application uses of it.

    `name` is the prefix of its endpoints and templates, `package` the import name of its folder. Templates, texts and
    styles are found in the folder (`templates/`, `translations/`, `static/`) and are not listed.
    """

    name: str
    package: str
    pages: Sequence[Pages] = ()
    api: Sequence[Blueprint] = ()
    tables: Sequence[type[Base]] = ()
    workflows: Sequence[Workflow] = ()
    jobs: Sequence[Job] = ()
    rail: Sequence[RailEntry] = ()
    search: Search | None = None
    primary_act: PrimaryAct | None = None
    subject_pages: Sequence[SubjectPage] = ()
    person_columns: Sequence[PersonColumn] = ()
    list_acts: Sequence[ListAct] = ()
    gaps: Sequence[Gap] = ()
    sections: Sequence[Section] = ()
    acts: Sequence[Act] = ()
    thread: Sequence[ThreadSource] = ()
    day: Sequence[DaySource] = ()
    page_help: Sequence[PageHelp] = ()
    glossary: Glossary | None = None
    settlements: Sequence[Settlement] = ()
    clocks: Sequence[Clock] = ()
    workloads: Sequence[Workload] = ()
    followers: Followers | None = None
    trail: Trail | None = None
    holdings: Sequence[Holding] = ()
    person_rows: Sequence[PersonRows] = ()
    successors: Sequence[Successor] = ()
    sealed_texts: Sequence[SealedText] = ()

    @cached_property
    def folder(self) -> Path:
        """The folder of the feature. Raises ModuleNotFoundError when `package` does not exist."""
        spec = find_spec(self.package)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(self.package)
        return Path(spec.origin).parent
