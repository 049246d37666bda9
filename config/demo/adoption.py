"""What the platforms do with the instruments of the centre: most adopt in time, one is late, one asked to wait."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.instruments.layers import layer_to_json
from clais.instruments.rules.definition import InstrumentKind, ItemKind
from clais.instruments.rules.local import Layer, OwnItem, OwnSection, parts_of
from config.demo.engine.desk import Asked, Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.instruments import BILAN, INTAKE, TIME_TO_ADOPT, Release
from tenants.instruments.models import InstrumentLayer

LATE, WAITING = "fontaine-l-eveque", "pont-a-celles"
"""The platforms that still work with the first version of what was renewed, the second one with an exception."""
AT_HOME = "farciennes"
"""The platform that has something of its own in the self-assessment, and in the bilan."""
OURS_IN_BILAN = Layer(
    hints={"mobility": {"fr": "Le bus 154 et la navette du zoning de Martinrou ; le dernier part à 19 h 40."}},
    sections=(OwnSection("p_quartier", {"fr": "Autour de chez vous"}),),
    items={
        "p_quartier": (
            OwnItem("p_reseau", ItemKind.YES_NO, {"fr": "Connaissez-vous quelqu'un qui fait déjà ce métier ?"}),
        )
    },
)
OURS = Layer(
    hints={"aide": {"fr": "Un agent, un voisin, la maison de l'emploi de la rue du Wainage…"}},
    items={
        "moi": (
            OwnItem(
                "p_navette",
                ItemKind.YES_NO,
                {
                    "fr": "Je peux prendre la navette du zoning de Martinrou.",
                    "fr-facile": "Je peux prendre la navette du zoning.",
                },
            ),
        )
    },
)
LOCAL: dict[str, Layer] = {InstrumentKind.SELF_ASSESSMENT: OURS, InstrumentKind.BILAN: OURS_IN_BILAN}
REASON = "Deux agents commencent en janvier : ils apprennent la version 2 d'emblée."


def write_adoptions(centre: Desk, desk: Desk, dice: Dice, releases: Sequence[Release]) -> None:
    """Write what one platform adopted of what the centre published."""
    coordinator = desk.of_role("coordinator")[0]
    for instrument in dict.fromkeys(release.instrument for release in releases):
        versions = [release for release in releases if release.instrument == instrument]
        slug = desk.place.slug if desk.place else ""
        held_back = len(versions) > 1 and slug in {LATE, WAITING}
        used = versions[:-1] if held_back else versions
        layer = LOCAL.get(used[-1].kind, Layer()) if slug == AT_HOME else Layer()
        _write(centre, desk, dice, coordinator, used, layer, exception=held_back and slug == WAITING)


def _write(
    centre: Desk, desk: Desk, dice: Dice, who: Colleague, used: Sequence[Release], layer: Layer, *, exception: bool
) -> None:
    days = [_day(dice, release) for release in used]
    last = used[-1]
    if last.code in {INTAKE, BILAN}:
        asked = [Asked(day, *_facts(centre, release)) for release, day in zip(used, days, strict=True)]
        if last.code == BILAN:
            desk.bilans_asked = asked
        else:
            desk.receptions_asked = asked
    key = desk.ledger.add(
        InstrumentAdoption, dice, at(days[0], 10), to_tenant_id=centre.tenant_id, instrument_id=last.instrument,
        instrument_version_id=last.key, number=last.number, adopted_on=days[-1], adopted_by=who.name,
        exception_until=desk.today + timedelta(days=TIME_TO_ADOPT) if exception else None,
        exception_reason=REASON if exception else None, updated_at=at(days[-1], 10), version=len(days),
        local_parts=len(parts_of(layer)) or None,
    )  # fmt: skip
    for release, day in zip(used, days, strict=True):
        _record(desk, dice, day, who, "instrument.adopt", key, {"number": release.number})
    if layer != Layer():
        own = _localise(desk, dice, who, last.instrument, key, layer, days[-1])
        if last.code == BILAN:
            desk.bilans_asked.append(Asked(desk.today, *_facts(centre, last), own))
    if exception:
        _record(desk, dice, desk.yesterday, who, "instrument.ask_exception", key, {})


def _facts(centre: Desk, release: Release) -> tuple[UUID, UUID, UUID, UUID, int]:
    return centre.tenant_id, release.instrument, release.key, release.content, release.number


def _localise(
    desk: Desk, dice: Dice, who: Colleague, instrument: UUID, adoption: UUID, layer: Layer, day: date
) -> UUID:
    """Write what one platform has of its own in an instrument: a hint, and a question. Gives its key."""
    moment = at(min(desk.yesterday, working_day_on_or_before(day + timedelta(days=40))), 15)
    own = desk.ledger.add(
        InstrumentLayer, dice, moment, instrument_id=instrument, layer=layer_to_json(layer), made_by=who.name,
        made_at=moment,
    )  # fmt: skip
    desk.record(dice, moment, who, "instrument.change_here", "instrument_adoption", adoption, details={})
    return own


def _day(dice: Dice, release: Release) -> date:
    return working_day_on_or_before(release.day + timedelta(days=dice.randint(4, TIME_TO_ADOPT - 2)))


def _record(desk: Desk, dice: Dice, day: date, who: Colleague, verb: str, key: UUID, details: dict[str, int]) -> None:
    desk.record(dice, at(day, 10), who, verb, "instrument_adoption", key, details=details)
