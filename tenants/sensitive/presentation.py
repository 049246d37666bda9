"""Sensitive facts in words, and what is shown of them on a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.sensitive.choices import KINDS, REASONS, TOLD, WHERE
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import Told


@dataclass(frozen=True, slots=True)
class Line:
    """A sensitive fact on a file, hidden; `kind` is empty for who may not read it."""

    id: UUID
    kind: str
    noted_by: str
    noted_at: datetime
    keep_until: date
    may_show: bool
    may_erase: bool
    where: str = ""
    """Of which text it stands in place."""


def line_of(fact: SensitiveFact, told: Told | None, *, may_show: bool, may_erase: bool) -> Line:
    """The line of a fact; `told` is what it says, for who may read it."""
    kind = _(KINDS.get(told.kind, told.kind)) if told else ""
    where = _(WHERE[fact.subject]) if fact.subject else ""
    return Line(fact.id, kind, fact.noted_by, fact.noted_at, fact.keep_until, may_show, may_erase, where)


def facts_shown(told: Told, keep_until: date) -> Sequence[tuple[str, str]]:
    """What stands under the text of a fact: why it is kept, whether the person knows, until when."""
    known = _(TOLD.get(told.told, told.told))
    return (
        (_("Why it is kept"), _(REASONS.get(told.reason, told.reason))),
        (_("Does the person know?"), " · ".join(filter(None, (known, told.not_told_because)))),
        (_("Kept until"), exact_day(keep_until)),
    )
