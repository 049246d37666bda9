"""The texts about a scheme that several pages of the centre share."""

from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from support_center.catalogue.models import WebsiteCheck
from support_center.catalogue.queries import People
from support_center.catalogue.websites import MISSING, REFUSED, SILENT

OUTCOMES = {
    MISSING: N_("the page is not found"),
    SILENT: N_("no answer"),
    REFUSED: N_("it leads to no public address"),
}


def website_problem(check: WebsiteCheck | None) -> str:
    """What is wrong with a website since when, in words; blank for one that answers, or was not asked yet."""
    if check is None or check.failing_since is None or check.outcome not in OUTCOMES:
        return ""
    outcome = _(OUTCOMES[check.outcome])
    return _("%(outcome)s since %(day)s", outcome=outcome, day=exact_day(check.failing_since))


def people_text(people: People) -> str:
    """How many are in a scheme, in words; blank for nobody."""
    seated, waiting, unanswered = people
    parts = (
        ngettext("%(num)d person with a seat", "%(num)d people with a seat", seated) if seated else "",
        ngettext("%(num)d person who waits", "%(num)d people who wait", waiting) if waiting else "",
        ngettext("%(num)d referral to answer", "%(num)d referrals to answer", unanswered) if unanswered else "",
    )
    return ", ".join(filter(None, parts))
