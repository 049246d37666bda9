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
"""The roles and their words (gettext ids); what each may do is in `config/permissions.toml`."""

LANGUAGES = {"fr": "Français", "en": "English"}
"""The languages of the screen, each called by its own name."""
