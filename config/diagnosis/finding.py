from dataclasses import dataclass

OK = "OK"
ATTENTION = "ATTENTION"
FAULT = "FAUTE"
OUTSIDE = "hors des lieux de travail"
"""What is of no tenant, beside the names of tenants."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of the doctor: the state of one thing, and what to do. Texts are for the screen, in French."""

    level: str
    subject: str
    text: str
    advice: str = ""


def worst(findings: list[Finding]) -> str:
    """The most serious level among findings."""
    levels = {finding.level for finding in findings}
    return next((level for level in (FAULT, ATTENTION) if level in levels), OK)
