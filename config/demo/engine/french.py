from datetime import date

from clais.dates import written_day
from clais.text import elides
from clais.translation import in_language


def french(text: str, **facts: object) -> str:
    """What a page in French says for the gettext id `text`: the demo stores the very words that agents see."""
    return in_language("fr", text, **facts)


def long_day(day: date) -> str:
    """A day in words: 3 décembre 2026."""
    return written_day(day, "long", "fr_BE")


def of(name: str) -> str:
    """« de Thuin », « d'Anderlues »."""
    return f"d'{name}" if elides(name) else f"de {name}"
