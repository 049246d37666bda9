"""Two files side by side, in words: what each card says, what is counted, what was decided about them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from clais.numbers import MASKED_NATIONAL_NUMBER
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.merging.models import FileMerge
from tenants.merging.rules.facts import Compared, group_of
from tenants.people.choices import TOLD_APART
from tenants.people.models import Person, ToldApart
from tenants.people.presentation import address, born
from tenants.people.presentation import text_of as as_text
from tenants.people.schemas import PersonSchema

KEPT, OTHER = "kept", "other"
"""Whose fact stays: that of the kept card, or that of the other one."""
NUMBER = "national_number"
WHOLE: Mapping[str, tuple[str, Callable[[Person], str]]] = {
    "birth_date": (N_("Born"), born),
    "street": (N_("Address"), lambda person: address(person).replace("\n", ", ")),
    NUMBER: (N_("National number"), lambda person: MASKED_NATIONAL_NUMBER if person.national_number else ""),
}
"""The groups of facts that are shown as one."""
_REFUSALS = {
    "same": N_("This is the same file."),
    "merged": N_("One of the two files was merged meanwhile."),
    "left_out": N_("One of the two files was set aside meanwhile: encoded by mistake."),
    "changed": N_("A card was changed meanwhile: look at both again."),
    "told_apart": N_("It was decided that these two files are not of the same person."),
    "closed_file": N_("The file that would be kept is closed, and the other one is open: keep the other one."),
    "undone": N_("This merge was taken back already."),
    "followed": N_("Another file was merged into this one since: take that merge back first."),
    "too_late": N_("This merge cannot be taken back any more: 30 days have passed."),
}
UNDONE_FIRST = N_("The file was merged into another one since: take that merge back first.")


def refusal(code: str) -> str:
    """Why two files are not merged, or a merge is not taken back."""
    return _(_REFUSALS[code])


@dataclass(frozen=True, slots=True)
class Line:
    """One group of facts: what it is called, and what each card says."""

    group: Compared
    label: str
    kept: str
    other: str


def lines(groups: Iterable[Compared], kept: Person, other: Person) -> list[Line]:
    """The groups of facts in words."""
    return [_line(group, text_of(kept, group), text_of(other, group)) for group in groups]


def _line(group: Compared, kept: str, other: str) -> Line:
    """A group in words; of two numbers that nobody is shown, whether they are one."""
    if group.name == NUMBER and kept and other:
        told = _("the same on both") if group.same else _("not the same as the other one")
        kept, other = (f"{masked} · {told}" for masked in (kept, other))
    return Line(group, label_of(group.name), kept, other)


def label_of(name: str) -> str:
    """What a group of facts, or the fact that it is called by, is called."""
    if name in WHOLE:
        return _(WHOLE[name][0])
    field = PersonSchema().load_fields.get(name)
    return str(field.metadata.get("label", name)) if field else _(OTHERS.get(name, name))


OTHERS = {
    "registration_consent_at": N_("Agreed to be registered"),
    "last_contact_on": N_("Last contact"),
    "referent_id": N_("Referent"),
}
"""The facts that no form writes and that a merge may change."""


def text_of(person: Person, group: Compared) -> str:
    """What a card says of a group of facts."""
    if group.name in WHOLE:
        return WHOLE[group.name][1](person)
    return " · ".join(filter(None, (as_text(name, getattr(person, name)) for name in group.facts)))


def decision_text(row: ToldApart) -> str:
    """Who told two files apart, when, and why."""
    facts = {"name": row.decided_by, "day": exact_day(row.decided_at), "cause": _(TOLD_APART[row.cause])}
    said = _("%(cause)s, by %(name)s on %(day)s", **facts)
    return f"{said}. {row.because}" if row.because else f"{said}."


def changed_labels(facts: Iterable[str]) -> list[str]:
    """What the facts that a merge changed are called, each group once."""
    return [label_of(name) for name in dict.fromkeys(map(group_of, facts))]


def state_of(made: FileMerge, *, may_undo: bool) -> tuple[str, str]:
    """Whether a merge can be taken back, in words, and the kind of the tag."""
    if made.undone_at is not None:
        return _("Taken back on %(day)s by %(name)s", day=exact_day(made.undone_at), name=made.undone_by), ""
    if may_undo:
        return _("Can be taken back until %(day)s", day=exact_day(made.undo_until)), "wait"
    return _("Cannot be taken back any more"), ""
