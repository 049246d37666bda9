"""The rows that the demo claims, as they stand in its ledgers: of some people, in plain values."""

import json
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from clais.database import Base
from clais.encryption import Keyring
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage
from config.demo.engine.desk import Desk
from config.features import METADATA

GOING_WITH_CONSENT = (Referral, Parcel, ReferralEvent, ReferralMessage)

Row = dict[str, Any]


class DemoRows:
    """Every row of the demo, by table."""

    def __init__(self, desks: Iterable[Desk], keyring: Keyring) -> None:
        self.desks, self.keyring = list(desks), keyring
        self._read: dict[str, list[Row]] = {}
        self._places: dict[tuple[str, str], dict[Any, list[int]]] = {}

    def all(self, model: type[Base]) -> list[Row]:
        """The rows of a table, JSON parsed and sealed columns opened."""
        if model.__tablename__ not in self._read:
            table = METADATA.tables[model.__tablename__]
            self._read[table.name] = [
                in_plain(self.keyring, table, _parsed(table, row))
                for desk in self.desks
                for ledger in (desk.ledger, desk.answers)
                for row in ledger.read(model)
            ]
            if model in GOING_WITH_CONSENT:
                self._close_withdrawn(self._read[table.name])
        return self._read[model.__tablename__]

    def _close_withdrawn(self, lines: list[Row]) -> None:
        """Close what stands on a withdrawn referral, as `config.demo.referrals.writing.close_withdrawn` does."""
        withdrawn = {row["referral_id"]: row["withdrawn_at"] for row in self.all(Consent)}
        for line in lines:
            line["withdrawn_at"] = withdrawn[line.get("referral_id") or line["id"]]
            line["in_force"] = line["withdrawn_at"] is None

    def of(self, model: type[Base], **values: Any) -> list[Row]:
        """The rows of a table that hold these values; a collection of values means one of them."""
        return [row for row in self._near(model, values) if all(_fits(row[n], value) for n, value in values.items())]

    def _near(self, model: type[Base], values: Row) -> list[Row]:
        """The rows that hold one of the keys asked for; all rows where no key is asked for."""
        rows = self.all(model)
        name = next((name for name in values if name == "id" or name.endswith("_id")), None)
        if name is None:
            return rows
        places = self._places_by(model, name, rows)
        wanted = values[name] if _several(values[name]) else [values[name]]
        return [rows[place] for place in sorted({place for one in wanted for place in places.get(one, ())})]

    def _places_by(self, model: type[Base], name: str, rows: list[Row]) -> dict[Any, list[int]]:
        key = (model.__tablename__, name)
        if sum(map(len, self._places.get(key, {}).values())) != len(rows):
            found: dict[Any, list[int]] = {}
            for place, row in enumerate(rows):
                found.setdefault(row[name], []).append(place)
            self._places[key] = found
        return self._places[key]

    def one(self, model: type[Base], **values: Any) -> Row:
        """The only row of a table that holds these values."""
        (found,) = self.of(model, **values)
        return found


def in_plain(keyring: Keyring, table: Table, row: Row) -> Row:
    """A row with what is sealed opened: the same facts never give the same bytes."""
    plain = dict(row)
    for column in table.columns:
        value = plain.get(column.name)
        if isinstance(value, bytes) and not column.name.endswith("_hash"):
            opened = keyring.decrypt(
                value, table=table.name, column=column.name, tenant_id=row["tenant_id"], row_id=row["id"]
            )
            plain[column.name] = json.loads(opened) if column.name == "sealed" else opened
    return plain


def _parsed(table: Table, row: Row) -> Row:
    """A row of a ledger, which holds JSON as text."""
    names = [column.name for column in table.columns if isinstance(column.type, JSONB)]
    return row | {name: json.loads(row[name]) for name in names if isinstance(row.get(name), str)}


def moment_of(key: UUID) -> Any:
    """The milliseconds at which a key was made, for rows that hold no moment of their own."""
    return key.int >> 80


def _fits(found: Any, wanted: Any) -> bool:
    return found in wanted if _several(wanted) else found == wanted


def _several(wanted: Any) -> bool:
    return isinstance(wanted, Collection) and not isinstance(wanted, str)
