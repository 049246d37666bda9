"""The mail that says where to go. It names nobody, and says nothing of whom it is for: mail travels in the open."""

from clais.database import ScopedSession
from clais.messaging.actions import post_mail
from clais.numbers import format_phone
from clais.registry.models import Partner, Tenant
from clais.translation import N_, in_language
from tenants.desk.choices import WHY_TOLD
from tenants.desk.models import Visit

SUBJECT = N_("Where to go")
TEXT = N_(
    "Hello,\n\n"
    "This is where to go:\n\n%(where)s\n\n"
    "On behalf of %(place)s. If it does not work out, come back to us.%(reach)s\n\n"
    "This mail names nobody on purpose: mail travels in the open.\n"
)
ADDRESS, HOURS, PHONE = N_("Address: %(fact)s"), N_("Opening hours: %(fact)s"), N_("Phone: %(fact)s")
REACH = N_("To reach us: %(reach)s")


def post_where_to_go(
    session: ScopedSession,
    visit: Visit,
    partner: Partner,
    sender: Tenant,
    address: str,
    language: str,
    *,
    is_typed: bool,
    sent_as: str,
) -> bool:
    """Post where somebody was directed, once for each `sent_as`. An address that `is_typed` for this is not kept."""
    key = f"directed:{visit.id.hex}:{sent_as}"
    subject, text = in_language(language, SUBJECT), mail_text(visit, partner, sender, language)
    return post_mail(session, address, subject, text, key, forgets_recipient=is_typed)


def mail_text(visit: Visit, partner: Partner, sender: Tenant, language: str) -> str:
    """The text of the mail: the place, its address, hours and phone, and why, when the reason tells of nobody."""
    phone = format_phone(partner.phone) if partner.phone else ""
    facts = [(ADDRESS, partner.address), (HOURS, partner.hours), (PHONE, phone)]
    lines = [partner.name, *(in_language(language, label, fact=fact) for label, fact in facts if fact)]
    if visit.sent_reason in WHY_TOLD:
        lines.append(in_language(language, WHY_TOLD[visit.sent_reason]))
    reached = " · ".join(filter(None, (sender.contact_phone, sender.contact_email)))
    reach = "\n" + in_language(language, REACH, reach=reached) if reached else ""
    return in_language(language, TEXT, where="\n".join(lines), place=sender.name, reach=reach)
