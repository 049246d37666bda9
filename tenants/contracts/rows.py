"""The files without a contract as rows of the coordinator's list, and their share in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Row

from clais.clock import today
from clais.database import ScopedSession
from clais.dates import months_after
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day, row_distance
from tenants.contracts.coverage import Share
from tenants.contracts.rules.figures import Figures
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url


@dataclass(frozen=True, slots=True)
class WithoutContractRow:
    """A file that asks for a contract and has none."""

    person_id: UUID
    name: str
    url: str
    since: str
    why: str
    is_late: bool
    act_label: str
    act_url: str


def without_contract_row(session: ScopedSession, row: Row[*tuple[Any, ...]], figures: Figures) -> WithoutContractRow:
    """The row of a file; `is_late` when the time to have a contract is over."""
    since: date = row.since
    prepared = row.contract_id is not None
    return WithoutContractRow(
        row.person_id,
        name_in_row(session, row),
        file_url(row.person_id),
        row_distance(since),
        _why(row),
        months_after(since, figures.delay) < today(),
        _("Open the contract") if prepared else _("Note the decision"),
        url_for("contracts.show", person_id=row.person_id, contract_id=row.contract_id)
        if prepared
        else url_for("contracts.new", person_id=row.person_id),
    )


def _why(row: Row[*tuple[Any, ...]]) -> str:
    if row.contract_id is None:
        prepared = _("Nothing decided.")
    elif row.state == "issued":
        prepared = _("Given to read on %(day)s, not signed yet.", day=near_day(row.issued_on))
    else:
        prepared = _("Decided on %(day)s, not given yet.", day=near_day(row.decided_on))
    return _("%(prepared)s Referent: %(name)s.", prepared=prepared, name=row.referent or _("nobody"))


def share_in_words(share: Share) -> str:
    """« 14 dossiers RI sur 20 ont un contrat ; 3 autres sont en préparation. »"""
    said = ngettext(
        "%(covered)s file with RI of %(num)d has a contract",
        "%(covered)s files with RI of %(num)d have a contract",
        share.files,
        covered=share.covered,
    )
    if not share.prepared:
        return said + "."
    return said + ngettext("; %(num)d more is being prepared.", "; %(num)d more are being prepared.", share.prepared)
