"""What an address of the basin's instruments names, or 404."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import abort

from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import adoption_of, drift
from clais.exchange.adoptions.rules.drift import Drift
from clais.exchange.publications.instruments import Shelf, definition_for_basin, shelf_of_basin, version_of_basin
from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.choices import CHANGED_HERE
from clais.instruments.layers import layer_of
from clais.instruments.rules.definition import Definition
from clais.instruments.rules.latitude import Refusal, applied
from clais.instruments.rules.local import Layer, marks_of
from clais.web.context import database
from tenants.instruments.queries import layer_in_force


@dataclass(frozen=True, slots=True)
class Opened:
    """A version with its instrument, what it asks, and what the platform says of it."""

    version: InstrumentVersion
    shelf: Shelf
    definition: Definition
    adoption: InstrumentAdoption | None
    layer: Layer
    """What the platform changes in the instrument."""
    asked: Definition
    """What is asked here: the definition, with what it allows of the layer."""
    refused: Sequence[Refusal]
    """What it does not allow of the layer."""

    @property
    def drift(self) -> Drift:
        """How far the platform is from what the centre asks for."""
        return drift(self.shelf, self.adoption)

    @property
    def is_here(self) -> bool:
        """Whether the platform works with this version."""
        return self.adoption is not None and self.adoption.instrument_version_id == self.version.id

    @property
    def can_be_adopted(self) -> bool:
        """Whether the platform could begin to work with it."""
        return self.version in self.shelf.to_adopt and not self.is_here

    @property
    def shown(self) -> Definition:
        """What the version asks: of the one in use, with what the platform has of its own."""
        return self.asked if self.is_here else self.definition

    @property
    def marks(self) -> dict[str, bool]:
        """The sections and questions of it that are the platform's own (true), or that it changed (false)."""
        return marks_of(self.definition, self.shown)


def opened_version(version_id: UUID) -> Opened:
    """A version that the basin reads."""
    session = database()
    version = version_of_basin(session, version_id)
    shelf = shelf_of_basin(session, version.instrument_id) if version else None
    definition = definition_for_basin(session, version) if version else None
    if version is None or shelf is None or definition is None:
        abort(404)
    adoption = adoption_of(session, shelf.instrument.id)
    row = layer_in_force(session, shelf.instrument.id) if adoption and adoption.local_parts else None
    layer = layer_of(row.layer) if row else Layer()
    return Opened(version, shelf, definition, adoption, layer, *applied(definition, layer))


def version_in_use(version_id: UUID) -> Opened:
    """The version that the platform works with; another one has nothing of the platform's own."""
    opened = opened_version(version_id)
    if not opened.is_here or opened.definition.kind not in CHANGED_HERE:
        abort(404)
    return opened


def opened_shelf(instrument_id: UUID) -> Shelf:
    """An instrument that the basin reads."""
    shelf = shelf_of_basin(database(), instrument_id)
    if shelf is None or not shelf.versions:
        abort(404)
    return shelf


def adopted_definition(opened: Opened) -> tuple[int, Definition] | None:
    """The number of the version that the platform works with, and what it asks; None for the opened one."""
    adoption = opened.adoption
    if adoption is None or adoption.instrument_version_id is None or opened.is_here:
        return None
    used = version_of_basin(database(), adoption.instrument_version_id)
    definition = definition_for_basin(database(), used) if used else None
    return (used.number, definition) if used and definition else None
