"""What hinders and what carries someone, with its history: from bilans, and from what was learnt between them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clais.database import ScopedSession
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.difference import COMPARABLE, Comparability
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day
from tenants.obstacles.choices import LEARNT, LIFTED, LIFTED_HOW
from tenants.obstacles.rules.history import History, Seen, histories, points
from tenants.orientation.answered import Answered, answered
from tenants.orientation.asked import Questions, compared, questions_then
from tenants.orientation.rules.dimensions import ARTICLES, BY_CODE, DETECTED_BY, LEVELS


@dataclass(frozen=True, slots=True)
class Known:
    """The obstacles of today, those that are lifted, the resources, and the dimensions that cannot be read here."""

    present: list[History]
    lifted: list[History]
    resources: list[History]
    unreadable: list[str]

    def of(self, dimension: str) -> History | None:
        """What is known of a dimension, if it is an obstacle or was one."""
        return next((one for one in (*self.present, *self.lifted) if one.dimension.code == dimension), None)


def known_of(
    session: ScopedSession,
    bilans: Sequence[Any],
    changes: Iterable[Any],
    answers: Mapping[UUID, Answered] | None = None,
) -> Known:
    """What hinders and what carries someone, from their bilans and from what was learnt between them.

    `answers` are those of the bilans, when they are read already.
    """
    every = answers or answered(session, bilans, services().keyring)
    seen: dict[str, list[tuple[datetime, Seen]]] = {}
    asked_last: dict[str, Questionnaire] = {}
    unreadable: set[str] = set()
    for bilan in sorted(bilans, key=lambda one: (one.made_on, one.id)):
        found = every[bilan.id]
        asked = questions_then(session, found.content_id, found.layer_id)
        for code, answer in found.answers.items():
            if not answer.readable:
                unreadable.add(code)
                continue
            words, otherwise = Questions(asked).words(code, answer.level), _otherwise(asked_last.get(code), asked, code)
            asked_last[code] = asked
            one = Seen(
                bilan.made_on,
                answer.level,
                words,
                bilan.made_by,
                noticed_by=answer.detected_by,
                note=answer.note,
                apart=otherwise,
                key=str(bilan.id),
            )
            seen.setdefault(code, []).append((bilan.created_at, one))
    for change in changes:
        seen.setdefault(change.dimension, []).append((change.created_at, _learnt(change)))
    # A dimension one of whose answers cannot be read has no history that could be trusted.
    ordered = {code: _in_order(found) for code, found in seen.items() if code not in unreadable}
    labels = [_(BY_CODE[code].label) for code in BY_CODE if code in unreadable]
    return Known(*histories(ordered, BY_CODE), labels)


def _otherwise(then: Questionnaire | None, asked: Questionnaire, dimension: str) -> bool:
    """Whether a dimension is asked so differently that its answers do not compare."""
    if then is None or then is asked:
        return False
    return compared(then, asked).get(dimension, Comparability.SAME) not in COMPARABLE


def _in_order(seen: Iterable[tuple[datetime, Seen]]) -> list[Seen]:
    """By the day, and of one day as it was written."""
    return [one for _written_at, one in sorted(seen, key=lambda each: (each[1].day, each[0]))]


def _learnt(change: Any) -> Seen:
    words = _("lifted") if change.level == LIFTED else _(LEVELS[change.level])
    return Seen(
        change.seen_on,
        change.level,
        words,
        change.noted_by,
        change.source,
        change.noticed_by,
        change.note,
        change.lifted_how,
        key=str(change.id),
    )


def line_of(history: History) -> dict[str, Any]:
    """One obstacle or resource as a row: its words, its picture, since when and by whom."""
    first = history.found if history.is_open or history.lifted else history.last
    return {
        "code": history.dimension.code,
        "icon": history.dimension.icon,
        "label": _(history.dimension.label),
        "article": ARTICLES.get(history.dimension.code),
        "words": history.last.words,
        "points": points(history),
        "movement": _movement(history),
        "since": _("known since %(day)s", day=near_day(first.day)),
        "by": _learnt_by(first),
        "again": ngettext("came back %(num)d time", "came back %(num)d times", history.times - 1)
        if history.times > 1
        else "",
        "note": history.last.note,
    }


def resource_of(history: History) -> dict[str, Any]:
    """A resource as a row."""
    first = history.carries_since
    return line_of(history) | {
        "since": _("known since %(day)s", day=near_day(first.day)),
        "by": _learnt_by(first),
        "again": "",
    }


def lifted_of(history: History) -> dict[str, Any]:
    """A lifted obstacle as a row: from when to when, and how."""
    last = history.lifted or history.last
    how = _(LIFTED_HOW[last.lifted_how]) if last.lifted_how else _("said by the bilan")
    return line_of(history) | {
        "lifted_on": _("lifted on %(day)s", day=near_day(last.day)),
        "how": how,
        "since": _("found on %(day)s", day=near_day(history.found.day)),
        "note": last.note,
        "by": _learnt_by(last),
    }


def moments_of(history: History) -> list[dict[str, Any]]:
    """All that was seen, the newest first, in words."""
    return [
        {
            "day": one.day,
            "words": one.words,
            "how": _(LIFTED_HOW[one.lifted_how]) if one.lifted_how else "",
            "by": _learnt_by(one),
            "noticed_by": _(DETECTED_BY[one.noticed_by]) if one.noticed_by else "",
            "note": one.note,
            "apart": one.apart,
        }
        for one in reversed(history.seen)
    ]


def _learnt_by(seen: Seen) -> str:
    return _("%(source)s, %(name)s", source=_(LEARNT[seen.source]), name=seen.by)


def _movement(history: History) -> str:
    """How it moved last, in words; empty when it was seen once, or when the two do not compare."""
    *_others, before, now = (None, *history.seen)
    if before is None or now is None or now.apart:
        return ""
    if now.level == before.level:
        return _("the same")
    return _("better") if now.level > before.level else _("less good")
