"""The check of the doctor on what printing needs of the machine."""

from clais.printing.engine import missing
from config.diagnosis.finding import ATTENTION, OK, Finding
from config.settings import Settings

SUBJECT = "Impression"


def printing(_settings: Settings) -> Finding:
    """Whether letters, plans and summaries can be made as PDF files."""
    lacking = missing()
    if not lacking:
        return Finding(OK, SUBJECT, "Les lettres et les plans se font en PDF.")
    return Finding(
        ATTENTION,
        SUBJECT,
        f"Rien ne s'imprime en PDF : il manque {', '.join(lacking)}.",
        "Sur Debian : apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
    )
