"""A condition as a list of sentences, « this item is at least 1 », all of which hold, or one of which does.

This is how an author writes one without knowing the language of expressions. A condition that says more than such a
list is shown as it is written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clais.instruments.rules.syntax import Call, ExpressionError, ItemValue, Number, Operation, Text, Tree, parse
from clais.instruments.rules.values import Kind, Type

ALL, ONE = "and", "or"
IS, IS_NOT, AT_LEAST, AT_MOST = "is", "is_not", "at_least", "at_most"
CHOSEN, NOT_CHOSEN, ANSWERED, EMPTY = "chosen", "not_chosen", "answered", "empty"
SIGNS = {IS: "=", IS_NOT: "!=", AT_LEAST: ">=", AT_MOST: "<="}
VERBS_OF: Mapping[Kind, tuple[str, ...]] = {
    Kind.NUMBER: (AT_LEAST, AT_MOST, IS, IS_NOT, ANSWERED, EMPTY),
    Kind.LEVEL: (AT_LEAST, AT_MOST, IS, IS_NOT, ANSWERED, EMPTY),
    Kind.DAY: (AT_LEAST, AT_MOST, IS, ANSWERED, EMPTY),
    Kind.CODE: (IS, IS_NOT, ANSWERED, EMPTY),
    Kind.TEXT: (ANSWERED, EMPTY, IS, IS_NOT),
    Kind.CODES: (CHOSEN, NOT_CHOSEN),
}
"""The kind of an answer → what can be said of it."""
NUMBER = re.compile(r"-?[0-9]{1,9}([.,][0-9]{1,5})?")
WITHOUT_VALUE = frozenset({ANSWERED, EMPTY})


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of the answer to an item: a verb, and the value that it is compared with."""

    item: str
    verb: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences that are joined by ALL or by ONE."""

    joint: str
    sentences: tuple[Sentence, ...]


def sentences_of(text: str) -> Sentences | None:
    """The sentences that a condition is; None for one that says more, or that cannot be understood."""
    if not text:
        return Sentences(ALL, ())
    try:
        tree = parse(text)
    except ExpressionError:
        return None
    joint = tree.sign if isinstance(tree, Operation) and tree.sign in {ALL, ONE} else ALL
    found = [_sentence(part) for part in _joined(tree, joint)]
    said = tuple(sentence for sentence in found if sentence is not None)
    return Sentences(joint, said) if len(said) == len(found) else None


def condition_of(sentences: Sentences, types: Mapping[str, Type]) -> str:
    """The condition that sentences are. Raises ExpressionError for a value that its item cannot have."""
    return f" {sentences.joint} ".join(_written(sentence, types) for sentence in sentences.sentences)


def verbs_of(type_: Type) -> Sequence[str]:
    """What can be said of an answer of a type."""
    return VERBS_OF.get(type_.kind, (ANSWERED, EMPTY))


def _joined(tree: Tree, joint: str) -> list[Tree]:
    if isinstance(tree, Operation) and tree.sign == joint:
        return [part for operand in tree.operands for part in _joined(operand, joint)]
    return [tree]


def _sentence(tree: Tree) -> Sentence | None:
    match tree:
        case Operation(sign=sign, operands=(ItemValue(id=item), other)) if item:
            if isinstance(other, Text) and not other.value:
                verb = {"=": EMPTY, "!=": ANSWERED}.get(sign)
                return Sentence(item, verb) if verb else None
            verb = next((name for name, of in SIGNS.items() if of == sign), None)
            value = _constant(other)
            return Sentence(item, verb, value) if verb and value is not None else None
        case Call(name="selected", arguments=(ItemValue(id=item), Text(value=code))) if item:
            return Sentence(item, CHOSEN, code)
        case Call(name="not", arguments=(Call(name="selected", arguments=(ItemValue(id=item), Text(value=code))),)):
            return Sentence(item, NOT_CHOSEN, code) if item else None
        case _:
            return None


def _constant(tree: Tree) -> str | None:
    match tree:
        case Number(value=number):
            return str(number)
        case Operation(sign="-", operands=(Number(value=number),)):
            return f"-{number}"
        case Text(value=text) | Call(name="date", arguments=(Text(value=text),)):
            return text
        case _:
            return None


def _written(sentence: Sentence, types: Mapping[str, Type]) -> str:
    item = f"${{{sentence.item}}}"
    type_ = types.get(sentence.item)
    if type_ is None:
        raise ExpressionError("unknown_item", about=sentence.item)
    if sentence.verb in WITHOUT_VALUE:
        return f"{item} {'!=' if sentence.verb == ANSWERED else '='} ''"
    if sentence.verb in {CHOSEN, NOT_CHOSEN}:
        chosen = f"selected({item}, {_quoted(sentence.value)})"
        return chosen if sentence.verb == CHOSEN else f"not({chosen})"
    return f"{item} {SIGNS[sentence.verb]} {_value(sentence.value, type_)}"


def _value(value: str, type_: Type) -> str:
    if type_.kind in {Kind.NUMBER, Kind.LEVEL}:
        if not NUMBER.fullmatch(value):
            raise ExpressionError("expected_number", about=value)
        return value.replace(",", ".")
    if type_.kind is Kind.DAY:
        try:
            return f"date('{date.fromisoformat(value).isoformat()}')"
        except ValueError:
            raise ExpressionError("day_expected", about=value) from None
    return _quoted(value)


def _quoted(text: str) -> str:
    """A text in quotes. Raises ExpressionError for one that has both kinds of them: the language has no escape."""
    if "'" not in text:
        return f"'{text}'"
    if '"' in text:
        raise ExpressionError("quotes", about=text)
    return f'"{text}"'
