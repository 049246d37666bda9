"""Texts: how they are cut, set into a sentence and compared."""


def lower_first(text: str) -> str:
    """A label in the middle of a sentence: its first letter small, unless it begins with an acronym."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def excerpt(text: str, length: int) -> str:
    """The first words of a text, `length` letters at most, cut between two words."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"
