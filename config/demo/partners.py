"""Partners: the services around a platform."""

from datetime import date

from clais.dates import working_day_on_or_before
from clais.registry.models import Partner
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice
from config.demo.engine.french import of
from config.demo.engine.places import Place
from config.demo.engine.texts import read


def partners(desk: Desk, place: Place, dice: Dice, opened: date) -> None:
    """The partners that a platform entered when it opened."""
    for number, partner in enumerate(read("partners")["partners"]):
        name = partner["name"].format(place=place.name, of_place=of(place.name))
        contact = f"accueil.{number + 1}@{place.slug}.example"
        desk.ledger.add(
            Partner, dice, dice.office_moment(working_day_on_or_before(opened)), name=name, kind=partner["kind"],
            is_member=partner["is_member"], phone=f"+327100{dice.randrange(10_000):04d}", email=contact,
            address=f"{dice.choice(read('partners')['streets'])} {dice.randint(1, 90)}, {place.localities[0][0]} "
            f"{place.localities[0][1]}",
            hours=partner.get("hours"), note=partner["note"],
        )  # fmt: skip
