"""How a platform stands towards the instruments of its basin, in words."""

from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.rules.drift import Drift, Standing
from clais.exchange.publications.instruments import Shelf
from clais.exchange.publications.models import InstrumentVersion
from clais.translation import gettext as _
from clais.web.formatting import lateness, near_day

TAGS = {
    Standing.CURRENT: "done",
    Standing.NEW: "wait",
    Standing.EXCEPTED: "here",
    Standing.LATE: "late",
    Standing.NOTHING: "",
}


def standing_text(drift: Drift) -> str:
    """How the platform stands, as a tag: « 24 j de retard »."""
    if drift.standing is Standing.CURRENT:
        return _("up to date")
    if drift.standing is Standing.NOTHING:
        return _("nothing to adopt")
    if drift.due is None:
        return _("to adopt")
    if drift.standing is Standing.LATE:
        return lateness(drift.due)
    if drift.standing is Standing.EXCEPTED:
        return _("exception until %(day)s", day=near_day(drift.due))
    return _("to adopt by %(day)s", day=near_day(drift.due))


def used_text(adoption: InstrumentAdoption | None) -> str:
    """Which version is in use here, and since when."""
    if adoption is None or adoption.number is None or adoption.adopted_on is None:
        return _("Not in use here yet.")
    return _(
        "Version %(number)s is in use here since %(day)s.", number=adoption.number, day=near_day(adoption.adopted_on)
    )


def newest_text(shelf: Shelf, drift: Drift) -> str:
    """Which version waits for the platform; empty when none does."""
    newest = next(iter(shelf.to_adopt), None)
    if not drift.waits or newest is None or newest.published_at is None:
        return ""
    since = near_day(newest.published_at)
    if drift.due is None:
        return _("Version %(number)s is published since %(since)s.", number=newest.number, since=since)
    return _(
        "Version %(number)s is published since %(since)s, to be adopted by %(due)s.",
        number=newest.number,
        since=since,
        due=near_day(drift.due),
    )


def version_state(version: InstrumentVersion) -> tuple[str, str]:
    """Where a version stands, for who may adopt it, and the kind of its tag."""
    if version.state == "in_review":
        if version.review_until is None:
            return _("in review"), "wait"
        return _("in review until %(day)s", day=near_day(version.review_until)), "wait"
    if version.state == "published" and version.published_at is not None:
        return _("published since %(day)s", day=near_day(version.published_at)), "done"
    if version.state == "closing":
        return _("coming to its end"), "late"
    return _("retired"), ""
