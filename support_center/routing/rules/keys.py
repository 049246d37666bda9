"""The keys by which the centre finds a participant. What the parcel seals is a keyed hash here, never readable."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from clais.encryption import Keyring
from clais.numbers import phone_key
from clais.searching.keys import Key, name_keys
from clais.searching.typed import SearchText


def keys_of(contents: Mapping[str, Any], reference: str, referral: str, keyring: Keyring, tenant_id: UUID) -> set[Key]:
    """Every key of a participant: names, own number, number of the referral, hashes of phone, e-mail and birth."""
    shared = {code: field["value"] for code, field in contents.items()}
    name = shared.get("name") or {}
    keys = {("reference", reference), ("referral", referral)}
    keys |= name_keys(str(name.get("family_name", "")), str(name.get("given_names", "")))
    born = str(shared.get("birth_date", ""))
    sealed = [
        ("phone", phone_key(str(shared.get("phone", "")))),
        ("email", str(shared.get("email", "")).strip().casefold()),
        # A hash has no beginning: the year is a key of its own.
        ("birth", born),
        ("birth", born[:4]),
    ]
    return keys | {(kind, _hash(keyring, tenant_id, kind, value)) for kind, value in sealed if value}


def facts_of(query: SearchText, keyring: Keyring, tenant_id: UUID) -> list[Key] | None:
    """What a participant must have besides the names; None when the centre keeps no such number."""
    if query.reference or query.national_number or query.postal_code or query.unread:
        return None
    born = query.birth_date.isoformat() if query.birth_date else query.birth_year and str(query.birth_year)
    sealed = {"phone": query.phone, "email": query.email, "birth": born}
    facts = [(kind, _hash(keyring, tenant_id, kind, value)) for kind, value in sealed.items() if value]
    numbers = {"reference": query.participant, "referral": query.referral}
    return facts + [(kind, number) for kind, number in numbers.items() if number]


def _hash(keyring: Keyring, tenant_id: UUID, kind: str, value: str) -> str:
    return keyring.lookup_hash(value, tenant_id=tenant_id, purpose=f"participant_{kind}").hex()
