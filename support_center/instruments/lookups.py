"""What an address of the instruments names, or 404."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort

from clais.exchange.publications.models import Instrument, InstrumentVersion
from clais.instruments.rules.definition import Definition, Item, Section
from clais.instruments.rules.editing import place_of, section_of
from clais.web.context import database, get_or_404
from support_center.instruments.queries import definition_of
from support_center.instruments.workflow import VERSION


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its instrument and what it asks."""

    version: InstrumentVersion
    instrument: Instrument
    definition: Definition

    @property
    def is_draft(self) -> bool:
        """Whether it can be changed now."""
        return self.version.state == VERSION.initial


def opened_version(version_id: UUID) -> Opened:
    """A version of the centre, with what it asks."""
    version = get_or_404(InstrumentVersion, version_id)
    definition = definition_of(database(), version)
    if definition is None:
        abort(404)
    return Opened(version, get_or_404(Instrument, version.instrument_id), definition)


def item_or_404(definition: Definition, item_id: str) -> tuple[Item, Section]:
    """A question and its section."""
    try:
        return place_of(definition, item_id)
    except KeyError:
        abort(404)


def section_or_404(definition: Definition, section_id: str) -> Section:
    """A section."""
    try:
        return section_of(definition, section_id)
    except KeyError:
        abort(404)
