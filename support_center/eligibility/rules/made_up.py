"""Made-up people on whom conditions are tried while they are written: nobody's facts, and what one meets every day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clais.dates import months_after
from clais.exchange.eligibility.rules.judging import Known
from clais.translation import N_


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Someone invented: a first name, a line on them (gettext id), and what would stand in their file."""

    name: str
    about: str
    facts: Mapping[str, object]
    age: int
    months_in_status: int = 14

    def known(self, today: date) -> dict[str, Known]:
        """Their facts, as a file says them on a day."""
        born, since = months_after(today, -12 * self.age - 5), months_after(today, -self.months_in_status)
        found = {code: Known(value) for code, value in self.facts.items()}
        found["age"] = Known((born, born))
        if "status" in self.facts:
            found["status_since"] = Known((since, since))
        if "job_seeker" in self.facts:
            found["job_seeker_since"] = Known((since, since))
        return found


PEOPLE = (
    MadeUp(
        "Samira",
        N_("19 years old, CE1D, RI, no licence"),
        {
            "status": "integration_income",
            "schooling": "ce1d",
            "language.fr.spoken": "native",
            "language.fr.written": "native",
            "residence": "6240",
            "free_weekdays": True,
        },
        19,
        8,
    ),
    MadeUp(
        "Olena",
        N_("34 years old, foreign bachelor, French A2, two children"),
        {
            "status": "integration_income",
            "schooling": "foreign",
            "language.fr.spoken": "A2",
            "language.fr.written": "A1",
            "childcare": "sought",
            "residence": "6000",
        },
        34,
        20,
    ),
    MadeUp(
        "Marc",
        N_("52 years old, CEB, job seeker for six years, licence B and a car"),
        {
            "status": "job_seeker_benefit",
            "job_seeker": True,
            "schooling": "ceb",
            "language.fr.spoken": "native",
            "language.fr.written": "B1",
            "licences": ("B",),
            "vehicle": True,
            "residence": "6250",
            "free_weekdays": True,
            "odd_hours": True,
        },
        52,
        74,
    ),
    MadeUp(
        "Yusuf",
        N_("27 years old, CESS, Dutch B1, wants to work in logistics"),
        {
            "status": "waiting_period",
            "schooling": "cess",
            "language.fr.spoken": "B2",
            "language.fr.written": "B1",
            "language.nl.spoken": "B1",
            "occupations": ("N1103", "N1105"),
            "residence": "6060",
            "alternating_before": False,
        },
        27,
        3,
    ),
    MadeUp(
        "Chantal",
        N_("45 years old, little in her file yet"),
        {"residence": "6200"},
        45,
    ),
    MadeUp(
        "Dylan",
        N_("17 years old, no certificate, still a student"),
        {"status": "student", "schooling": "none", "language.fr.spoken": "native", "residence": "6030"},
        17,
        30,
    ),
)
