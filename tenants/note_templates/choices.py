"""The forms that a template is for, and their labels (gettext ids)."""

from clais.translation import N_

NOTE, CONTACT = "note", "contact"
FORMS = {NOTE: N_("A note"), CONTACT: N_("A contact")}
