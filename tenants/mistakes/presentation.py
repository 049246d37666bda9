"""What was encoded by mistake, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from clais.text import excerpt
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.follow_up.choices import CHANNELS, OUTCOMES
from tenants.mistakes.actions import UnderWay
from tenants.mistakes.choices import FILE, REASONS, SUBJECTS
from tenants.mistakes.models import Mistake
from tenants.people.models import Person

EXCERPT = 140
ICONS = {FILE: "folder2-open", "note": "chat-left-text", "contact": "telephone", "intake": "door-open"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a file: what it is called, and what it says."""

    kind: str
    key: UUID
    title: str
    says: str

    @property
    def icon(self) -> str:
        """The sign that lists show beside it."""
        return ICONS[self.kind]


@dataclass(frozen=True, slots=True)
class Line:
    """What is set aside: `says` is what it said, as far as its reader may read it; `why` the reason and who."""

    key: UUID
    icon: str
    title: str
    says: str
    why: str


def entries(found: Mapping[str, Sequence[Any]]) -> Iterator[Entry]:
    """The entries of a file in words."""
    for kind, rows in found.items():
        for row in rows:
            yield Entry(kind, row.id, title_of(kind, row), says_of(kind, row))


def title_of(kind: str, row: Any) -> str:
    """What an entry is called."""
    days = {"note": "written_at", "contact": "happened_on", "intake": "received_on"}
    return _("%(what)s of %(day)s", what=_(SUBJECTS[kind]), day=exact_day(getattr(row, days[kind])))


def says_of(kind: str, row: Any) -> str:
    """What an entry says, and who wrote it."""
    if kind == "note":
        return f"{row.author_name} · {excerpt(row.text, EXCERPT)}"
    if kind == "contact":
        said = (row.author_name, _(CHANNELS[row.channel]), _(OUTCOMES.get(row.outcome, "")), row.summary or "")
        return excerpt(" · ".join(filter(None, said)), EXCERPT)
    return excerpt(" · ".join(filter(None, (row.received_by, row.request))), EXCERPT)


def lines(
    mistakes: Sequence[Mistake], subjects: Mapping[UUID, Any], people: Mapping[UUID, Person]
) -> Iterator[tuple[Person, Line]]:
    """What is set aside, each with the person whose file it is, or is in."""
    for row in mistakes:
        subject = subjects.get(row.subject_id)
        if row.subject_type == FILE or subject is None:
            title, says = _(SUBJECTS[row.subject_type]), ""
        else:
            title, says = title_of(row.subject_type, subject), says_of(row.subject_type, subject)
        yield people[row.person_id], Line(row.id, ICONS[row.subject_type], title, says, why(row))


def still_open(under_way: UnderWay) -> list[str]:
    """What must be settled before a file is set aside, in words."""
    text = N_("Agreement to share, for %(reference)s, until %(day)s: have it withdrawn")
    agreements = [_(text, reference=reference, day=exact_day(until)) for reference, until in under_way.agreements]
    here = [_("The person is at the desk: close the visit")] if under_way.is_here else []
    return [*here, *under_way.items, *agreements]


def why(row: Mistake) -> str:
    """Why something was set aside, by whom and when."""
    facts = {"reason": _(REASONS[row.reason][0]), "because": row.because, "name": row.set_aside_by}
    return _("%(reason)s: %(because)s · %(name)s, %(day)s", **facts, day=exact_day(row.set_aside_at))
