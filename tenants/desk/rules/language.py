"""In which of the languages of the house somebody is written to."""

from collections.abc import Iterable, Mapping
from typing import Any

FRENCH, ENGLISH = "fr", "en"


def language_of(known: Iterable[Mapping[str, Any]]) -> str:
    """English for who speaks it and no French, by the languages of their card; French otherwise."""
    spoken = {each.get("language") for each in known if each.get("spoken") not in {None, "none"}}
    return ENGLISH if ENGLISH in spoken and FRENCH not in spoken else FRENCH
