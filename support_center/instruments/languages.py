"""The texts of a version in one language, beside the French ones: what is missing, and their form."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import marshmallow
from flask import url_for

from clais.forms.fields import TrimmedString
from clais.forms.schemas import Schema
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.definition import MAIN_LANGUAGE, Definition, said
from clais.instruments.rules.translations import SECTION, Key, missing_in, texts_of
from clais.instruments.schemas import LONGEST_HINT, LONGEST_LABEL
from clais.translation import N_
from clais.translation import gettext as _
from clais.translation import lazy_gettext as _l
from support_center.instruments.forms import mark_of

PREFIX = "text_"
"""What the names of the fields begin with."""
PER_PAGE = 40
ALL = "tous"
"""In an address: all texts, those too that are there."""
KINDS = {
    "title": N_("Title"),
    SECTION: N_("Heading"),
    "label": N_("Question"),
    "hint": N_("Help"),
    "constraint_message": N_("What is said otherwise"),
    "list": N_("Answer"),
}


class TextLine(NamedTuple):
    """A text: the field in which it is translated, the group that it stands in, what it is, in French and here."""

    key: Key
    name: str
    group: str
    kind: str
    french: str
    here: str


class LanguageLine(NamedTuple):
    """A language: how many of the texts are there."""

    code: str
    name: str
    done: int
    total: int

    @property
    def missing(self) -> int:
        """How many texts are shown in French instead."""
        return self.total - self.done


def language_progress(definition: Definition) -> list[LanguageLine]:
    """The languages of a version besides French, each with how far it is."""
    total = sum(1 for _text in texts_of(definition))
    return [
        LanguageLine(code, LANGUAGE_NAMES[code], total - missing, total)
        for code, missing in missing_in(definition).items()
    ]


def texts_url(version_id: UUID, language: str, *, every: bool, page: int = 1) -> str:
    """Where the texts of a version in a language stand: every one of them, or those that are missing."""
    return url_for(
        "instruments.language",
        version_id=version_id,
        language=language,
        textes=ALL if every else None,
        page=page if page > 1 else None,
    )


def text_lines(definition: Definition, language: str) -> list[TextLine]:
    """The texts of a version in their order, each beside the French one."""
    groups, numbers = dict(_groups(definition)), {name: number for number, name in enumerate(definition.items, 1)}
    return [
        TextLine(
            key,
            field_name(key),
            groups[key.field == "list", key.part],
            _kind(key, numbers),
            texts.get(MAIN_LANGUAGE, ""),
            texts.get(language, ""),
        )
        for key, texts in texts_of(definition)
    ]


def field_name(key: Key) -> str:
    """The field of a text: the same whatever stands before it."""
    return PREFIX + hashlib.sha256("\0".join(key).encode()).hexdigest()[:16]


def texts_schema(lines: Sequence[TextLine], gone: Collection[str] = ()) -> marshmallow.Schema:
    """The form of some texts; `gone` are fields whose text is there no more: what was typed is shown, and not kept."""
    asked = {
        line.name: TrimmedString(
            LONGEST_HINT if line.key.field == "hint" else LONGEST_LABEL,
            multiline=True,
            load_default="",
            metadata={"label": line.kind, "hint": line.french, "rows": 2},
        )
        for line in lines
    }
    left = {
        name: TrimmedString(LONGEST_HINT, multiline=True, metadata={"label": _l("A text that went")}) for name in gone
    }
    return Schema.from_dict({**asked, **left})()


def texts_mark(definition: Definition, language: str, names: Collection[str]) -> str:
    """What tells one state of some texts from another: their form is refused when one was saved meanwhile."""
    found = {line.name: [line.french, line.here] for line in text_lines(definition, language) if line.name in names}
    return mark_of({"language": language, "texts": found})


def _groups(definition: Definition) -> Iterator[tuple[tuple[bool, str], str]]:
    """Whether it is a list, and which part → the heading under which its texts stand."""
    yield (False, ""), _("The whole")
    for section in definition.sections:
        heading = said(section.label) or section.id
        yield (False, section.id), heading
        yield from (((False, item.id), heading) for item in section.items)
    yield from (((True, name), _("Choices: %(name)s", name=name)) for name in definition.lists)


def _kind(key: Key, numbers: Mapping[str, int]) -> str:
    word = _(KINDS[key.field])
    if key.choice:
        return f"{word} {key.choice}"
    return f"{numbers[key.part]}. {word}" if key.part and key.field != SECTION else word


def values_of(lines: Sequence[TextLine]) -> dict[str, Any]:
    """The texts by the names of their fields."""
    return {line.name: line.here for line in lines}
