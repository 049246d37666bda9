"""What the centre publishes as its forms show it, and back."""

from typing import Any
from uuid import UUID

from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession
from clais.exchange.publications.queries import operators_of_basin
from support_center.catalogue.schemas import OperatorSchema, SessionSchema, scheme_schema

Row = Scheme | SchemeSession | SchemeOperator
"""What has a form here."""


def form_of_scheme(session: ScopedSession) -> Any:
    """The schema of a scheme, with the operators of the centre to choose from."""
    own = (row for row in operators_of_basin(session) if row.owner_tenant_id == session.scope.tenant_id)
    return scheme_schema([(str(row.id), row.name) for row in own])


def schema_of(session: ScopedSession, row: Row) -> Any:
    """The schema of a row."""
    match row:
        case Scheme():
            return form_of_scheme(session)
        case SchemeSession():
            return SessionSchema()
        case SchemeOperator():
            return OperatorSchema()


def field_values(schema: Any, row: Row) -> dict[str, Any]:
    """The values of a row by the names of the schema's fields."""
    values = {name: getattr(row, name) for name in schema.load_fields}
    if isinstance(row, Scheme):
        values["operator_id"] = str(row.operator_id or "")
    return values


def scheme_columns(data: dict[str, Any]) -> tuple[UUID, dict[str, Any]]:
    """The key of the operator of a scheme and its other facts, from a form that is valid."""
    facts = dict(data)
    return UUID(facts.pop("operator_id")), facts
