"""The form of a question, made from the draft that it stands in: its texts in each language, its choices."""

from collections.abc import Iterable
from typing import Any

from marshmallow import fields, validate

from clais.forms.choices import choices_of
from clais.forms.fields import Identifier, OneChoice, SeveralChoices, TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.choices import ITEM_KINDS, JOINTS, LANGUAGE_NAMES, LATITUDES, OF_ITEM, VERBS
from clais.instruments.rules.definition import MAIN_LANGUAGE, Definition, Item, Latitude, said
from clais.instruments.rules.sentences import ALL
from clais.instruments.schemas import LONGEST_EXPRESSION, LONGEST_HINT, LONGEST_LABEL
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.instruments.schemas import is_code, numbered

FEW = 3
"""How many choices tell which list is meant."""


class ConditionRowSchema(Schema):
    """One sentence of a condition."""

    item = Identifier(
        40,
        required=True,
        metadata={"label": _l("Question"), "ask": _l("Choose the question."), "widget": "select"},
    )
    verb = OneChoice(
        choices_of(VERBS),
        required=True,
        metadata={"label": _l("Comparison"), "ask": _l("Choose the comparison.")},
    )
    value = TrimmedString(100, load_default="", metadata={"label": _l("Answer")})


def question_schema(definition: Definition, item: Item | None = None) -> type[Schema]:
    """The form of a question in a definition: its texts in each language, its choices among what there is."""
    made = (
        _answer_fields(definition) | _condition_fields(definition, item.id if item else "") | _name_fields(definition)
    )
    return Schema.from_dict(made, name="QuestionSchema")  # type: ignore[return-value]


def _answer_fields(definition: Definition) -> dict[str, Any]:
    """What is asked, and how it is answered."""
    return {
        **_texts(definition, "label", LONGEST_LABEL, _l("Question")),
        **_texts(definition, "hint", LONGEST_HINT, _l("Help")),
        "kind": OneChoice(
            choices_of(ITEM_KINDS),
            required=True,
            metadata={"label": _l("Kind of answer"), "ask": _l("Choose the kind of answer.")},
        ),
        "list": OneChoice(
            [("", _("No list")), *((name, _list_label(definition, name)) for name in definition.lists)],
            load_default="",
            metadata={"label": _l("Choices")},
        ),
        "required": fields.Boolean(load_default=False, metadata={"label": _l("An answer is needed")}),
        "sealed": fields.Boolean(
            load_default=False, metadata={"label": _l("Sensitive: kept sealed, read by who follows the person")}
        ),
    }


def _condition_fields(definition: Definition, own: str) -> dict[str, Any]:
    """When it is asked, and what its answer must fulfil."""
    item = OneChoice(
        numbered(definition, own),
        required=True,
        metadata={"label": _l("Question"), "ask": _l("Choose the question.")},
    )
    row = ConditionRowSchema.from_dict({"item": item}, name="ConditionRow")
    return {
        "joint": OneChoice(
            choices_of(JOINTS), load_default=ALL, metadata={"label": _l("When"), "widget": "radio", "inline": True}
        ),
        "conditions": fields.List(
            fields.Nested(row),
            load_default=list,
            validate=validate.Length(max=20),
            metadata={"label": _l("Shown if"), "extra_rows": 0, "add_label": _l("Add a condition")},
        ),
        "shown_if": TrimmedString(
            LONGEST_EXPRESSION,
            load_default="",
            metadata={"label": _l("Condition, written out"), "hint": _l("Instead of the sentences above.")},
        ),
        "constraint": TrimmedString(
            LONGEST_EXPRESSION,
            load_default="",
            metadata={"label": _l("What an answer must fulfil"), "hint": _l("A dot is the answer: . >= 0")},
        ),
        **_texts(definition, "constraint_message", LONGEST_LABEL, _l("What is said otherwise"), required=False),
    }


def _name_fields(definition: Definition) -> dict[str, Any]:
    """Where it stands, what it is called in data, and what a platform may do with it."""
    return {
        "section": OneChoice(
            [(section.id, said(section.label) or section.id) for section in definition.sections],
            required=True,
            metadata={"label": _l("Section"), "ask": _l("Choose the section.")},
        ),
        "dimension": Identifier(40, load_default="", metadata={"label": _l("Dimension that it feeds")}),
        "allows": SeveralChoices(
            choices_of({code: LATITUDES[code] for code in OF_ITEM}),
            load_default=list,
            metadata={"label": _l("A platform may…")},
        ),
        "id": Identifier(
            40,
            required=True,
            validate=is_code,
            metadata={"label": _l("Code"), "ask": _l("Give the code."), "hint": _l("The name of the answer in data.")},
        ),
    }


def text_name(name: str, language: str) -> str:
    """The field of a text in a language: label_fr_facile."""
    return f"{name}_{language.replace('-', '_')}"


def _texts(
    definition: Definition, name: str, longest: int, label: Any, *, required: bool = True
) -> dict[str, TrimmedString]:
    found = {}
    for language in _languages(definition):
        is_main = language == MAIN_LANGUAGE
        asked = required and is_main and name == "label"
        own = label if is_main else f"{label} ({LANGUAGE_NAMES[language]})"
        about = {"label": own, "rows": 2, "ask": _l("Write the question.")}
        options: dict[str, Any] = {"required": True} if asked else {"load_default": ""}
        found[text_name(name, language)] = TrimmedString(longest, multiline=True, metadata=about, **options)
    return found


def _languages(definition: Definition) -> Iterable[str]:
    return dict.fromkeys((MAIN_LANGUAGE, *definition.languages))


def _list_label(definition: Definition, name: str) -> str:
    choices = [said(choice.label) or choice.code for choice in definition.lists[name]]
    more = ", …" if len(choices) > FEW else ""
    return f"{name} ({', '.join(choices[:FEW])}{more})"


def latitudes_of(codes: Iterable[str]) -> frozenset[Latitude]:
    """What a form allows."""
    return frozenset(map(Latitude, codes))
