"""What a feature contributes to the file of a person: sections, actions and entries of the thread."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.thread import Source
from clais.translation import N_

OVERVIEW = "overview"
PARTS = {
    OVERVIEW: N_("Overview"),
    "path": N_("Path"),
    "situation": N_("Situation"),
    "documents": N_("Documents"),
    "referrals": N_("Referrals"),
}
"""The parts of the file, as tabs, in order (gettext ids)."""
THREAD = N_("Thread")
"""The tab of the whole thread, which is a page of its own."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the file: `template` (`<feature>/_x.html`) shows the result of `load`, in the variable `section`.

    A section is hidden when `load` returns None; a `count` in its result stands in the tab of its `part`, of PARTS. In
    the overview `column` is top (above both columns), next (rows of what comes next, by the day `first_on` of the
    result), main or aside; elsewhere main or aside.
    """

    name: str
    order: int
    column: str
    permission: str
    template: str
    load: Callable[[ScopedSession, Any, Actor], Mapping[str, Any] | None]
    part: str = OVERVIEW
    on_card: bool = False
    """Whether the card of the reception has it too, beside the file."""


def loaded(
    sections: Iterable[Section], session: ScopedSession, person: Any, actor: Actor
) -> list[tuple[Section, Mapping[str, Any]]]:
    """The sections that `actor` may read and that have something to show, in order."""
    found = [(part, part.load(session, person, actor)) for part in sections if actor.may(part.permission)]
    return [(part, content) for part, content in found if content is not None]


@dataclass(frozen=True, slots=True)
class Act:
    """A button at the head of the file. `endpoint` takes `person_id`; it is shown in `stages`, or in every stage."""

    label: str
    endpoint: str
    permission: str
    order: int
    stages: frozenset[str] | None = None
    primary_in: frozenset[str] = frozenset()

    def is_in(self, stage: str) -> bool:
        """Whether the button is shown in this stage of a file."""
        return self.stages is None or stage in self.stages


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the thread. `kind` is a code of the feature, for filtering; a `private` entry is not printed.

    `title` says what happened, `by` who did it, `icon` is its drawing. Of several entries of one `group` the file shows
    the newest.
    """

    when: datetime
    kind: str
    title: str
    body: str = ""
    tag: str = ""
    tag_kind: str = ""
    url: str | None = None
    private: bool = False
    group: str = ""
    by: str = ""
    icon: str = "clock-history"


Describe = Callable[[Any, Actor], Iterable[Entry]]
"""Describes one row of a source for a reader, in zero, one or two entries."""


@dataclass(frozen=True, slots=True)
class ThreadSource:
    """Adds the newest rows of `source` to the thread of a file, for members with `permission`."""

    name: str
    permission: str
    source: Source
    describe: Describe
