"""Sealed texts between a page and the actions: what a form shows of one, and what it says of why it is sealed."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from clais.clock import today
from clais.services import services
from clais.web.context import actor, database
from tenants.people.models import Person
from tenants.sensitive.mails import tell_of_taking
from tenants.sensitive.queries import told_by
from tenants.sensitive.schemas import USUAL
from tenants.sensitive.withholding import Said, Why, Writer, is_withheld, kept_instead, read_texts

ASKED = ("kind", "reason", "told", "not_told_because", "keep_until")


def blank_why() -> dict[str, Any]:
    """How the reasons of a text begin that is not sealed."""
    return {"keep_until": today() + USUAL}


def typed_writer(data: dict[str, Any]) -> Writer:
    """Who wrote a text, and why it is sealed; takes that out of what was typed. A text that is not marked has none."""
    why = {name: data.pop(name) for name in ASKED}
    is_marked = data.pop("withheld")
    return Writer(actor(), services().keyring, Why(**why) if is_marked else None)


def texts_shown(person: Person, said: Iterable[Said]) -> dict[UUID, str]:
    """The sealed texts that a page shows to who may read them, by row. That they were shown is on record."""
    found = read_texts(database(), actor(), person, said, services().keyring)
    if found:
        tell_of_taking(database(), actor(), person, services().permissions)
    return found


def values_of(person: Person, said: Said) -> Mapping[str, Any]:
    """What the form of a text shows to who may write it: the text, and why it is sealed. The showing is on record."""
    row, column = said
    kept = kept_instead(database(), person.id, row.id) if is_withheld(row, column) else None
    told = told_by(services().keyring, kept) if kept is not None else None
    if kept is None or told is None:
        return {column: getattr(row, column) if not is_withheld(row, column) else ""} | blank_why()
    why = {name: getattr(told, name) for name in ASKED if name != "keep_until"}
    shown = texts_shown(person, [said])
    return {column: shown.get(row.id, ""), "withheld": True, "keep_until": kept.keep_until} | why
