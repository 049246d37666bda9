"""Between the author's forms and what a draft asks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from marshmallow import ValidationError

from clais.forms.fields import Date
from clais.forms.form import Form
from clais.instruments.presentation import problem_text
from clais.instruments.rules.definition import (
    LANGUAGES,
    MAIN_LANGUAGE,
    YES_NO,
    Choice,
    Definition,
    Item,
    ItemKind,
    Latitude,
    Section,
    Texts,
    said,
)
from clais.instruments.rules.expressions import condition
from clais.instruments.rules.sentences import Sentence, Sentences, condition_of, sentences_of
from clais.instruments.rules.syntax import ExpressionError
from clais.instruments.schemas import fingerprint, part_to_json, to_json
from clais.text import fold
from clais.translation import gettext as _
from clais.workflow import Refused
from support_center.instruments.questions import latitudes_of, text_name

MARK_DIGITS = 16
TEXTS = ("label", "hint", "constraint_message")
SAME_NAMED = ("id", "kind", "list", "dimension", "required", "sealed", "constraint")


def item_mark(item: Item, section: Section) -> str:
    """What tells one state of a question from another: its form is refused when it was saved meanwhile."""
    return mark_of({"item": part_to_json(item), "section": section.id})


def section_mark(section: Section) -> str:
    """The same for a section, whatever its questions are."""
    return mark_of({"section": part_to_json(section)})


def list_mark(definition: Definition, name: str) -> str:
    """The same for a list of choices."""
    return mark_of({"choices": [part_to_json(choice) for choice in definition.lists.get(name, ())]})


def settings_mark(definition: Definition) -> str:
    """The same for what is set for the whole."""
    return mark_of(to_json(replace(definition, sections=(), lists={})))


def whole_mark(definition: Definition) -> str:
    """The same for a whole draft: its fingerprint."""
    return fingerprint(to_json(definition))


def mark_of(stored: Mapping[str, Any]) -> str:
    """What tells one state of a part from another."""
    return fingerprint(stored)[:MARK_DIGITS]


def question_values(definition: Definition, item: Item, section: Section) -> dict[str, Any]:
    """An item as its form shows it: its condition as sentences when it is no more than that."""
    sentences = sentences_of(item.shown_if)
    values = {name: getattr(item, name) for name in SAME_NAMED}
    values |= {"section": section.id, "allows": sorted(item.allows)}
    for name in TEXTS:
        values |= {text_name(name, language): text for language, text in getattr(item, name).items()}
    if sentences is None:
        return values | {"shown_if": item.shown_if}
    rows = [{"item": one.item, "verb": one.verb, "value": _shown_value(definition, one)} for one in sentences.sentences]
    return values | {"joint": sentences.joint, "conditions": rows}


def item_of(definition: Definition, form: Form, before: Item | None = None) -> Item | None:
    """The item that a valid form describes; None, and errors on the form, when its conditions cannot be."""
    data = form.data
    shown_if = _condition(definition, form)
    own = Item(data["id"], ItemKind(data["kind"]), {}, list=data["list"])
    if data["constraint"]:
        _try(form, "constraint", data["constraint"], definition, own)
    if form.errors:
        return None
    return Item(
        id=data["id"],
        kind=own.kind,
        label=_texts_of(data, "label", before.label if before else {}),
        hint=_texts_of(data, "hint", before.hint if before else {}),
        required=data["required"],
        list=data["list"],
        shown_if=shown_if,
        constraint=data["constraint"],
        constraint_message=_texts_of(data, "constraint_message", before.constraint_message if before else {}),
        dimension=data["dimension"],
        sealed=data["sealed"],
        icon=before.icon if before else "",
        allows=latitudes_of(data["allows"]),
    )


def section_of_form(data: Mapping[str, Any], before: Section | None = None) -> Section:
    """The section that a valid form describes, without its items."""
    allows = (before.allows if before else frozenset()) - {Latitude.ADD}
    return Section(
        id=data["id"],
        label={**(before.label if before else {}), MAIN_LANGUAGE: data["label"]},
        shown_if=data["shown_if"],
        allows=allows | {Latitude.ADD} if data["may_add"] else allows,
    )


def choices_of_form(data: Mapping[str, Any], before: tuple[Choice, ...] = ()) -> list[Choice]:
    """The choices that a valid form describes; the texts in other languages of those that were there stay."""
    known = {choice.code: choice.label for choice in before}
    texts = {row["code"]: {**known.get(row["code"], {}), MAIN_LANGUAGE: row["label"]} for row in data["choices"]}
    return [
        Choice(row["code"], texts[row["code"]], row["score"], tuple(row["was"].replace(",", " ").split()))
        for row in data["choices"]
    ]


def refuse_taken(definition: Definition, code: str) -> None:
    """Refuse a code that a question or a section has. Raises Refused(`taken`)."""
    if code in definition.items or any(section.id == code for section in definition.sections):
        raise Refused("taken")


def check_expression(form: Form, name: str, text: str, definition: Definition) -> None:
    """Put an error on a field whose condition cannot be understood."""
    if text:
        _try(form, name, text, definition)


def _try(form: Form, name: str, text: str, definition: Definition, own: Item | None = None) -> None:
    try:
        condition(text, definition.types, definition.type_of(own) if own else None)
    except ExpressionError as error:
        form.add_error(name, problem_text(error))


def _condition(definition: Definition, form: Form) -> str:
    data = form.data
    rows = data["conditions"]
    if data["shown_if"]:
        if rows:
            form.add_error("shown_if", _("Choose: sentences, or a condition that is written out."))
        _try(form, "shown_if", data["shown_if"], definition)
        return str(data["shown_if"])
    sentences = tuple(Sentence(row["item"], row["verb"], _typed_value(definition, row)) for row in rows)
    try:
        text = condition_of(Sentences(data["joint"], sentences), definition.types)
        if text:
            condition(text, definition.types)
    except ExpressionError as error:
        form.add_error("conditions", problem_text(error))
        return ""
    return text


def _typed_value(definition: Definition, row: Mapping[str, Any]) -> str:
    """The code that is meant by what was typed: itself, or that of the choice that is called so; a day in ISO form."""
    typed = str(row["value"])
    item = definition.items.get(row["item"])
    if item is not None and item.kind is ItemKind.DATE:
        try:
            return Date().deserialize(typed).isoformat()
        except ValidationError:
            return typed
    words = _words_of(definition, item)
    if typed in words:
        return typed
    meant = [code for code, label in words.items() if fold(label) == fold(typed)]
    return meant[0] if len(meant) == 1 else typed


def _shown_value(definition: Definition, sentence: Sentence) -> str:
    """What a sentence compares with: the name of a choice, unless another one has it too; a day as people write it."""
    item = definition.items.get(sentence.item)
    if item is not None and item.kind is ItemKind.DATE and sentence.value:
        return Date.form_value(date.fromisoformat(sentence.value))
    words = _words_of(definition, item)
    label = words.get(sentence.value, "")
    alike = sum(fold(other) == fold(label) for other in words.values())
    return label if label and alike == 1 else sentence.value


def _words_of(definition: Definition, item: Item | None) -> dict[str, str]:
    """Code → name of the choices of an item."""
    if item is None:
        return {}
    if item.kind is ItemKind.YES_NO:
        return dict(zip(YES_NO, (_("Yes"), _("No")), strict=True))
    return {choice.code: said(choice.label) for choice in definition.choices(item)}


def _texts_of(data: Mapping[str, Any], name: str, before: Texts) -> dict[str, str]:
    """The texts of a form by language; those in languages that the form does not have stay."""
    names = {text_name(name, language): language for language in LANGUAGES}
    texts = dict(before)
    for key, language in names.items():
        if key in data:
            texts[language] = data[key]
    return {language: text for language, text in texts.items() if text}
