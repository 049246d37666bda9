def N_(text: str) -> str:  # noqa: N802 - the name that gettext's own tools know for a text marked here, translated later.
    """Mark `text` as a gettext id without translating it: the table is data, the page translates."""
    return text
