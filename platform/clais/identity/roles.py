from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE
from clais.translation import N_

ROLES = {
    "receptionist": N_("Receptionist"),
    "agent": N_("Integration agent"),
    "coordinator": N_("Coordinator of the platform"),
    "support_officer": N_("Support-centre officer"),
    "trainer": N_("Support-centre trainer"),
    "supervisor": N_("Network supervisor"),
    "federation_admin": N_("Administrator"),
    "system": N_("System"),
}
"""Role → label (a gettext id); `config/permissions.toml` holds the permissions of each role."""

ROLES_OF_KIND = {
    LOCAL_PLATFORM: ("receptionist", "agent", "coordinator"),
    SUPPORT_CENTRE: ("support_officer", "trainer", "supervisor"),
}
"""The roles that a member may have, by kind of tenant."""
