"""The shape of a platform's layer: what its pages save, what is stored, what an import gives."""

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import fields, post_load, validate

from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.rules.definition import LANGUAGES, Choice, ItemKind
from clais.instruments.rules.local import Layer, OwnItem, OwnSection
from clais.instruments.schemas import LONGEST_EXPRESSION, LONGEST_HINT, LONGEST_LABEL

MOST_PARTS, MOST_SECTIONS, MOST_CHOICES = 200, 20, 100
_FEW = validate.Length(max=MOST_PARTS)


def _code() -> TrimmedString:
    return TrimmedString(max=40, required=True)


def _texts(longest: int) -> fields.Dict:
    words = TrimmedString(max=longest, multiline=True)
    return fields.Dict(keys=fields.String(validate=validate.OneOf(LANGUAGES)), values=words, load_default=dict)


def _by_part(value: fields.Field[Any]) -> fields.Dict:
    return fields.Dict(keys=TrimmedString(max=40), values=value, load_default=dict, validate=_FEW)


def _codes() -> fields.List[Any]:
    return fields.List(TrimmedString(max=40), load_default=list)


class OwnChoiceSchema(Schema):
    code = _code()
    label = _texts(LONGEST_LABEL)

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Choice:
        return Choice(**values)


def _choices() -> fields.List[Any]:
    return fields.List(fields.Nested(OwnChoiceSchema), load_default=list, validate=validate.Length(max=MOST_CHOICES))


class OwnItemSchema(Schema):
    id = _code()
    kind = fields.Enum(ItemKind, by_value=True, required=True)
    label = _texts(LONGEST_LABEL)
    hint = _texts(LONGEST_HINT)
    required = fields.Boolean(load_default=False)
    sealed = fields.Boolean(load_default=False)
    shown_if = TrimmedString(max=LONGEST_EXPRESSION, load_default="")
    choices = _choices()

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> OwnItem:
        return OwnItem(**{**values, "choices": tuple(values["choices"])})


class OwnSectionSchema(Schema):
    id = _code()
    label = _texts(LONGEST_LABEL)

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> OwnSection:
        return OwnSection(**values)


class LayerSchema(Schema):
    labels = _by_part(_texts(LONGEST_LABEL))
    hints = _by_part(_texts(LONGEST_HINT))
    required = _codes()
    skipped = _codes()
    choices = _by_part(_choices())
    sections = fields.List(
        fields.Nested(OwnSectionSchema), load_default=list, validate=validate.Length(max=MOST_SECTIONS)
    )
    items = _by_part(fields.List(fields.Nested(OwnItemSchema), validate=_FEW))
    orders = _by_part(_codes())

    @post_load
    def made(self, values: dict[str, Any], **_options: Any) -> Layer:
        plain = {name: tuple(values[name]) for name in ("required", "skipped", "sections")}
        by_part = {
            name: {key: tuple(one) for key, one in values[name].items()} for name in ("choices", "items", "orders")
        }
        return Layer(**{**values, **plain, **by_part})


_SCHEMA = LayerSchema()


def layer_to_json(layer: Layer) -> dict[str, Any]:
    """A layer as JSON keeps it."""
    return cast("dict[str, Any]", _SCHEMA.dump(layer))


def fits(layer: Layer) -> bool:
    """Whether a layer has no more parts, and no longer texts, than what is stored may have."""
    return not _SCHEMA.validate(layer_to_json(layer))


def layer_of(given: Mapping[str, Any]) -> Layer:
    """The layer that someone gives, or that is stored. Raises ValidationError."""
    return cast("Layer", _SCHEMA.load(given))
