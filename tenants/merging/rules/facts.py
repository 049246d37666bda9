"""Which facts two cards share, and what one of them lacks: a rule on values, without database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GROUPS: tuple[tuple[str, ...], ...] = (
    ("family_name",),
    ("birth_name",),
    ("given_names",),
    ("birth_date", "birth_year"),
    ("sex",),
    ("national_number",),
    ("phone",),
    ("other_phone",),
    ("email",),
    ("contact_preference",),
    ("street", "street_number", "box", "postal_code", "locality", "nis_code"),
    ("languages",),
    ("status", "status_since"),
    ("schooling", "schooling_note"),
    ("driving_licences",),
    ("has_vehicle",),
    ("forem_number", "forem_registered_on"),
    ("availability",),
)
"""The facts of a card that belong together: of an address, one side is kept whole. A group is called by its first."""
SEALED_STATUS = "status_sealed"
"""What the card does not say of a status: it goes along with what it says, and is never compared, nor shown."""
AGREEMENT = ("registration_consent_at", "registration_consent_manner")
_GROUP_OF = {name: group[0] for group in (*GROUPS, AGREEMENT) for name in group} | {SEALED_STATUS: "status"}
NOT_SAID: tuple[Any, ...] = (None, "", [], "undeclared")


def group_of(name: str) -> str:
    """What the group of a fact is called; a fact that belongs to none is one by itself."""
    return _GROUP_OF.get(name, name)


@dataclass(frozen=True, slots=True)
class Compared:
    """A group of facts on two cards: the same on both, to be taken from the other card, or to be chosen between."""

    facts: tuple[str, ...]
    same: bool
    filled: bool

    @property
    def name(self) -> str:
        """What the group is called."""
        return self.facts[0]

    @property
    def differs(self) -> bool:
        """Whether somebody has to choose."""
        return not self.same and not self.filled


def compared(kept: Mapping[str, Any], other: Mapping[str, Any]) -> list[Compared]:
    """The groups of which the other card says something, in the order of the card."""
    found = []
    for facts in GROUPS:
        ours, theirs = [kept[name] for name in facts], [other[name] for name in facts]
        if _says(theirs):
            same = ours == theirs
            found.append(Compared(facts, same, not same and not _says(ours)))
    return found


def _says(values: Sequence[Any]) -> bool:
    return any(value not in NOT_SAID for value in values)


def taken(groups: Sequence[Compared], chosen: Callable[[str], bool]) -> list[str]:
    """The facts that the kept card takes over: those that it lacks, and of the others those that were `chosen`."""
    return [name for group in groups if group.filled or (group.differs and chosen(group.name)) for name in group.facts]
