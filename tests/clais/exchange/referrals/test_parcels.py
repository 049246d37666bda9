"""What is seen is what was agreed, whatever is offered and whatever is ticked."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clais.exchange.referrals.parcels import (
    FIELDS,
    NOTE,
    SENSITIVE,
    NotOffered,
    Offer,
    changed,
    field_of,
    freeze,
    in_order,
    is_reachable,
    is_sensitive,
    labelled_texts,
    missing,
)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
codes = st.sampled_from([code for code in FIELDS if code != NOTE]) | st.uuids().map(lambda key: f"{NOTE}.{key.hex}")
an_offer = st.builds(
    Offer, code=codes, label=st.text(max_size=20), value=plain, text=st.text(max_size=40), sensitive=st.booleans()
)
some_offers = st.lists(an_offer, max_size=12, unique_by=lambda offer: offer.code)


@given(some_offers, st.data())
def test_the_parcel_holds_exactly_the_ticked_facts_as_they_were_offered(
    offers: list[Offer], data: st.DataObject
) -> None:
    ticked = data.draw(st.sets(st.sampled_from([offer.code for offer in offers]))) if offers else set()
    contents = freeze(offers, ticked)
    assert set(contents) == ticked
    for offer in offers:
        if offer.code in ticked:
            told = {"label": offer.label, "value": offer.value, "text": offer.text}
            assert contents[offer.code] == told | ({"sensitive": True} if offer.sensitive else {})
            assert is_sensitive(offer.code, contents[offer.code]) == offer.needs_own_tick


@given(some_offers, st.sets(codes, min_size=1, max_size=6))
def test_what_is_not_offered_cannot_be_shared(offers: list[Offer], ticked: set[str]) -> None:
    unknown = ticked - {offer.code for offer in offers}
    if unknown:
        with pytest.raises(NotOffered) as refused:
            freeze(offers, ticked)
        assert set(refused.value.codes) == unknown
    else:
        assert set(freeze(offers, ticked)) == ticked


@given(some_offers, st.data())
def test_what_reads_as_it_was_shown_has_not_changed_and_nothing_else(offers: list[Offer], data: st.DataObject) -> None:
    shown = {offer.code: offer.digest for offer in offers}
    other: dict[str, Any] = data.draw(
        st.fixed_dictionaries({}, optional={"text": st.text(), "value": plain, "sensitive": st.booleans()})
    )
    now = [replace(offer, **other) for offer in offers]
    different = {
        after.code for before, after in zip(offers, now, strict=True) if content_of(before) != content_of(after)
    }
    assert set(changed(now, shown, shown)) == different
    assert changed(offers, shown, shown) == []
    assert changed(offers, shown, {}) == in_order(shown)
    assert changed([], shown, shown) == in_order(shown)


def content_of(offer: Offer) -> str:
    """All that a person agrees to with one tick; 1 and True are not the same."""
    return repr((offer.label, offer.value, offer.text, offer.needs_own_tick))


@given(some_offers)
def test_the_parcel_is_a_frozen_copy(offers: list[Offer]) -> None:
    before = deepcopy(offers)
    contents = freeze(offers, [offer.code for offer in offers])
    kept = deepcopy(contents)
    for offer in offers:
        if isinstance(offer.value, list):
            offer.value.append("changed later")
        elif isinstance(offer.value, dict):
            offer.value["changed"] = "later"
    assert contents == kept
    assert set(contents) == {offer.code for offer in before}


@given(st.sets(codes), st.sets(codes))
def test_what_is_missing_is_what_is_needed_and_not_there(required: set[str], present: set[str]) -> None:
    answered = {"phone"} if "reach" in present else set()
    assert set(missing(required, present)) == required - present - answered


@given(st.sets(codes))
def test_someone_can_be_reached_by_phone_by_mail_or_through_someone(shared: set[str]) -> None:
    assert is_reachable(shared) == any(way in shared for way in ("phone", "email", "reach"))


@given(some_offers)
def test_a_parcel_is_read_out_whole_and_in_the_order_of_the_screen(offers: list[Offer]) -> None:
    contents = freeze(offers, [offer.code for offer in offers])
    lines = labelled_texts(contents)
    assert lines == [(contents[code]["label"], contents[code]["text"]) for code in in_order(contents)]
    assert len(lines) == len(offers)


def test_health_and_justice_need_a_tick_of_their_own() -> None:
    sensitive = {code for code, field in FIELDS.items() if field.sensitivity == SENSITIVE}
    assert sensitive == {"bilan.health", "bilan.justice", "purpose"}
    assert all(Offer(code, "", 1, "").needs_own_tick for code in sensitive)
    assert Offer("status", "", "sickness", "", sensitive=True).needs_own_tick
    assert not Offer("status", "", "worker", "").needs_own_tick
    assert field_of("note.0123").code == NOTE
