"""The names that the demo makes of a place read as an agent writes them."""

import re

from config.demo.accounts import posts
from config.demo.engine.french import of
from config.demo.engine.places import PLACES

AN_ELISION_MISSED = re.compile(r"\b(de|le|la|du) (?=[AEIOUYÀÂÉÈÊH])", re.IGNORECASE)
"""« de Anderlues »; every name of the demo with an H takes « d'» too."""


def test_an_employer_named_after_a_place_drops_a_vowel_before_another() -> None:
    found = {post.organisation for post in posts(tuple(place.slug for place in PLACES))}
    assert {"CPAS d'Aiseau-Presles", "ALE d'Anderlues", "CPAS de Farciennes"} <= found
    assert [name for name in sorted(found) if AN_ELISION_MISSED.search(name)] == []


def test_a_vowel_that_is_not_dropped_is_found() -> None:
    assert AN_ELISION_MISSED.search("CPAS de Aiseau-Presles")
    assert not AN_ELISION_MISSED.search(f"CPAS {of('Aiseau-Presles')}")
