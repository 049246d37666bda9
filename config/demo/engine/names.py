from dataclasses import dataclass
from functools import cache

from faker import Faker

from config.demo.engine.dice import Dice
from config.demo.engine.texts import read

_DRAWN = 220
_OF_TWO_ORIGINS = 0.1
_DOUBLE = 0.03


@dataclass(frozen=True, slots=True)
class Origin:
    """Names that go together. `languages` are those of who was not born here."""

    code: str
    languages: tuple[str, ...]
    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


@cache
def origins() -> dict[str, Origin]:
    """Origins by code; the Belgian one also draws on Faker's list for fr_BE."""
    found = {
        code: Origin(
            code,
            *(tuple(about[names]) for names in ("languages", "families", "women", "men")),
        )
        for code, about in read("names").items()
    }
    faker = Faker("fr_BE")
    faker.seed_instance(1998)
    own = found["belgian"]
    found["belgian"] = Origin(
        own.code,
        own.languages,
        tuple(dict.fromkeys([*own.families, *(faker.last_name() for _ in range(_DRAWN))])),
        tuple(dict.fromkeys([*own.women, *(faker.first_name_female() for _ in range(_DRAWN))])),
        tuple(dict.fromkeys([*own.men, *(faker.first_name_male() for _ in range(_DRAWN))])),
    )
    return found


@cache
def _weights() -> dict[str, int]:
    return {code: about["weight"] for code, about in read("names").items()}


def draw_name(dice: Dice, *, woman: bool) -> tuple[Origin, str, str]:
    """An origin, a family name and given names, all invented. Some bear names of two origins, a few a double name."""
    origin = origins()[dice.pick(_weights())]
    given_from = origins()[dice.pick(_weights())] if dice.chance(_OF_TWO_ORIGINS) else origin
    given = dice.choice(given_from.women if woman else given_from.men)
    family = dice.choice(origin.families)
    if dice.chance(_DOUBLE):
        other = dice.choice(origins()["belgian"].families)
        if not {" ", "-"} & set(family + other):
            family = f"{family}-{other}"
    return origin, family, given
