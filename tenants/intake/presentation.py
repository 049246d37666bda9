"""The facts of a reception as text."""

from typing import Any

from clais.translation import gettext as _
from tenants.intake.choices import CHANNELS, REQUEST_KINDS, URGENT_NEEDS

_TABLES = {"channel": CHANNELS, "request_kinds": REQUEST_KINDS, "urgent_needs": URGENT_NEEDS}


def as_text(name: str, value: Any) -> str:
    """The value of a field as text: the labels of its codes, or the typed text."""
    if name not in _TABLES:
        return value or ""
    return ", ".join(_(_TABLES[name][code]) for code in ([value] if isinstance(value, str) else value))


def urgent_text(intake: Any) -> str:
    """What cannot wait at a reception: the needs, and what was said of them."""
    return ". ".join(filter(None, (as_text("urgent_needs", intake.urgent_needs), intake.urgent_note)))
