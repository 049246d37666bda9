from typing import Any

from marshmallow import fields

from clais.api.application import ApiRoutes
from clais.feature.pages import SIGNED_IN
from clais.forms.schemas import Schema
from clais.web.context import actor

identity_api = ApiRoutes("identity", __name__, description="Who the token speaks for")


class WhoAmISchema(Schema):
    """The membership behind a token and what it may do."""

    tenant = fields.String()
    tenant_name = fields.String()
    role = fields.String()
    permissions = fields.List(fields.String())


@identity_api.endpoint("/me", SIGNED_IN)
@identity_api.response(200, WhoAmISchema)
def me() -> Any:
    """Who am I: the tenant, role and permissions of the token."""
    who = actor()
    return {
        "tenant": who.tenant_slug,
        "tenant_name": who.tenant_name,
        "role": who.role,
        "permissions": sorted(who.permissions),
    }
