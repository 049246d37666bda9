"""The form of a bilan: its fields per dimension, its values, its two versions in a conflict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clais.encryption import DecryptionFailed
from clais.forms.bound import BoundField
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.formatting import day_as
from tenants.orientation.answers import Answer
from tenants.orientation.models import Bilan
from tenants.orientation.rules.dimensions import ARTICLES, DETECTED_BY, DIMENSIONS, DISTANCES, LEVELS, Dimension

MONTHS_WITHOUT_YEAR = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One dimension on the form: its fields, and the last answer of this person."""

    dimension: Dimension
    level: BoundField[Form]
    detected_by: BoundField[Form]
    note: BoundField[Form]
    before: str | None
    before_level: str | None
    before_note: str | None
    article: str | None

    @property
    def is_open(self) -> bool:
        """Whether the folded part has a value or an error."""
        return bool(self.note.value or self.detected_by.value or self.note.errors or self.detected_by.errors)


def lines(form: Form, earlier: Mapping[str, tuple[Answer, date]], today: date) -> list[Line]:
    """The dimensions of the form in order, each with the earlier answer of the same person."""
    return [
        Line(
            dimension=dimension,
            level=form[f"{dimension.code}_level"],
            detected_by=form[f"{dimension.code}_by"],
            note=form[f"{dimension.code}_note"],
            before=_before(earlier.get(dimension.code), today),
            before_level=str(earlier[dimension.code][0].level) if dimension.code in earlier else None,
            before_note=earlier[dimension.code][0].note if dimension.code in earlier else None,
            article=ARTICLES.get(dimension.code),
        )
        for dimension in DIMENSIONS
    ]


def _before(found: tuple[Answer, date] | None, today: date) -> str | None:
    if found is None:
        return None
    answer, day = found
    return _("in %(month)s: %(level)s", month=month_of(day, today), level=_(LEVELS[answer.level]))


def month_of(day: date, today: date) -> str:
    """« avril », or « avril 2024 » after MONTHS_WITHOUT_YEAR months."""
    recent = (today - day).days < MONTHS_WITHOUT_YEAR * 30
    return day_as(day, "LLLL" if recent else "LLLL y")


def answers_in(data: Mapping[str, Any]) -> dict[str, Answer]:
    """The answered dimensions of a valid form; a note without a level is not an answer."""
    return {
        dimension.code: Answer(
            int(data[f"{dimension.code}_level"]), data[f"{dimension.code}_by"], data[f"{dimension.code}_note"]
        )
        for dimension in DIMENSIONS
        if data[f"{dimension.code}_level"] is not None
    }


def notes_without_level(data: Mapping[str, Any]) -> list[Dimension]:
    """The dimensions with a note but no level: the note would be lost."""
    return [d for d in DIMENSIONS if data[f"{d.code}_note"] and data[f"{d.code}_level"] is None]


def values_of(bilan: Bilan, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The values of the form of a stored bilan. Raises DecryptionFailed when an answer cannot be read."""
    if not all(answer.readable for answer in answers.values()):
        raise DecryptionFailed
    values: dict[str, Any] = {
        "distance": str(bilan.distance) if bilan.distance is not None else None,
        "summary": bilan.summary,
    }
    for code, answer in answers.items():
        values |= {f"{code}_level": str(answer.level), f"{code}_by": answer.detected_by, f"{code}_note": answer.note}
    return values


Pairs = list[tuple[str, str]]


def two_versions(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> tuple[Pairs, Pairs]:
    """The (question, answer) pairs of two bilans where they differ; both arguments are values of the form."""
    both = [(mine, theirs) for mine, theirs in zip(_in_words(typed), _in_words(stored), strict=True) if mine != theirs]
    return [mine for mine, _theirs in both], [theirs for _mine, theirs in both]


def _in_words(values: Mapping[str, Any]) -> Pairs:
    distance = values.get("distance")
    return [
        *((_(dimension.label), _dimension_in_words(dimension.code, values)) for dimension in DIMENSIONS),
        (_("Distance to employment"), _(DISTANCES[int(distance)]) if distance else ""),
        (_("In a few words"), values.get("summary") or ""),
    ]


def _dimension_in_words(code: str, values: Mapping[str, Any]) -> str:
    """The level, who noticed it, and the note below."""
    level, detected_by = values.get(f"{code}_level"), values.get(f"{code}_by")
    parts = [_(LEVELS[int(level)])] if level is not None else []
    parts += [_(DETECTED_BY[detected_by])] if detected_by else []
    return "\n".join(filter(None, (" · ".join(parts), values.get(f"{code}_note"))))
