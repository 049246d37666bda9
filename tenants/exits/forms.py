"""Between the page that closes a file and the features that have something open for the person."""

from collections.abc import Sequence
from dataclasses import dataclass

import marshmallow

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature import composition
from clais.feature.handling import KEEP, OpenItem, Settlement
from clais.forms.form import Form
from tenants.exits.schemas import closing_schema
from tenants.people.models import Person

PREFIX = "settle_"
"""The beginning of the names of the fields about open items."""


@dataclass(frozen=True, slots=True)
class ToSettle:
    """One open item, with the feature that settles it."""

    settlement: Settlement
    item: OpenItem

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return f"{PREFIX}{self.settlement.name}_{self.item.key.hex}"


def open_items(session: ScopedSession, person: Person, actor: Actor) -> list[ToSettle]:
    """What is still open for a person, as far as `actor` may settle it."""
    return [
        ToSettle(settlement, item)
        for settlement in composition().settlements
        if actor.may(settlement.permission)
        for item in settlement.load(session, person.id)
    ]


def schema_of(items: Sequence[ToSettle]) -> marshmallow.Schema:
    """The schema of the form that closes a file with these items."""
    return closing_schema([(each.field, each.item.text, each.settlement.choices) for each in items])


def settle(session: ScopedSession, actor: Actor, form: Form, items: Sequence[ToSettle]) -> None:
    """Do with each item what a valid form says. Raises what the features raise."""
    for each in items:
        choice = form.data[each.field]
        if choice != KEEP:
            each.settlement.settle(session, actor, each.item.key, choice, form.data["reason"])
