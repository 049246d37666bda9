"""The kinds of documents and what follows from each; how one is signed; why one is refused."""

from dataclasses import dataclass
from datetime import timedelta

from clais.translation import N_

AFTER_EXIT = timedelta(days=3 * 365)
BRIEFLY = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `label` is a gettext id.

    One that is `sensitive` is opened with a click of its own; one that `expires` is accepted with its last day; copies
    of one that is `marked` bear the name of the platform; it is erased when `kept` has passed since the exit.
    """

    label: str
    sensitive: bool = False
    expires: bool = False
    marked: bool = False
    kept: timedelta = AFTER_EXIT


KINDS = {
    "identity": Kind(N_("Identity card"), expires=True, marked=True, kept=BRIEFLY),
    "residence": Kind(N_("Residence permit"), expires=True, marked=True, kept=BRIEFLY),
    "cpas": Kind(N_("Certificate of the CPAS (RI)"), expires=True),
    "forem": Kind(N_("Registration with the FOREM"), expires=True),
    "diploma": Kind(N_("Diploma")),
    "cv": Kind(N_("CV")),
    "licence": Kind(N_("Driving licence"), expires=True, marked=True, kept=BRIEFLY),
    "contract": Kind(N_("Employment contract")),
    "piis": Kind(N_("Integration contract (PIIS)")),
    "plan": Kind(N_("Action plan on paper")),
    "agreement": Kind(N_("Agreement of the person")),
    "medical": Kind(N_("Medical certificate"), sensitive=True, expires=True),
    "disability": Kind(N_("Recognition of a disability"), sensitive=True),
    "record": Kind(N_("Extract from the criminal record"), sensitive=True, kept=BRIEFLY),
    "other": Kind(N_("Another document")),
}


SAYS_PLAN = frozenset({"piis", "plan"})
"""Kinds of documents that say the words of a plan."""


def kind_of(code: str) -> Kind:
    """What follows from a kind; one that is no longer in the list is another document."""
    return KINDS.get(code, KINDS["other"])


KIND_LABELS = {code: kind.label for code, kind in KINDS.items()}
SIGNABLE = {code: KINDS[code].label for code in ("piis", "plan", "agreement", "contract", "other")}

SIGNED_HOW = {
    "paper": N_("On paper"),
    "itsme": N_("With itsme"),
    "tool": N_("In another tool"),
}

REASONS = {
    "blurred": N_("Blurred"),
    "cut": N_("A part is missing"),
    "expired": N_("Not valid any more"),
    "wrong": N_("Not the right one"),
    "other": N_("Another reason"),
}
"""Why a document is refused."""
INFECTED = "infected"
FOUND = {**REASONS, INFECTED: N_("A virus was found in it")}
"""The same, with what a scanner found afterwards: nobody chooses it."""
