"""The lines of a list of files. Agents open lists all day, so a line must be cheap to render."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from clais.database import NIL
from clais.translation import gettext as _
from clais.web.formatting import exact_day, iso, relative_day
from tenants.people.choices import STATUS
from tenants.people.models import Person
from tenants.people.presentation import born_in_list, born_under
from tenants.people.workflow import STAGE


@dataclass(frozen=True, slots=True)
class Line:
    """The values that `_rows.html` renders. `kind` is the class of the stage's tag, `contact` an ISO day or None."""

    stage: str
    kind: str
    name: str
    url: str
    why: str
    contact: str | None
    contact_text: str
    contact_exact: str


def lines_of(people: Iterable[Person], *, may_open: bool) -> list[Line]:
    """The lines of `people`. They link to the file, or to the card for an actor who may not open files."""
    stages = {code: _(label) for code, label in STAGE.states.items()}
    statuses = {code: _(label) for code, label in STATUS.items()}
    # Building a URL costs more than reading a row: one is built, and each key replaces the placeholder.
    address = url_for("file.show" if may_open else "people.card", person_id=NIL)
    return [_line(person, address, stages, statuses) for person in people]


def detail(person: Person) -> str:
    """What tells people of one name apart, in a list of proposals."""
    return " · ".join(filter(None, (person.reference, born_under(person), born_in_list(person), person.locality)))


def _line(person: Person, address: str, stages: dict[str, str], statuses: dict[str, str]) -> Line:
    place = f"{person.postal_code or ''} {person.locality or ''}".strip()
    facts = (person.reference, born_under(person), born_in_list(person), place, statuses.get(person.status or ""))
    seen = person.last_contact_on
    return Line(
        stage=stages[person.stage],
        kind="" if person.stage == "closed" else " here",
        name=person.full_name,
        url=address.replace(str(NIL), str(person.id)),
        why=" · ".join(filter(None, facts)),
        contact=iso(seen) if seen else None,
        contact_text=_("contact %(when)s", when=relative_day(seen)) if seen else "",
        contact_exact=exact_day(seen, weekday=True) if seen else "",
    )
