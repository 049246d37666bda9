"""How a person agrees to a referral, and what they read before they do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clais.actor import Actor
from clais.clock import today
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals import consent_texts
from clais.exchange.referrals.delays import Promise
from clais.numbers import age_band, age_band_of_year
from clais.registry.models import Tenant


@dataclass(frozen=True, slots=True)
class Agreement:
    """How the person agreed: on which text (a language of `consent_texts.TEXTS`), in which manner, until which day."""

    language: str
    manner: str
    until: date


def letter_for(
    actor: Actor,
    to: Tenant,
    agreement: Agreement,
    codes: Collection[str],
    *,
    purpose: str,
    scheme: Scheme | None,
    is_transfer: bool = False,
) -> consent_texts.Letter:
    """The consent as the person reads it before it is sent, and as it is stored."""
    return consent_texts.compose(
        agreement.language,
        sender=actor.tenant_name,
        receiver=to.name,
        codes=codes,
        until=agreement.until,
        days=Promise.of(to.settings).close,
        purpose=purpose,
        scheme=scheme.name if scheme else "",
        is_transfer=is_transfer,
    )


def shared_age_band(contents: Mapping[str, Any]) -> str | None:
    """The age band, only when the person shares an age or a birth date: the list of waiting referrals shows it."""
    if "age" in contents:
        return str(contents["age"]["value"]["band"])
    if "birth_date" in contents:
        # Of some people only the year of birth is known.
        born = str(contents["birth_date"]["value"])
        return age_band_of_year(int(born), today()) if born.isdigit() else age_band(date.fromisoformat(born), today())
    return None
