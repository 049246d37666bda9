"""The texts about a scheme that several pages of the centre share."""

from clais.translation import ngettext
from support_center.catalogue.queries import People


def people_text(people: People) -> str:
    """How many are in a scheme, in words; blank for nobody."""
    seated, waiting, unanswered = people
    parts = (
        ngettext("%(num)d person with a seat", "%(num)d people with a seat", seated) if seated else "",
        ngettext("%(num)d person who waits", "%(num)d people who wait", waiting) if waiting else "",
        ngettext("%(num)d referral to answer", "%(num)d referrals to answer", unanswered) if unanswered else "",
    )
    return ", ".join(filter(None, parts))
