"""The shape of a definition: what the editor saves, what a spreadsheet is read into, what the API takes and gives."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, cast

from marshmallow import fields, post_dump, post_load, validate

from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.rules.definition import (
    LANGUAGES,
    Choice,
    Definition,
    InstrumentKind,
    Item,
    ItemKind,
    Latitude,
    Section,
)

LONGEST_LABEL, LONGEST_HINT, LONGEST_EXPRESSION = 500, 1000, 1000
MOST_CHOICES = 1000
LONGEST_COURSE = 20
"""Of the code of a course."""
SELDOM = ("certificate", "certificate_from")
"""What a definition without it is kept without."""


def _texts(longest: int) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.OneOf(LANGUAGES)),
        values=TrimmedString(max=longest, multiline=True),
        load_default=dict,
    )


class _Part(Schema):
    """Something that may be asked, with what a platform may do with it."""

    allows = fields.List(fields.Enum(Latitude, by_value=True), load_default=list)

    @staticmethod
    def latitudes(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "allows": frozenset(values["allows"])}


class ChoiceSchema(Schema):
    code = TrimmedString(max=40, required=True)
    label = _texts(LONGEST_LABEL)
    score = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(-1000, 1000))

    was = fields.List(TrimmedString(max=40), load_default=list, validate=validate.Length(max=MOST_CHOICES))

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Choice:
        return Choice(**{**values, "was": tuple(values["was"])})

    @post_dump
    def short(self, dumped: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {name: value for name, value in dumped.items() if name != "was" or value}


class ItemSchema(_Part):
    id = TrimmedString(max=40, required=True)
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    label = _texts(LONGEST_LABEL)
    hint = _texts(LONGEST_HINT)
    required = fields.Boolean(load_default=False)
    list = TrimmedString(max=40, load_default="")
    shown_if = TrimmedString(max=LONGEST_EXPRESSION, load_default="")
    constraint = TrimmedString(max=LONGEST_EXPRESSION, load_default="")
    constraint_message = _texts(LONGEST_LABEL)
    dimension = TrimmedString(max=40, load_default="")
    sealed = fields.Boolean(load_default=False)
    icon = TrimmedString(max=40, load_default="")

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Item:
        return Item(**self.latitudes(values))


class SectionSchema(_Part):
    id = TrimmedString(max=40, required=True)
    label = _texts(LONGEST_LABEL)
    items = fields.List(fields.Nested(ItemSchema), load_default=list)
    shown_if = TrimmedString(max=LONGEST_EXPRESSION, load_default="")

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Section:
        return Section(**{**self.latitudes(values), "items": tuple(values["items"])})


class DefinitionSchema(_Part):
    kind = fields.Enum(InstrumentKind, by_value=True, required=True)
    title = _texts(LONGEST_LABEL)
    sections = fields.List(fields.Nested(SectionSchema), load_default=list)
    lists = fields.Dict(
        keys=TrimmedString(max=40),
        values=fields.List(fields.Nested(ChoiceSchema), validate=validate.Length(max=MOST_CHOICES)),
        load_default=dict,
    )
    languages = fields.List(fields.String(validate=validate.OneOf(LANGUAGES)), required=True)
    certificate = TrimmedString(max=LONGEST_COURSE, load_default="")
    certificate_from = fields.Date(load_default=None, allow_none=True)

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Definition:
        lists = {name: tuple(choices) for name, choices in values["lists"].items()}
        made = {"sections": tuple(values["sections"]), "lists": lists, "languages": tuple(values["languages"])}
        return Definition(**{**self.latitudes(values), **made})

    @post_dump
    def short(self, dumped: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {name: value for name, value in dumped.items() if name not in SELDOM or value}


_SCHEMA = DefinitionSchema()


def to_json(definition: Definition) -> dict[str, Any]:
    """A definition as JSON keeps it: the same for the same definition, whatever order its sets had.

    Written by hand, as a part is what its schema dumps: a draft of 150 questions is written whenever one is saved, and
    the schema takes a hundred times as long (row `instrument.saved` of the benchmarks). A test compares the two.
    """
    return {
        "allows": sorted(definition.allows),
        "kind": definition.kind.value,
        "title": dict(definition.title),
        "sections": [
            {**part_to_json(section), "items": [part_to_json(item) for item in section.items]}
            for section in definition.sections
        ],
        "lists": {name: [part_to_json(choice) for choice in choices] for name, choices in definition.lists.items()},
        "languages": list(definition.languages),
        **_required_certificate(definition),
    }


def _required_certificate(definition: Definition) -> dict[str, str]:
    day = definition.certificate_from
    course = {"certificate": definition.certificate} if definition.certificate else {}
    return {**course, "certificate_from": day.isoformat()} if day else course


def part_to_json(part: Section | Item | Choice) -> dict[str, Any]:
    """A part of a definition as JSON keeps it; a section without its items, a choice without empty `was`."""
    stored = {name: getattr(part, name) for name in part.__slots__ if name != "items"}
    if isinstance(part, Choice):
        was = stored.pop("was")
        return {**stored, "was": list(was)} if was else stored
    return {**stored, "allows": sorted(part.allows)}


def accepted(given: Mapping[str, Any]) -> Definition:
    """The definition that someone gives: by a spreadsheet, or the API. Raises ValidationError."""
    return cast("Definition", _SCHEMA.load(given))


def from_json(stored: Mapping[str, Any]) -> Definition:
    """The definition that the house wrote; the same object for what was read of late. Raises KeyError otherwise."""
    return from_text(text_of(stored))


@lru_cache(maxsize=16)  # Read with every page of an instrument. Few: a thousand questions take megabytes.
def from_text(text: str) -> Definition:
    """The definition that `text_of` wrote. It was accepted before, so it is not checked again."""
    stored = json.loads(text)
    return Definition(
        kind=InstrumentKind(stored["kind"]),
        title=stored["title"],
        sections=tuple(
            Section(**{**_part(section), "items": tuple(_item(item) for item in section["items"])})
            for section in stored["sections"]
        ),
        lists={name: tuple(_choice(choice) for choice in choices) for name, choices in stored["lists"].items()},
        languages=tuple(stored["languages"]),
        allows=frozenset(map(Latitude, stored["allows"])),
        certificate=stored.get("certificate", ""),
        certificate_from=date.fromisoformat(day) if (day := stored.get("certificate_from")) else None,
    )


def _choice(stored: dict[str, Any]) -> Choice:
    return Choice(**{**stored, "was": tuple(stored.get("was", ()))})


def _item(stored: dict[str, Any]) -> Item:
    return Item(**{**_part(stored), "kind": ItemKind(stored["kind"])})


def _part(stored: dict[str, Any]) -> dict[str, Any]:
    return {**stored, "allows": frozenset(map(Latitude, stored["allows"]))}


def text_of(stored: Mapping[str, Any]) -> str:
    """JSON as text: the same for equal values."""
    return json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(stored: Mapping[str, Any]) -> str:
    """The SHA-256 of a stored definition, in hexadecimal digits: equal for equal definitions."""
    return hashlib.sha256(text_of(stored).encode()).hexdigest()
