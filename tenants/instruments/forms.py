"""Between the forms of what a platform has of its own and its layer."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from marshmallow import fields

from clais.database import new_id
from clais.forms.choices import choices_of
from clais.forms.fields import OneChoice, TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.choices import ITEM_KINDS, LANGUAGE_NAMES
from clais.instruments.rules.definition import (
    LANGUAGES,
    MAIN_LANGUAGE,
    YES_NO,
    Choice,
    Definition,
    Item,
    ItemKind,
    Texts,
    said,
)
from clais.instruments.rules.local import OWN, OWN_KINDS, Layer, OwnItem, OwnSection, with_value
from clais.instruments.rules.sentences import ALL, CHOSEN, IS, Sentence, Sentences, condition_of, sentences_of
from clais.instruments.schemas import LONGEST_HINT, LONGEST_LABEL, fingerprint
from clais.instruments.wording import question_text
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l

MARK_DIGITS = 16
LONGEST_LIST = 2000
CHOICES = {"label": _l("Our choices"), "hint": _l("One a line."), "rows": 4}


def own_code() -> str:
    """A code that nobody ever gave: answers are kept under it."""
    return f"{OWN}{new_id().hex[-12:]}"


def mark_of(values: Mapping[str, Any]) -> str:
    """What tells one state of a form's subject from another."""
    return fingerprint({key: value for key, value in values.items() if value})[:MARK_DIGITS]


def adapted_schema(definition: Definition, item: Item) -> type[Schema]:
    """The form of a common question: all that might be changed, whether or not it is allowed."""
    made: dict[str, Any] = {
        **_texts(definition, "label", LONGEST_LABEL, _l("Our wording"), item.label),
        **_texts(definition, "hint", LONGEST_HINT, _l("Our help"), item.hint),
        "choices": TrimmedString(LONGEST_LIST, multiline=True, load_default="", metadata=CHOICES),
        "required": fields.Boolean(load_default=False, metadata={"label": _l("An answer is needed here")}),
        "skip": fields.Boolean(load_default=False, metadata={"label": _l("Left out here")}),
    }
    return Schema.from_dict(made, name="AdaptedSchema")  # type: ignore[return-value]


def own_question_schema(definition: Definition) -> type[Schema]:
    """The form of an own question."""
    made: dict[str, Any] = {
        **_texts(definition, "label", LONGEST_LABEL, _l("Our question"), ask=_l("Write our question.")),
        **_texts(definition, "hint", LONGEST_HINT, _l("Help")),
        "kind": OneChoice(
            choices_of({kind: ITEM_KINDS[kind] for kind in OWN_KINDS}),
            required=True,
            metadata={"label": _l("How it is answered"), "ask": _l("Choose how it is answered.")},
        ),
        "choices": TrimmedString(LONGEST_LIST, multiline=True, load_default="", metadata=CHOICES),
        "when": OneChoice(
            lambda: [("", _("Always")), *_answers(definition)],
            load_default="",
            metadata={"label": _l("When it is asked")},
        ),
        "required": fields.Boolean(load_default=False, metadata={"label": _l("An answer is needed")}),
        "sealed": fields.Boolean(
            load_default=False, metadata={"label": _l("Sensitive: kept sealed, and never counted by its answers")}
        ),
    }
    return Schema.from_dict(made, name="OwnQuestionSchema")  # type: ignore[return-value]


def own_section_schema(definition: Definition) -> type[Schema]:
    """The form of an own section."""
    made: dict[str, Any] = {
        **_texts(definition, "label", LONGEST_LABEL, _l("Our heading"), ask=_l("Write our heading."))
    }
    return Schema.from_dict(made, name="OwnSectionSchema")  # type: ignore[return-value]


def adapted_values(layer: Layer, item: Item) -> dict[str, Any]:
    """What the platform changes in a common question, as its form shows it."""
    return {
        **_shown("label", layer.labels.get(item.id, {})),
        **_shown("hint", layer.hints.get(item.id, {})),
        "choices": _lines(layer.choices.get(item.id, ())),
        "required": item.id in layer.required,
        "skip": item.id in layer.skipped,
    }


def adapted(layer: Layer, item: Item, data: Mapping[str, Any]) -> Layer:
    """The layer with what a valid form says of a common question."""
    labels, hints = _told(data, "label", item.label), _told(data, "hint", item.hint)
    choices = _choices_in(data["choices"], layer.choices.get(item.id, ()))
    return replace(
        layer,
        labels=with_value(layer.labels, item.id, labels),
        hints=with_value(layer.hints, item.id, hints),
        choices=with_value(layer.choices, item.id, choices),
        required=_listed(layer.required, item.id, on=data["required"]),
        skipped=_listed(layer.skipped, item.id, on=data["skip"]),
    )


def own_values(item: OwnItem) -> dict[str, Any]:
    """An own question as its form shows it."""
    found = sentences_of(item.shown_if)
    sentence = found.sentences[0] if found and len(found.sentences) == 1 else None
    return {
        **_shown("label", item.label),
        **_shown("hint", item.hint),
        "kind": item.kind.value,
        "choices": _lines(item.choices),
        "when": f"{sentence.item}|{sentence.value}" if sentence else "",
        "required": item.required,
        "sealed": item.sealed,
    }


def own_item(definition: Definition, data: Mapping[str, Any], before: OwnItem | None = None) -> OwnItem:
    """The own question that a valid form describes. Raises ExpressionError."""
    kind = before.kind if before else ItemKind(data["kind"])
    choices = _choices_in(data["choices"], before.choices if before else ())
    return OwnItem(
        before.id if before else own_code(),
        kind,
        _told(data, "label", {}),
        _told(data, "hint", {}),
        data["required"],
        data["sealed"],
        _condition(definition, data["when"]),
        choices,
    )


def own_section(data: Mapping[str, Any]) -> OwnSection:
    """The own section that a valid form describes."""
    return OwnSection(own_code(), _told(data, "label", {}))


def _condition(definition: Definition, when: str) -> str:
    if not when:
        return ""
    item, _sep, code = when.partition("|")
    asked = definition.items.get(item)
    verb = CHOSEN if asked and asked.kind is ItemKind.MANY_OF else IS
    return condition_of(Sentences(ALL, (Sentence(item, verb, code),)), definition.types)


def _answers(definition: Definition) -> list[tuple[str, str]]:
    """The answers that an own question can wait for: a choice of a common question."""
    found = []
    for item in definition.items.values():
        codes = {choice.code: said(choice.label) or choice.code for choice in definition.choices(item)}
        if item.kind is ItemKind.YES_NO:
            codes = dict(zip(YES_NO, (_("Yes"), _("No")), strict=True))
        question = question_text(definition, item.id)
        found += [
            (f"{item.id}|{code}", _("%(question)s : %(answer)s", question=question, answer=label))
            for code, label in codes.items()
        ]
    return found


def text_name(name: str, language: str) -> str:
    """The field of a text in a language: label_fr_facile."""
    return f"{name}_{language.replace('-', '_')}"


def translated_names(definition: Definition) -> frozenset[str]:
    """The fields of texts in other languages than French."""
    others = [language for language in languages_of(definition) if language != MAIN_LANGUAGE]
    return frozenset(text_name(name, language) for name in ("label", "hint") for language in others)


def languages_of(definition: Definition) -> list[str]:
    """The languages of the texts of a form, French first."""
    return list(dict.fromkeys((MAIN_LANGUAGE, *definition.languages)))


def _texts(
    definition: Definition, name: str, longest: int, label: Any, common: Texts | None = None, ask: Any = None
) -> dict[str, TrimmedString]:
    """A text in each language; beside it what the centre says, where it says something."""
    found = {}
    for language in languages_of(definition):
        is_main = language == MAIN_LANGUAGE
        about: dict[str, Any] = {"label": label if is_main else f"{label} ({LANGUAGE_NAMES[language]})", "rows": 2}
        if common and common.get(language):
            about["hint"] = _l("The centre says: %(text)s", text=common[language])
        options: dict[str, Any] = {"load_default": ""}
        if ask and is_main:
            options, about["ask"] = {"required": True}, ask
        found[text_name(name, language)] = TrimmedString(longest, multiline=True, metadata=about, **options)
    return found


def _shown(name: str, texts: Texts) -> dict[str, str]:
    return {text_name(name, language): text for language, text in texts.items()}


def _told(data: Mapping[str, Any], name: str, common: Texts) -> dict[str, str]:
    """The texts of a form that say something else than the centre does."""
    given = {language: data.get(text_name(name, language)) for language in LANGUAGES}
    return {language: text for language, text in given.items() if text and text != common.get(language)}


def _lines(choices: Iterable[Choice]) -> str:
    return "\n".join(said(choice.label) for choice in choices)


def _choices_in(text: str, before: Iterable[Choice]) -> tuple[Choice, ...]:
    """The choices of a text, one a line; one that was there keeps its code."""
    known = {said(choice.label): choice for choice in before}
    labels = dict.fromkeys(line.strip() for line in text.splitlines() if line.strip())
    return tuple(known.get(label) or Choice(own_code(), {MAIN_LANGUAGE: label}) for label in labels)


def _listed(names: tuple[str, ...], name: str, *, on: bool) -> tuple[str, ...]:
    others = tuple(one for one in names if one != name)
    return (*others, name) if on else others
