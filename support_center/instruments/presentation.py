"""Instruments and their versions in words, for several pages."""

from collections.abc import Sequence
from typing import Any

from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.rules.definition import Definition
from clais.instruments.rules.difference import COMPARABLE, Change, Comparability, differences
from clais.instruments.rules.problems import Problem, blocking
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day
from support_center.instruments.workflow import VERSION

TAGS = {"draft": "wait", "in_review": "wait", "published": "done", "closing": "late", "retired": ""}
STEPS = ("draft", "in_review", "published", "closing", "retired")


def state_text(version: InstrumentVersion) -> str:
    """Where a version stands, with the day that counts."""
    if version.state == "retired" and version.published_at is None:
        return _("Given up")
    state = _(VERSION.states[version.state])
    if version.state == "in_review" and version.review_until:
        return _("%(state)s until %(day)s", state=state, day=near_day(version.review_until))
    if version.state == "published" and version.published_at:
        return _("%(state)s since %(day)s", state=state, day=near_day(version.published_at))
    if version.state == "closing" and version.closing_on:
        return _("%(state)s since %(day)s", state=state, day=near_day(version.closing_on))
    return state


def path_of(version: InstrumentVersion) -> list[dict[str, Any]]:
    """The steps of a version, as its path shows them."""
    if version.state == "retired" and version.published_at is None:
        given_up = {"label": _("Given up"), "note": "", "state": "here"}
        return [{"label": _(VERSION.states[VERSION.initial]), "note": "", "state": "past"}, given_up]
    here = STEPS.index(version.state)
    notes = {
        "in_review": near_day(version.review_until) if version.review_until else "",
        "published": near_day(version.published_at) if version.published_at else "",
    }
    return [
        {
            "label": _(VERSION.states[state]),
            "note": notes.get(state, ""),
            "state": "past" if place < here else "here" if place == here else "ahead",
        }
        for place, state in enumerate(STEPS)
    ]


def effects(
    definition: Definition, earlier: tuple[int, Definition] | None, trials: int, under_way: int, files: int
) -> list[tuple[str, str, str]]:
    """What would happen if a version were published today: an icon, a sentence, and what belongs to it.

    `under_way` and `files` are what the platforms counted: fillings that are open, and files that have finished ones.
    """
    found: list[tuple[str, str, str]] = []
    if earlier is not None:
        number, before = earlier
        changes = differences(before, definition)
        compare = len(definition.items) - sum(
            change.comparability not in COMPARABLE for change in changes if change.comparability != "gone"
        )
        found.append(
            (
                "check2-circle",
                ngettext(
                    "%(num)d question compares with version %(number)s",
                    "%(num)d questions compare with version %(number)s",
                    compare,
                    number=number,
                ),
                _counted(changes),
            )
        )
    if trials:
        found.append(
            (
                "trash",
                ngettext("%(num)d trial answer will be erased", "%(num)d trial answers will be erased", trials),
                _("they count nowhere"),
            )
        )
    if under_way:
        found.append(
            (
                "pencil",
                ngettext("%(num)d filling is under way", "%(num)d fillings are under way", under_way),
                _("each goes on with its version, or with this one if all that is answered means the same"),
            )
        )
    if files:
        found.append(
            (
                "lock",
                ngettext("%(num)d file keeps what was asked", "%(num)d files keep what was asked", files),
                _("what is finished never moves to another version"),
            )
        )
    return found


def still_on_text(platforms: int, under_way: int) -> str:
    """Who still works with a version that is to end; empty when nobody does."""
    if not platforms:
        return ""
    text = ngettext("%(num)d platform works with it.", "%(num)d platforms work with it.", platforms)
    if under_way:
        text += " " + ngettext(
            "%(num)d filling is under way there: it is kept, and marked.",
            "%(num)d fillings are under way there: they are kept, and marked.",
            under_way,
        )
    return text


def _counted(changes: Sequence[Change]) -> str:
    new = sum(change.comparability is Comparability.NEW for change in changes)
    gone = sum(change.comparability is Comparability.GONE for change in changes)
    broken = sum(change.comparability is Comparability.BROKEN for change in changes)
    parts = [
        ngettext("%(num)d new", "%(num)d new", new) if new else "",
        ngettext("%(num)d gone", "%(num)d gone", gone) if gone else "",
        ngettext("%(num)d does not compare any more", "%(num)d do not compare any more", broken) if broken else "",
    ]
    return ", ".join(filter(None, parts))


def problems_note(problems: Sequence[Problem]) -> str:
    """How many problems block, and how many are to be looked at again."""
    blocks = len(blocking(problems))
    others = len(problems) - blocks
    parts = [
        ngettext("%(num)d blocks", "%(num)d block", blocks) if blocks else "",
        ngettext("%(num)d to look at again", "%(num)d to look at again", others) if others else "",
    ]
    return ", ".join(filter(None, parts))
