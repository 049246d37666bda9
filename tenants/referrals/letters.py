"""The letter of consent of a form, complete or not, as the person reads it with the agent."""

from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError

from clais.actor import Actor
from clais.exchange.publications.models import Scheme
from clais.exchange.referrals.consent_texts import DEFAULT_LANGUAGE, Letter
from clais.exchange.referrals.consents import Agreement, letter_for
from clais.exchange.referrals.parcels import FIELDS, NOTE, PURPOSE, WAYS, NotOffered, Offer, field_of
from clais.forms.form import Form
from clais.registry.models import Tenant
from tenants.referrals.forms import is_sealed_purpose, shared_codes, ticked_codes, typed_offers
from tenants.referrals.schemas import default_end


def agreement_of(data: dict[str, Any]) -> Agreement:
    """How the person agreed, from a valid form."""
    return Agreement(data["language"], data.get("manner", "screen"), data["until"])


def letter_of(
    form: Form,
    actor: Actor,
    receiver: Tenant,
    found: Sequence[Offer],
    *,
    scheme: Scheme | None = None,
    is_transfer: bool = False,
) -> Letter:
    """The letter for the form; an invalid end or language is replaced by the default.

    Raises NotOffered for a ticked code that the file does not offer.
    """
    unknown_fields = set(ticked_codes(form)) - {offer.code for offer in found}
    if unknown_fields:
        raise NotOffered(unknown_fields)
    codes = shared_codes(form, found)
    agreement = Agreement(_read(form, "language", DEFAULT_LANGUAGE), "screen", _read(form, "until", default_end()))
    purpose = "" if is_sealed_purpose(form) else _read(form, "purpose", "")
    return letter_for(actor, receiver, agreement, codes, purpose=purpose, scheme=scheme, is_transfer=is_transfer)


def printed_notes(form: Form, found: Sequence[Offer]) -> list[Offer]:
    """The ticked notes, and a purpose that is sensitive. The letter says only that there are some; on paper, their text
    is printed below it.
    """
    codes = set(ticked_codes(form))
    ticked = [offer for offer in found if offer.code in codes and field_of(offer.code) is FIELDS[NOTE]]
    return [*ticked, *(offer for offer in typed_offers(form, found) if offer.code == PURPOSE)]


def ticked_beforehand(wanted: Sequence[str], found: Sequence[Offer]) -> list[str]:
    """The codes ticked in advance: what is wanted and one way to reach the person, never a sensitive fact."""
    way = next((code for code in WAYS if any(offer.code == code for offer in found)), None)
    codes = {*wanted, way}
    return [offer.code for offer in found if offer.code in codes and not offer.needs_own_tick]


def _read(form: Form, key: str, usual: Any) -> Any:
    """One answer of an incomplete form, or the default `usual` when it is invalid."""
    field = form.schema.load_fields[key]
    try:
        return field.deserialize(form.raw(key, field)) or usual
    except ValidationError:
        return usual
