"""The shared facts and the path of a referral, as pages show them on both sides."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from clais.encryption import DecryptionFailed
from clais.exchange.referrals.choices import AGE_BANDS
from clais.exchange.referrals.models import TRANSFER, Referral, ReferralEvent
from clais.exchange.referrals.parcels import is_sensitive, labelled_texts
from clais.exchange.referrals.workflow import standing
from clais.sealing import SealedRow, unseal
from clais.services import services
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import telephone

log = structlog.get_logger("clais.exchange")


def readable_facts(row: SealedRow, hidden: Collection[str] = ()) -> list[tuple[str, str]]:
    """(label, text) of each fact of a parcel or of a participant's copy; one line that says so when decryption fails.

    The page must still be shown: it has the button that withdraws the consent. A phone number is a link that calls it.
    Of facts whose codes are `hidden`, it is said that they were shared, and neither which nor what.
    """
    try:
        contents = unseal(services().keyring, row)
    except DecryptionFailed:
        log.error("a sealed parcel could not be read", table=row.__tablename__, row=str(row.id))  # noqa: TRY400
        text = _("This could not be read here. Nothing is lost: tell whoever looks after CLAIS in your place.")
        return [(_("Encrypted"), text)]
    calls = {contents["phone"]["text"]: telephone(contents["phone"]["value"])} if "phone" in contents else {}
    lines = [
        (label, calls.get(text, text))
        for label, text in labelled_texts({code: fact for code, fact in contents.items() if code not in hidden})
    ]
    if withheld := len(contents.keys() & set(hidden)):
        lines.append((_("In confidence"), ngettext("%(num)d sensitive fact", "%(num)d sensitive facts", withheld)))
    return lines


def sensitive_codes(row: SealedRow, also: Callable[[str, Mapping[str, Any]], bool]) -> set[str]:
    """The facts of a parcel that are sensitive, or of which `also` says so; none of one that cannot be read."""
    try:
        contents = unseal(services().keyring, row)
    except DecryptionFailed:
        return set()
    return {code for code, fact in contents.items() if is_sensitive(code, fact) or also(code, fact)}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a referral's path on the screen: `state` is past, here or ahead; `since` when it was reached."""

    code: str
    state: str
    since: datetime | None


PATH_OF_TRANSFER = ("requested", "received", "handed_over")
SEX = {"woman": N_("woman"), "man": N_("man"), "other": N_("other sex")}
USUAL_PATH = ("requested", "received", "accepted", "in_progress", "completed")
_SHOWN_AS = {"on_hold": "in_progress", "incomplete": "received"}


def path_of(referral: Referral, events: Sequence[ReferralEvent]) -> list[Step]:
    """The path of a referral: the usual one, cut where it ended otherwise (returned with advice,
    declined, cancelled, failed, withdrawn, lapsed). What was taken back was not reached.
    """
    newest_first = sorted(events, key=lambda event: (event.happened_at, event.id), reverse=True)
    reached = {event.target: event.happened_at for event in reversed(list(standing(newest_first)))}
    here = referral.state
    usual = PATH_OF_TRANSFER if referral.kind == TRANSFER else USUAL_PATH
    if here in usual or here in _SHOWN_AS:
        position = usual.index(_SHOWN_AS.get(here, here))
        codes = [*usual[:position], here, *usual[position + 1 :]]
    else:
        codes = [code for code in usual if code in reached]
        position = len(codes)
        codes.append(here)
    return [
        Step(
            code,
            "past" if index < position else "here" if index == position else "ahead",
            reached.get(code) if index <= position else None,
        )
        for index, code in enumerate(codes)
    ]


def sex_and_age(referral: Referral) -> str:
    """Sex and age band, as far as they are shared: never a name."""
    return sex_and_age_label((referral.sex, referral.age_band))


def sex_and_age_label(shared: tuple[str | None, str | None]) -> str:
    """The same from the two codes, each None when it is not shared."""
    sex, age_band = shared
    parts = [_(SEX[sex]) if sex in SEX else "", _age_label(age_band)]
    return ", ".join(filter(None, parts)) or _("age and sex not shared")


def _age_label(age_band: str | None) -> str:
    if age_band in AGE_BANDS:
        return _(AGE_BANDS[age_band])
    # Of who shares only a year of birth, the age stands between two bands: `clais.numbers.age_band_of_year`.
    one, _bar, other = (age_band or "").partition("_")
    return _("%(one)s or %(other)s years", one=one, other=other) if one.isdigit() and other.isdigit() else ""
