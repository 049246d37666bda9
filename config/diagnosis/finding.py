from dataclasses import dataclass

OK = "OK"
ATTENTION = "ATTENTION"
FAULT = "FAUTE"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: how it is with one thing, and what to do. Texts are for the screen, in French."""

    level: str
    subject: str
    text: str
    advice: str = ""


def worst(findings: list[Finding]) -> str:
    """The gravest level among findings."""
    levels = {finding.level for finding in findings}
    return next((level for level in (FAULT, ATTENTION) if level in levels), OK)
