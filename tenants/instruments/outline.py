"""The questions of the version in use, with what the platform may do and did with each."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from flask import abort, url_for

from clais.instruments.rules.definition import Definition, Item, Latitude, Section, said
from clais.instruments.rules.editing import place_of
from clais.instruments.rules.latitude import allowed_in, applied
from clais.instruments.rules.local import Layer, LocalPart, parts_of
from clais.instruments.wording import own_text
from clais.translation import gettext as _
from tenants.instruments.forms import languages_of, text_name
from tenants.instruments.lookups import Opened
from tenants.instruments.refusals import allowed_text, latitudes_in, part_text, stopping_parts

FIELDS = {
    Latitude.REWORD: "label",
    Latitude.HINT: "hint",
    Latitude.CHOICES: "choices",
    Latitude.REQUIRE: "required",
    Latitude.SKIP: "skip",
}


class Own(NamedTuple):
    """Something of the platform's own, with the address that takes it back, and why it is not applied."""

    text: str
    url: str
    why: str = ""


class Line(NamedTuple):
    """A question: what may be done with it, what was done. `url` is where it is changed; empty when it is locked.

    One of the platform's own is taken back as a whole, by `back`.
    """

    id: str
    label: str
    mark: str
    allowed: str
    url: str
    own: list[Own]
    back: Own | None
    up: str
    down: str


class Group(NamedTuple):
    label: str
    mark: str
    own: list[Own]
    add_url: str
    lines: list[Line]


def outline_of(opened: Opened) -> dict[str, Any]:
    """What the page « Chez nous » shows."""
    refused = stopping_parts(opened)
    own: dict[str, list[Own]] = {}
    for part in parts_of(opened.layer):
        if part not in refused:
            own.setdefault(part.part, []).append(_own(opened, part))
    may_add = Latitude.ADD in opened.definition.allows
    return {
        "groups": list(_groups(opened, own)),
        "refused": [_own(opened, part, why) for part, why in refused.items()],
        "section_url": url_for("adoption.own_section", version_id=opened.version.id) if may_add else "",
    }


def _own(opened: Opened, part: LocalPart, why: str = "") -> Own:
    named = f"{part.part}.{part.code}" if part.code else part.part
    url = url_for("adoption.take_back", version_id=opened.version.id, what=part.what.value, part=named)
    return Own(part_text(opened.definition, opened.layer, part), url, why)


def _groups(opened: Opened, own: dict[str, list[Own]]) -> Iterator[Group]:
    version, marks = opened.version.id, opened.marks
    for section in opened.asked.sections:
        common = next((one for one in opened.definition.sections if one.id == section.id), None)
        may_add = common is None or Latitude.ADD in common.allows
        asked = [
            _line(opened, item, own.get(item.id, []), (place, len(section.items)), own_text(marks, item.id))
            for place, item in enumerate(section.items)
        ]
        left_out = [
            _line(opened, item, own.get(item.id, []), None, _("left out here")) for item in _left_out(opened, common)
        ]
        yield Group(
            said(section.label) or section.id,
            own_text(marks, section.id),
            own.get(section.id, []),
            url_for("adoption.own_question", version_id=version, section_id=section.id) if may_add else "",
            [*asked, *left_out],
        )


def _left_out(opened: Opened, common: Section | None) -> list[Item]:
    return [item for item in common.items if item.id not in opened.asked.items] if common else []


def _line(opened: Opened, item: Item, own: list[Own], place: tuple[int, int] | None, mark: str) -> Line:
    """A question; `place` is where it is asked in its section, and of how many, None for one that is left out here."""
    version = opened.version.id
    common = opened.definition.items.get(item.id)
    moves = place is not None and (common is None or Latitude.REORDER in allowed_in(opened.definition, common))
    url, allowed = "", _("Our question: it is asked on this platform alone.")
    back: Own | None = None
    if common is None:
        own, back = [], next(iter(own), None)
        url = url_for("adoption.edit_question", version_id=version, item_id=item.id)
    else:
        allowed = allowed_text(opened.definition, common)
        if fields_of(opened.definition, common):
            url = url_for("adoption.adapt", version_id=version, item_id=item.id)
    up, down = (
        url_for("adoption.move_here", version_id=version, item_id=item.id, way=way) if moves and there else ""
        for way, there in (("monter", place and place[0] > 0), ("descendre", place and place[0] + 1 < place[1]))
    )
    return Line(item.id, said(item.label) or item.id, mark, allowed, url, own, back, up, down)


def fields_of(definition: Definition, item: Item) -> list[str]:
    """The fields that may be changed of a common question."""
    names = [FIELDS[one] for one in FIELDS if one in latitudes_in(definition, item)]
    languages = languages_of(definition)
    return [
        field
        for name in names
        for field in ([text_name(name, language) for language in languages] if name in {"label", "hint"} else [name])
    ]


def section_named(opened: Opened, section_id: str) -> str:
    """The heading of a section that is asked here, or 404."""
    section = next((one for one in opened.asked.sections if one.id == section_id), None)
    if section is None:
        abort(404)
    return said(section.label) or section.id


def swapped(definition: Definition, layer: Layer, item_id: str, way: int) -> Layer:
    """The layer with a question one place up or down in its section; without an order that says nothing new."""
    _item, section = place_of(applied(definition, layer)[0], item_id)
    order = [item.id for item in section.items]
    place = order.index(item_id)
    if not 0 <= place + way < len(order):
        return layer
    order[place], order[place + way] = order[place + way], order[place]
    others = {home: one for home, one in layer.orders.items() if home != section.id}
    plain = applied(definition, replace(layer, orders=others))[0]
    standing = next(one for one in plain.sections if one.id == section.id)
    if [item.id for item in standing.items] == order:
        return replace(layer, orders=others)
    return replace(layer, orders={**others, section.id: tuple(order)})
