"""What a feature contributes to pages that are not its own: help where it is needed, and what words mean."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.translation import N_

PLACES = {
    "reception": N_("Registration form"),
    "file": N_("File of a person"),
    "bilan": N_("Bilan"),
    "orientation": N_("Decision of orientation"),
    "referral": N_("Referral to a partner"),
    "calendar": N_("Agenda"),
}
"""The places where a page asks for help, with `help_at(code)` in its template; code → gettext id."""


@dataclass(frozen=True, slots=True)
class PageHelp:
    """Help at a place: `template` shows the result of `load`, in the variable `help`; nothing when that is None.

    Pages whose speed is promised ask for it, so `load` remembers what it read (`clais.database.remembered`).
    """

    name: str
    permission: str
    template: str
    load: Callable[[ScopedSession, Actor, str], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Glossary:
    """Pages that say what words mean: the label of a field links to the page of the word that is called as the field.

    `endpoint` takes the code of a word as `argument`. `codes` is asked once a page, and remembers what it read.
    """

    permission: str
    endpoint: str
    argument: str
    codes: Callable[[ScopedSession], Collection[str]]
