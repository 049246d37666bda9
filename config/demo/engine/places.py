"""The basin of Charleroi as the demo has it: real places, invented offices."""

from dataclasses import dataclass

from config.demo.engine.texts import read

SUPPORT_CENTRE_NAME = "Centre d'appui"
SUPPORT_CENTRE_SLUG = "centre-appui"
SUPPORT_CENTRE_CODE = "CAP"
BASIN_NAME = "Bassin de Charleroi"


@dataclass(frozen=True, slots=True)
class Place:
    """A platform's territory. `weight` is its share of the people received; `offices` are where agents receive."""

    name: str
    slug: str
    code: str
    nis_code: str
    weight: int
    localities: tuple[tuple[str, str], ...]
    offices: tuple[str, str]
    authorisation: str | None = None


PLACES = (
    Place(
        "Farciennes", "farciennes", "FAR", "52018", 100,
        (("6240", "Farciennes"), ("6240", "Farciennes"), ("6240", "Pironchamps")),
        ("Maison de l'emploi, bureau 2", "CPAS, local d'accueil"), "CSI 44/2017 (démonstration)",
    ),
    Place(
        "Aiseau-Presles", "aiseau-presles", "AIS", "52074", 55,
        (("6250", "Aiseau"), ("6250", "Roselies"), ("6250", "Pont-de-Loup"), ("6250", "Presles")),
        ("Antenne de Roselies, bureau 1", "CPAS, premier étage"),
    ),
    Place(
        "Anderlues", "anderlues", "AND", "56001", 65,
        (("6150", "Anderlues"),),
        ("Maison de l'emploi, bureau 1", "CPAS, bureau d'insertion"), "CSI 12/2019 (démonstration)",
    ),
    Place(
        "Chapelle-lez-Herlaimont", "chapelle-lez-herlaimont", "CHA", "52010", 75,
        (("7160", "Chapelle-lez-Herlaimont"), ("7160", "Godarville"), ("7160", "Piéton")),
        ("Espace emploi, bureau 3", "CPAS, service insertion"),
    ),
    Place(
        "Courcelles", "courcelles", "COU", "52015", 120,
        (
            ("6180", "Courcelles"), ("6180", "Courcelles"), ("6181", "Gouy-lez-Piéton"), ("6182", "Souvret"),
            ("6183", "Trazegnies"),
        ),
        ("Maison de l'emploi, bureau 4", "CPAS, rez-de-chaussée"), "CSI 31/2018 (démonstration)",
    ),
    Place(
        "Fontaine-l'Évêque", "fontaine-l-eveque", "FON", "52022", 75,
        (("6140", "Fontaine-l'Évêque"), ("6141", "Forchies-la-Marche"), ("6142", "Leernes")),
        ("Maison de la citoyenneté, bureau 1", "CPAS, deuxième étage"),
    ),
    Place(
        "Pont-à-Celles", "pont-a-celles", "PAC", "52055", 50,
        (("6230", "Pont-à-Celles"), ("6230", "Thiméon"), ("6230", "Viesville"), ("6230", "Obaix"), ("6238", "Luttre")),
        ("Maison de l'emploi, bureau 1", "CPAS, salle de réunion"),
    ),
    Place(
        "Thuin", "thuin", "THU", "56078", 60,
        (
            ("6530", "Thuin"), ("6531", "Biesme-sous-Thuin"), ("6534", "Gozée"), ("6536", "Thuillies"),
            ("6533", "Biercée"),
        ),
        ("Espace public numérique, bureau 2", "CPAS, ville haute"), "CSI 08/2021 (démonstration)",
    ),
)  # fmt: skip
"""Eight platforms, the first of which is shown first; order and weights are part of the demo's data."""

STREETS: tuple[str, ...] = tuple(read("partners")["streets"])
