"""The mail by which somebody is invited who chose to be written to by mail. It names nobody who is invited."""

from collections.abc import Mapping
from typing import Any

from clais.database import ScopedSession
from clais.messaging.actions import post_mail
from clais.registry.models import Tenant
from clais.translation import gettext as _
from clais.web.formatting import clock_time, exact_day
from tenants.people.models import Person
from tenants.printing.models import JointPrintout


def post_invitation(
    session: ScopedSession, person: Person, joint: JointPrintout, data: Mapping[str, Any], sender: Tenant, by: str
) -> bool:
    """Post what the letters say to one of those who are invited; once, however often the act is done."""
    return post_mail(session, person.email or "", data["heading"], mail_text(data, sender, by), _key(joint, person))


def _key(joint: JointPrintout, person: Person) -> str:
    return f"invitation:{joint.id.hex}:{person.id.hex}"


def mail_text(data: Mapping[str, Any], sender: Tenant, by: str) -> str:
    """The text of the mail: what was typed, when and where, how to reach the platform."""
    when = [
        (_("Day"), exact_day(data["day"], weekday=True) if data["day"] else ""),
        (_("Hour"), clock_time(data["hour"]) if data["hour"] else ""),
        (_("Place"), (data["place"] or sender.contact_address or sender.name) if data["day"] or data["place"] else ""),
    ]
    told = "\n".join(f"{label} : {value}" for label, value in when if value)
    reached = " · ".join(filter(None, (sender.contact_phone, sender.contact_email)))
    end = "\n".join(filter(None, (by, sender.name, reached)))
    return "\n\n".join(filter(None, (_("Hello,"), data["text"], told, end))) + "\n"
