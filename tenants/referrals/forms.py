"""The comparison of the facts that a page showed with those that would be sent: the file may have changed."""

from collections.abc import Sequence
from typing import Any

from marshmallow import ValidationError

from clais.exchange.referrals.parcels import (
    EXCEPTION,
    FIELDS,
    PURPOSE,
    REACH,
    NotOffered,
    Offer,
    changed,
    field_of,
    is_field,
)
from clais.forms.form import Form
from clais.numbers import format_phone
from clais.translation import gettext as _


def ticked_codes(form: Form) -> list[str]:
    """The ticked codes of a form, complete or not."""
    return list(form.raw("fields", form["fields"].field) or [])


def typed_offers(form: Form, found: Sequence[Offer]) -> list[Offer]:
    """What was typed on the page and is valid: a phone that the file lacks, another way to reach the person, why they
    are sent though a condition is not met, a purpose that is sensitive. What is typed there is shared, without a tick.
    """
    phone, reach = _typed(form, "new_phone"), _typed(form, REACH)
    because = _typed(form, EXCEPTION)
    purpose = _typed(form, PURPOSE) if is_sealed_purpose(form) else None
    known = {offer.code for offer in found}
    typed = [
        ("phone", phone, format_phone(phone or "")),
        (REACH, reach, reach or ""),
        (EXCEPTION, because, because or ""),
        (PURPOSE, purpose, purpose or ""),
    ]
    return [
        Offer(code, _(FIELDS[code].label), value, text) for code, value, text in typed if value and code not in known
    ]


def is_sealed_purpose(form: Form) -> bool:
    """Whether the purpose that is typed tells of something sensitive: it is then a fact like those that are ticked."""
    return bool(_typed(form, "purpose_is_sensitive"))


def _typed(form: Form, key: str) -> Any:
    field = form.schema.load_fields.get(key)
    if field is None:
        return None
    try:
        return field.deserialize(form.raw(key, field)) or None
    except ValidationError:
        return None


def shared_codes(form: Form, found: Sequence[Offer]) -> set[str]:
    """The codes of all that a form shares: the ticked facts of the file, and what was typed."""
    return {*ticked_codes(form), *(offer.code for offer in typed_offers(form, found))}


def untick_changed(form: Form, found: Sequence[Offer]) -> list[str]:
    """Return the ticked facts that differ from what the page showed, to read again.

    Facts that are gone, or that need their own tick, are unticked: that tick was given for another value.
    Raises NotOffered for a code that no page offered.
    """
    offered = {offer.code: offer for offer in found}
    pairs = (pair.partition("=") for pair in form.raw("shown", form["shown"].field) or ())
    shown = {code: digest for code, _sign, digest in pairs if is_field(code)}
    ticked = ticked_codes(form)
    unknown_fields = set(ticked) - set(offered) - set(shown)
    if unknown_fields:
        raise NotOffered(unknown_fields)
    different = changed(found, ticked, shown)
    gone = {code for code in different if code not in offered or offered[code].needs_own_tick}
    if form.typed is not None:
        form.typed["fields"] = [code for code in ticked if code not in gone]
    return different


def changed_facts_message(codes: Sequence[str], found: Sequence[Offer]) -> str:
    """The message that names the changed facts and says what to do."""
    labels = {offer.code: offer.label for offer in found}
    names = ", ".join(labels.get(code) or _(field_of(code).label) for code in codes)
    return _(
        "The file has changed since this page was shown: %(names)s. Read it again with the person, then send.",
        names=names,
    )
