"""Who has read a card and who uses a document, platform by platform, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from clais.exchange.practice.models import CardReading, PracticeCard
from clais.exchange.practice.rows import Held
from clais.listing import Cell
from clais.registry.queries import OpenPlatform
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day


class Reading(NamedTuple):
    """What a platform says of the readers of a card: counts, never names."""

    platform: str
    text: str
    kind: str


def readings_of(card: PracticeCard, platforms: Iterable[OpenPlatform], told: Sequence[CardReading]) -> list[Reading]:
    """Each platform by name: how many of how many have read this version."""
    by_platform = {row.tenant_id: row for row in told if row.number == card.number}
    found = []
    for tenant in platforms:
        row = by_platform.get(tenant.id)
        if row is None or not row.readers:
            found.append(Reading(tenant.name, _("nobody yet"), ""))
            continue
        # Who has read it and has left since is not counted; who came after the last click is not yet.
        asked = max(row.asked, row.readers)
        text = _("%(readers)s of %(asked)s", readers=row.readers, asked=asked)
        found.append(Reading(tenant.name, text, "done" if row.readers == asked else "wait"))
    return found


def readers_tag(card: PracticeCard, told: Sequence[CardReading]) -> tuple[str, str]:
    """How many have read this version of a card, in all platforms, and the kind of the tag."""
    readers = sum(row.readers for row in told if row.number == card.number)
    return ngettext("%(num)d reader", "%(num)d readers", readers), "done" if readers else ""


class Use(NamedTuple):
    platform: str
    text: str
    is_behind: bool


def uses_of(held: Held, platforms: Mapping[UUID, str]) -> list[Use]:
    """The platforms that use a document: those with an older version first."""
    found = [
        Use(
            platforms[use.tenant_id],
            _("version %(number)s since %(day)s", number=use.number, day=near_day(use.since)),
            use in held.behind,
        )
        for use in held.uses
        if use.tenant_id in platforms
    ]
    return sorted(found, key=lambda use: (not use.is_behind, use.platform))


def use_cell(held: Held) -> Cell:
    """How many platforms use a document, and how many of them an older version."""
    if not held.uses:
        return Cell(_("nobody yet"), missing=True)
    behind = len(held.behind)
    older = ngettext("%(num)d in an older version", "%(num)d in an older version", behind) if behind else ""
    return Cell(ngettext("%(num)d platform", "%(num)d platforms", len(held.uses)), older)
