from typing import Any

from marshmallow import fields

from clais.api.application import ApiFeature
from clais.web.context import actor
from clais.web.routing import SIGNED_IN
from clais.web.schemas import Schema

identity_api = ApiFeature("identity", __name__, description="Who the token speaks for")


class WhoAmISchema(Schema):
    """The membership behind a token and what it may do."""

    tenant = fields.String(attribute="tenant_slug")
    tenant_name = fields.String()
    role = fields.String()
    permissions = fields.Method("sorted_permissions")

    def sorted_permissions(self, who: Any) -> list[str]:
        """The permissions by name."""
        return sorted(who.permissions)


@identity_api.endpoint("/me", SIGNED_IN)
@identity_api.response(200, WhoAmISchema)
def me() -> Any:
    """Who am I: the tenant, role and permissions of the token."""
    return actor()
