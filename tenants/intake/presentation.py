"""The facts of a reception in words."""

from typing import Any

from clais.translation import gettext as _
from tenants.intake.choices import CHANNELS, REQUEST_KINDS, URGENT_NEEDS

_TABLES = {"channel": CHANNELS, "request_kinds": REQUEST_KINDS, "urgent_needs": URGENT_NEEDS}


def in_words(name: str, value: Any) -> str:
    """The value of a field: the words of its code or codes, or what was typed."""
    if name not in _TABLES:
        return value or ""
    return ", ".join(_(_TABLES[name][code]) for code in ([value] if isinstance(value, str) else value))
