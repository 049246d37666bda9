"""What an instrument asks, and what changes between two of its versions, in words for both wings."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from clais.instruments.choices import ITEM_KINDS, LANGUAGE_NAMES, LATITUDES, VERBS
from clais.instruments.rules.definition import MAIN_LANGUAGE, Choice, Definition, Item, said
from clais.instruments.rules.difference import Change, Comparability
from clais.instruments.rules.sentences import ALL, Sentence, sentences_of
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day

COMPARABILITIES = {
    Comparability.SAME: N_("Comparable"),
    Comparability.REWORDED: N_("Reworded, comparable"),
    Comparability.RECODED: N_("Recoded, comparable"),
    Comparability.BROKEN: N_("Does not compare any more"),
    Comparability.NEW: N_("Newly asked"),
    Comparability.GONE: N_("Gone"),
}
FIELDS = {
    "label": N_("Question"),
    "hint": N_("Help"),
    "required": N_("An answer is needed"),
    "shown_if": N_("Shown if"),
    "constraint": N_("What an answer must fulfil"),
    "constraint_message": N_("What is said otherwise"),
    "dimension": N_("Dimension that it feeds"),
    "sealed": N_("Kept sealed"),
    "icon": N_("Picture"),
    "allows": N_("A platform may…"),
    "choices": N_("Choices"),
    "section": N_("Section"),
    "title": N_("Title"),
    "languages": N_("Languages"),
    "certificate": N_("Course that it requires"),
    "certificate_from": N_("Refused without it from"),
}


def title_of(name: str, number: int) -> str:
    """Bilan, version 5."""
    return _("%(name)s, version %(number)s", name=name, number=number)


def question_text(definition: Definition, part: str, *, numbered: bool = True) -> str:
    """A part of a definition as people call it: 20. Garde d'enfants; its id when it has no text."""
    for number, item in enumerate(definition.items.values(), 1):
        if item.id == part:
            text = said(item.label) or item.id
            return f"{number}. {text}" if numbered else text
    section = next((section for section in definition.sections if section.id == part), None)
    return (said(section.label) if section else "") or part


def own_text(marks: Mapping[str, bool], part: str) -> str:
    """Says of a question or a section that it is the platform's own, or that the platform changed it."""
    if part not in marks:
        return ""
    return _("ours") if marks[part] else _("adapted here")


def kind_text(item: Item) -> str:
    """The kind of an item's answer."""
    return _(ITEM_KINDS[item.kind])


def condition_text(definition: Definition, condition: str, *, numbered: bool = True) -> str:
    """A condition as its sentences; as it is written when it says more than such a list.

    `numbered`: each question with its number in the instrument.
    """
    found = sentences_of(condition)
    if found is None:
        return condition
    joint = _("and") if found.joint == ALL else _("or")
    return f" {joint} ".join(_sentence_text(definition, sentence, numbered=numbered) for sentence in found.sentences)


def only_if_text(definition: Definition, condition: str) -> str:
    """When something is asked, for who answers; empty for what is asked always."""
    if not condition:
        return ""
    return _("Only if %(condition)s.", condition=condition_text(definition, condition, numbered=False))


def _sentence_text(definition: Definition, sentence: Sentence, *, numbered: bool) -> str:
    item = definition.items.get(sentence.item)
    choices = definition.choices(item) if item else ()
    value = next((said(choice.label) for choice in choices if choice.code == sentence.value), "") or sentence.value
    verb = _(VERBS[sentence.verb])
    asked = _("« %(question)s »", question=question_text(definition, sentence.item, numbered=numbered))
    return " ".join(filter(None, (asked, verb, value)))


def change_lines(before: Definition, after: Definition, changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    """The changes in words: what each question was, and what it is."""
    for change in changes:
        here = change.part in after.items or any(section.id == change.part for section in after.sections)
        home = after if here else before
        yield {
            "heading": question_text(home, change.part) or _("The whole"),
            "comparability": _(COMPARABILITIES[change.comparability]),
            "tag": {"broken": "late", "new": "done", "same": "", "gone": "wait"}.get(change.comparability, "wait"),
            "moved": change.moved,
            "facts": [
                fact for name, (was, now) in change.fields.items() for fact in _facts(before, after, name, was, now)
            ],
            "kind": kind_text(home.items[change.part]) if change.part in home.items else "",
        }


def _facts(before: Definition, after: Definition, name: str, was: Any, now: Any) -> Iterator[tuple[str, str, str]]:
    """The name of what changed, what it was, what it is: a text once for each language in which it differs."""
    label = _(FIELDS.get(name, name))
    if not isinstance(was, dict):
        yield label, in_words(before, name, was), in_words(after, name, now)
        return
    for language in LANGUAGE_NAMES:
        if was.get(language) != now.get(language):
            told = label if language == MAIN_LANGUAGE else f"{label} ({LANGUAGE_NAMES[language]})"
            yield told, was.get(language, ""), now.get(language, "")


def _choice_text(choice: Choice) -> str:
    """A choice with its code and, where it has one, what it counts for: answers are kept by these."""
    text = f"{said(choice.label)} [{choice.code}]"
    if choice.was:
        text = _("%(choice)s, before: %(codes)s", choice=text, codes=", ".join(choice.was))
    return text if choice.score is None else f"{text} = {choice.score}"


def in_words(definition: Definition, name: str, value: Any) -> str:
    """A part of a question as text."""
    if name == "section":
        return question_text(definition, str(value))
    if name == "choices":
        return " · ".join(_choice_text(choice) for choice in value)
    if name == "languages":
        return ", ".join(LANGUAGE_NAMES[language] for language in value)
    return _value_text(value)


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return exact_day(value)
    if isinstance(value, frozenset):
        return ", ".join(_(LATITUDES[one]) for one in sorted(value))
    return str(value or "")
