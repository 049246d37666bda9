"""The forms that a template is for, and their labels (gettext ids)."""

from clais.translation import N_

NOTE, CONTACT, LETTER = "note", "contact", "letter"
FORMS = {NOTE: N_("A note"), CONTACT: N_("A contact"), LETTER: N_("A letter to several people")}
