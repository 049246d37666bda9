"""A scheme or a session as its form shows it."""

from typing import Any

from clais.exchange.publications.models import Scheme, SchemeSession
from support_center.catalogue.schemas import SchemeSchema, SessionSchema


def field_values(schema: SchemeSchema | SessionSchema, row: Scheme | SchemeSession) -> dict[str, Any]:
    """The values of a row by the names of the schema's fields."""
    return {name: getattr(row, name) for name in schema.load_fields}
