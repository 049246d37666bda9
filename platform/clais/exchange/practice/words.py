"""The charter of words of a basin: an instrument of the kind « words », whose items are terms. A page each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select

from clais.database import ScopedSession
from clais.database.remembered import RememberedOfBasin
from clais.exchange.publications.instruments import IN_USE
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, Section, said
from clais.instruments.rules.difference import differences
from clais.instruments.schemas import from_json
from clais.instruments.wording import change_lines
from clais.text import fold
from clais.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the charter that was published."""

    instrument_id: UUID
    owner_tenant_id: UUID
    version_id: UUID
    number: int
    published_at: datetime
    is_in_use: bool
    definition: Definition


@dataclass(frozen=True, slots=True)
class Word:
    """A term: what it means, and the codes that it can have."""

    code: str
    label: str
    meaning: str
    section: str
    choices: tuple[Choice, ...]


_EDITIONS = (
    select(
        Instrument.id,
        Instrument.owner_tenant_id,
        InstrumentVersion.id.label("version_id"),
        InstrumentVersion.number,
        InstrumentVersion.published_at,
        InstrumentVersion.state,
        InstrumentContent.definition,
    )
    .join(
        InstrumentVersion,
        (InstrumentVersion.owner_tenant_id == Instrument.owner_tenant_id)
        & (InstrumentVersion.instrument_id == Instrument.id),
    )
    .join(
        InstrumentContent,
        (InstrumentContent.owner_tenant_id == InstrumentVersion.owner_tenant_id)
        & (InstrumentContent.instrument_version_id == InstrumentVersion.id),
    )
    .where(
        Instrument.basin_id == bindparam("basin"),
        Instrument.kind == InstrumentKind.WORDS.value,
        InstrumentVersion.published_at.is_not(None),
        InstrumentContent.released,
    )
    .order_by(InstrumentVersion.published_at.desc())
)


def _read_editions(session: ScopedSession) -> tuple[Edition, ...]:
    rows = session.execute(_EDITIONS, {"basin": session.scope.basin_id}).all()
    # A basin has one charter: that whose version was published last.
    return tuple(
        Edition(
            row.id, row.owner_tenant_id, row.version_id, row.number, row.published_at, row.state in IN_USE,
            from_json(row.definition),
        )
        for row in rows if row.id == rows[0].id
    )  # fmt: skip


EDITIONS = RememberedOfBasin(_read_editions)
"""The versions of the charter of a basin, the newest first. What was released never changes."""


def charter(session: ScopedSession) -> Edition | None:
    """The version of the charter that is in use."""
    return next((edition for edition in EDITIONS.of(session) if edition.is_in_use), None)


def codes(session: ScopedSession) -> frozenset[str]:
    """The codes of the terms, for links from labels of fields."""
    edition = charter(session)
    return frozenset(edition.definition.items) if edition else frozenset()


def words_of(edition: Edition, asked: str = "") -> list[Word]:
    """The terms in the order of their names; those that have all that is asked in their name or meaning."""
    definition = edition.definition
    found = sorted((_word(definition, *placed) for placed in definition.placed()), key=_by_name)
    wanted = fold(asked).split()
    return [word for word in found if all(part in fold(f"{word.label} {word.meaning}") for part in wanted)]


def word_of(edition: Edition, code: str) -> Word | None:
    """One term."""
    return next((word for word in words_of(edition) if word.code == code), None)


def _word(definition: Definition, section: Section, item: Item) -> Word:
    label = said(item.label) or item.id
    return Word(item.id, label, said(item.hint), said(section.label), definition.choices(item))


def _by_name(word: Word) -> str:
    return fold(word.label)


@dataclass(frozen=True, slots=True)
class Past:
    """What one version did to a term: it came in, or changed; `facts` are name, before, now."""

    number: int
    published_at: datetime
    text: str
    facts: tuple[tuple[str, str, str], ...]


def past_of(editions: Sequence[Edition], code: str) -> list[Past]:
    """What became of a term from version to version, the newest first."""
    return list(reversed(list(_past(list(reversed(editions)), code))))


def _past(editions: Sequence[Edition], code: str) -> Iterator[Past]:
    earlier: Edition | None = None
    for edition in editions:
        was_there = earlier is not None and code in earlier.definition.items
        is_there = code in edition.definition.items
        if is_there and not was_there:
            yield Past(edition.number, edition.published_at, _("The word came in."), ())
        elif was_there and not is_there:
            yield Past(edition.number, edition.published_at, _("The word went out."), ())
        elif was_there and earlier is not None:
            yield from _changed(earlier, edition, code)
        earlier = edition


def _changed(earlier: Edition, edition: Edition, code: str) -> Iterator[Past]:
    changes = [one for one in differences(earlier.definition, edition.definition) if one.part == code and one.fields]
    for line in change_lines(earlier.definition, edition.definition, changes):
        yield Past(edition.number, edition.published_at, _("It was worded anew."), tuple(line["facts"]))
