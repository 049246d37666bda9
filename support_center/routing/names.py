import unicodedata


def fold(text: str) -> str:
    """The text as names are sorted and searched here: lower case, no accents, one space for every other sign."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())
