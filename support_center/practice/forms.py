"""Rows as their forms show them."""

from typing import Any

from clais.exchange.practice.models import PracticeCard, PracticeDocument
from clais.forms.schemas import Schema


def field_values(schema: Schema, row: PracticeCard | PracticeDocument) -> dict[str, Any]:
    """The values of a row by the names of the schema's fields."""
    return {name: getattr(row, name) for name in schema.load_fields if hasattr(row, name)}
