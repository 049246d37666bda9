"""The instruments of the centre: those in use, a version in review with remarks, a draft that something blocks.

`adoption` has what the platforms do with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.instruments.first import first_version
from clais.instruments.rules.definition import MAIN_LANGUAGE, Definition, InstrumentKind, Item, ItemKind, Latitude
from clais.instruments.rules.editing import with_item, with_item_instead
from clais.instruments.rules.translations import texts_of, with_texts
from clais.instruments.schemas import accepted, fingerprint, to_json
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from support_center.instruments.models import InstrumentDraft, InstrumentRemark, InstrumentTrial
from support_center.instruments.workflow import VERSION

INTAKE, BILAN = "accueil", "bilan"
LIVES = {INTAKE: 610, "bilan": 740, "auto_evaluation": 230, "mots": 150} | {
    "plate_forme": 560,
    "ma_pratique": 540,
    "formation": 120,
}
"""Instrument → how many days ago its first version was published."""
RENEWED = {INTAKE: 54, "bilan": 150, "plate_forme": 95}
"""Instrument → how many days ago its second version was published, if it has one."""
TIME_TO_ADOPT = 30
"""Days that the platforms have."""
REVIEWED, WRITTEN = "auto_evaluation", "bilan"
"""The instrument whose next version is in review, and the one whose next version is a draft."""


@dataclass(frozen=True, slots=True)
class Release:
    """A version that was published: of which instrument, its number, its key, what was released, and the day."""

    instrument: UUID
    code: str
    number: int
    key: UUID
    content: UUID
    day: date
    kind: str
    name: str


def write_instruments(desk: Desk, dice: Dice) -> list[Release]:
    """Write the instruments of a centre and what is in preparation; give what was published, in order of time."""
    author, reviewer = desk.of_role("trainer")[0], desk.of_role("supervisor")[0]
    releases = []
    written = (*read("instruments")["instruments"], *read("self_assessments")["instruments"])
    for about in (*_OF_THE_HOUSE, *written):
        definition = first_version(about["kind"]).definition if about in _OF_THE_HOUSE else _definition(about)
        begun = desk.today - timedelta(days=LIVES[about["code"]] + 30)
        instrument = _instrument(desk, dice, begun, about)
        made = _Made(instrument, about["code"], (author, reviewer))
        releases.append(_published(desk, dice, begun, made, definition, about["note"]))
        if about["code"] in RENEWED:
            definition, note = _RENEWALS[about["code"]](definition)
            begun = desk.today - timedelta(days=RENEWED[about["code"]] + 30)
            releases.append(_published(desk, dice, begun, made, definition, note, number=2))
        if about["code"] == REVIEWED:
            _in_review(desk, dice, instrument, definition, (author, reviewer))
        elif about["code"] == WRITTEN:
            _draft(desk, dice, instrument, definition, author)
    return sorted(releases, key=lambda release: release.day)


@dataclass(frozen=True, slots=True)
class _Made:
    """An instrument that is there: its key and code, who writes it and who publishes it."""

    key: UUID
    code: str
    people: tuple[Colleague, Colleague]


def first_bilan() -> Definition:
    """What the bilan asks in its first version: that of the house."""
    return first_version(InstrumentKind.BILAN).definition


def second_bilan() -> Definition:
    """What it asks in its second one."""
    return _renewed_bilan(first_bilan())[0]


def first_intake() -> Definition:
    """What a reception asks in its first version: that of the house."""
    return first_version(InstrumentKind.INTAKE).definition


def second_intake() -> Definition:
    """What it asks in its second one."""
    return _renewed_intake(first_intake())[0]


def _definition(about: Mapping[str, Any]) -> Definition:
    lists = {
        one["name"]: [{**choice, "label": _texts(choice["label"])} for choice in one["choices"]]
        for one in about["lists"]
    }
    title = {MAIN_LANGUAGE: about["name"], **about.get("title", {})}
    whole = {name: about[name] for name in ("kind", "languages", "sections")}
    return accepted({**whole, "title": title, "lists": lists})


def _texts(label: str | dict[str, str]) -> dict[str, str]:
    return {MAIN_LANGUAGE: label} if isinstance(label, str) else label


def _instrument(desk: Desk, dice: Dice, begun: date, about: Mapping[str, Any]) -> UUID:
    return desk.ledger.add(
        Instrument, dice, at(begun, 9), owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
        code=about["code"], kind=about["kind"], name=about["name"],
    )  # fmt: skip


def _version(desk: Desk, dice: Dice, begun: date, instrument: UUID, number: int, **facts: Any) -> UUID:
    return desk.ledger.add(
        InstrumentVersion, dice, at(begun, 9, number), owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
        instrument_id=instrument, number=number, **facts,
    )  # fmt: skip


def _published(
    desk: Desk, dice: Dice, begun: date, made: _Made, definition: Definition, note: str, number: int = 1
) -> Release:
    author, reviewer = made.people
    sent, published = at(begun + timedelta(days=15), 10), at(begun + timedelta(days=30), 11)
    version = _version(
        desk, dice, begun, made.key, number, state="published", note=note, sent_by=author.membership_id,
        review_until=begun + timedelta(days=29), published_at=published,
        adopt_by=begun + timedelta(days=30 + TIME_TO_ADOPT),
    )  # fmt: skip
    _freeze(desk, dice, sent, version, definition)
    content = _freeze(desk, dice, published, version, definition, released=True)
    _keep_draft(desk, dice, begun, version, definition, author)
    state = desk.step(dice, sent, author, VERSION, "instrument_version", version, "send", "draft")
    desk.step(dice, published, reviewer, VERSION, "instrument_version", version, "publish", state)
    desk.record(dice, published, reviewer, "instrument.publish", "instrument_version", version)
    title = definition.title[MAIN_LANGUAGE]
    kind = str(definition.kind)
    return Release(made.key, made.code, number, version, content, published.date(), kind, title)


def _renewed_intake(definition: Definition) -> tuple[Definition, str]:
    asked = {MAIN_LANGUAGE: "Pourquoi la personne vient-elle aujourd'hui ?", "en": "Why do they come today?"}
    changed = with_item_instead(definition, _reworded(definition.items["request_kinds"], asked), "request_kinds")
    reached = Item(
        "joignable", ItemKind.TEXT, {MAIN_LANGUAGE: "Quand peut-on l'appeler ?", "en": "When can they be called?"},
        allows=frozenset({Latitude.HINT}),
    )  # fmt: skip
    changed = with_item(changed, reached, "demande")
    return changed, "Savoir quand appeler : la moitié des premiers appels restaient sans réponse."


def _renewed_bilan(definition: Definition) -> tuple[Definition, str]:
    asked = {MAIN_LANGUAGE: "Comment allez-vous au travail ou en formation, tôt le matin et tard le soir aussi ?"}
    changed = with_item_instead(definition, _reworded(definition.items["mobility"], asked), "mobility")
    number = Item(
        "enfants", ItemKind.NUMBER, {MAIN_LANGUAGE: "Combien d'enfants avez-vous à charge ?"},
        constraint=". >= 0 and . <= 15", constraint_message={MAIN_LANGUAGE: "Entre 0 et 15."},
    )  # fmt: skip
    changed = with_item(changed, number, "vie", "mobility")
    helper = {MAIN_LANGUAGE: "Qui dépanne quand un enfant est malade ?"}
    changed = with_item(
        changed, Item("depannage", ItemKind.TEXT, helper, shown_if="${enfants} >= 1"), "vie", "childcare"
    )
    for item in [item for item in changed.items.values() if item.dimension]:
        changed = with_item_instead(changed, replace(item, allows=frozenset({Latitude.HINT})), item.id)
    changed = replace(changed, allows=frozenset({Latitude.ADD}))
    return changed, "Les enfants d'abord : combien, et qui dépanne ; la mobilité en mots plus simples."


def _renewed_platform(definition: Definition) -> tuple[Definition, str]:
    asked = {MAIN_LANGUAGE: "Notre territoire suit nos objectifs, et chacun sait jusqu'où il va."}
    changed = with_item_instead(definition, _reworded(definition.items["territoire"], asked), "territoire")
    seen = {MAIN_LANGUAGE: "Les personnes reçues disent ce qui leur a manqué, et nous en tenons compte."}
    changed = with_item(changed, Item("entendus", ItemKind.SCALE, seen, list="accord"), "adequation", "reponses")
    return changed, "La règle 7 entend aussi les personnes reçues ; la règle 2 en mots plus simples."


_RENEWALS = {INTAKE: _renewed_intake, BILAN: _renewed_bilan, "plate_forme": _renewed_platform}
_OF_THE_HOUSE: tuple[dict[str, Any], ...] = (
    {
        "code": INTAKE, "kind": InstrumentKind.INTAKE, "name": "Fiche d'accueil",
        "note": "Ce que chaque plate-forme demande à l'accueil, ni plus ni moins.",
    },
    {
        "code": BILAN, "kind": InstrumentKind.BILAN, "name": "Bilan",
        "note": "Douze dimensions, six niveaux : le bilan que chacun faisait déjà.",
    },
)  # fmt: skip


def _in_review(
    desk: Desk, dice: Dice, instrument: UUID, definition: Definition, people: tuple[Colleague, Colleague]
) -> None:
    author, reviewer = people
    begun = desk.today - timedelta(days=20)
    sent = at(begun + timedelta(days=12), 14)
    # In Arabic it is still to be written: the page of the review says so.
    asked = {MAIN_LANGUAGE: "Je me déplace facilement.", "fr-facile": "Je me déplace facilement."}
    home = definition.sections[0]
    changed = with_item(definition, Item("mobilite", ItemKind.SCALE, asked, list="accord"), home.id)
    version = _version(
        desk, dice, begun, instrument, 2, state="in_review", sent_by=author.membership_id,
        note="Une question sur les déplacements : trois plates-formes la demandaient.",
        review_until=desk.today + timedelta(days=10),
    )  # fmt: skip
    _freeze(desk, dice, sent, version, changed)
    _keep_draft(desk, dice, begun, version, changed, author)
    desk.step(dice, sent, author, VERSION, "instrument_version", version, "send", "draft")
    for part, text in (("mobilite", "Ajouter « tôt le matin » : c'est là que cela bloque."), (None, "Rien d'autre.")):
        desk.ledger.add(
            InstrumentRemark, dice, at(begun + timedelta(days=14), 9), instrument_version_id=version, part=part,
            text=text, written_by=reviewer.name, settled=part is None,
        )  # fmt: skip


def _draft(desk: Desk, dice: Dice, instrument: UUID, definition: Definition, author: Colleague) -> None:
    begun = desk.today - timedelta(days=8)
    asked = {MAIN_LANGUAGE: "Qui garde vos enfants quand vous travaillez ou suivez une formation ?"}
    changed = with_item_instead(definition, _reworded(definition.items["childcare"], asked), "childcare")
    place = {MAIN_LANGUAGE: "Avez-vous demandé une place à la crèche ?"}
    never = "${enfants} >= 3 and ${enfants} = 0"
    changed = with_item(changed, Item("place_demandee", ItemKind.YES_NO, place, shown_if=never), "vie", "depannage")
    dutch = read("instruments")["dutch"]
    changed = replace(changed, languages=(MAIN_LANGUAGE, "nl"))
    said = {
        key: dutch[name] for key, _texts in texts_of(changed) if (name := key.choice or key.part or key.field) in dutch
    }
    changed = with_texts(changed, "nl", said)
    version = _version(desk, dice, begun, instrument, 3, state="draft")
    _keep_draft(desk, dice, begun, version, changed, author)
    for hour, children in ((10, "2"), (11, "0")):
        desk.ledger.add(
            InstrumentTrial, dice, at(begun + timedelta(days=2), hour), instrument_version_id=version,
            answers={"enfants": children, "work": "0"}, given_by=author.name,
        )  # fmt: skip


def _reworded(item: Item, label: dict[str, str]) -> Item:
    return replace(item, label={**item.label, **label})


def _keep_draft(desk: Desk, dice: Dice, begun: date, version: UUID, definition: Definition, author: Colleague) -> None:
    desk.ledger.add(
        InstrumentDraft, dice, at(begun, 9, 30), instrument_version_id=version, definition=to_json(definition),
        saved_by=author.name, authors=[str(author.user_id)],
    )  # fmt: skip


def _freeze(
    desk: Desk, dice: Dice, moment: Any, version: UUID, definition: Definition, *, released: bool = False
) -> UUID:
    stored = to_json(definition)
    return desk.ledger.add(
        InstrumentContent, dice, moment, owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
        instrument_version_id=version, definition=stored, fingerprint=fingerprint(stored), released=released,
        created_at=moment,
    )  # fmt: skip
