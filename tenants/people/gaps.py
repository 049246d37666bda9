"""What a card may lack that schemes, letters and the platform's own rules ask for."""

from collections.abc import Callable
from uuid import UUID

from flask import url_for
from sqlalchemy import and_

from clais.feature.gaps import Gap
from clais.services import services
from clais.translation import N_
from tenants.people.following import HANDS_OUT, without_referent
from tenants.people.models import Person

EDIT = "person.edit_card"


def _field(name: str) -> Callable[[UUID], str]:
    """The address of a field of the card."""
    return lambda person_id: url_for("people.edit", person_id=person_id, _anchor=f"field-{name}")


GAPS = (
    Gap(
        "referent", 10, N_("No referent"), N_("Nobody follows this file."), N_("Entrust the file"), HANDS_OUT,
        lambda here: without_referent(here, services().permissions),
        lambda person_id: url_for("people.referent", person_id=person_id),
    ),
    Gap(
        "consent", 20, N_("No consent"), N_("Nothing says that the person agreed to be registered."),
        N_("Note the consent"), EDIT,
        lambda _here: Person.registration_consent_at.is_(None), _field("registration_consent_manner"),
    ),
    Gap(
        "birth_date", 30, N_("Date of birth"), N_("Without it no rule about age is answered."),
        N_("Note the date of birth"), EDIT,
        lambda _here: Person.birth_date.is_(None), _field("birth_date"),
    ),
    Gap(
        "reach", 40, N_("No telephone, no e-mail"), N_("Nobody can be reached: no telephone, no e-mail."),
        N_("Note a telephone"), EDIT,
        lambda _here: and_(Person.phone.is_(None), Person.other_phone.is_(None), Person.email.is_(None)),
        _field("phone"),
    ),
    Gap(
        "address", 50, N_("Address"),
        N_("Without a postal code no scheme of a commune is found, and no letter leaves."),
        N_("Note the address"), EDIT,
        lambda _here: Person.postal_code.is_(None), _field("postal_code"),
    ),
    Gap(
        "status", 60, N_("Status"), N_("Most schemes ask for the status: none is noted."), N_("Note the status"), EDIT,
        lambda _here: Person.status.is_(None), _field("status"),
    ),
    Gap(
        "schooling", 70, N_("Schooling"), N_("Courses ask for the highest certificate: none is noted."),
        N_("Note the certificate"), EDIT,
        lambda _here: Person.schooling.is_(None), _field("schooling"),
    ),
)  # fmt: skip
