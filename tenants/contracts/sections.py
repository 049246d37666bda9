"""The contracts on the file of a person: what is next, and all of them on the path."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, lateness, row_day
from tenants.contracts.choices import KINDS
from tenants.contracts.coverage import ASKS_FOR_CONTRACT
from tenants.contracts.presentation import period, progress, state_of
from tenants.contracts.rules.figures import Figures, figures
from tenants.contracts.workflow import CONTRACT, WRITE
from tenants.file.queries import newest
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A contract on the path of a person."""

    url: str
    title: str
    days: str
    tag: str
    kind: str
    why: str


def contracts_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The contracts of a person, the newest first; without any, only where the status asks for one."""
    found = newest(session, person.id, actor)["contracts"]
    is_asked = person.status == ASKS_FOR_CONTRACT and person.stage in OPEN_STAGES
    if not found and not is_asked:
        return None
    return {
        "lines": [_line(contract, figures(session, contract.starts_on)) for contract in found],
        "may_write": actor.may(WRITE) and person.stage in OPEN_STAGES,
    }


def _line(contract: Any, rules: Figures) -> ContractLine:
    tag, kind = state_of(contract, rules)
    signed = contract.state in {"running", "ended"}
    return ContractLine(
        url_for("contracts.show", person_id=contract.person_id, contract_id=contract.id),
        _(KINDS[contract.kind]),
        period(contract),
        tag,
        kind,
        progress(contract.number, contract.held, contract.in_person, rules) if signed else "",
    )


def next_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What the contracts under way wait for first, as a row of what comes next; None in a closed file."""
    if person.stage not in OPEN_STAGES:
        return None
    found = newest(session, person.id, actor)["contracts"]
    rows = [row for contract in found if (row := _next(contract, figures(session)))]
    first = min(rows, key=lambda row: row["first_on"], default=None)
    return first and {**first, "may_write": actor.may(WRITE)}


def _next(contract: Any, rules: Figures) -> dict[str, Any] | None:
    """The next step of a contract: its signature, its next evaluation or its end, whichever comes first."""
    day, title = today(), _(KINDS[contract.kind])
    if contract.state == "decided":
        return _row(contract, "issue", contract.decided_on, _("%(kind)s to give to the person", kind=title))
    if contract.state == "issued":
        until = rules.thought_until(contract.issued_on)
        return _row(contract, "sign", until, _("%(kind)s to sign", kind=title))
    if contract.state != "running":
        return None
    is_over = contract.ends_on < day
    if is_over or (contract.next_on is None and (contract.ends_on - day).days <= rules.notice):
        return _row(contract, "end", contract.ends_on, _("%(kind)s: the term", kind=title), is_due=is_over)
    if contract.next_on is None:
        return None
    return {
        "first_on": contract.next_on,
        "when": row_day(contract.next_on),
        "distance": beside_row_day(contract.next_on),
        "title": _("%(kind)s to evaluate", kind=title),
        "late": lateness(contract.next_on) if contract.next_on < day else "",
        "why": progress(contract.number, contract.held, contract.in_person, rules),
        "act_label": _("Evaluate"),
        "act_url": url_for("contracts.hold", person_id=contract.person_id, contract_evaluation_id=contract.next_id),
    }


def _row(contract: Any, step: str, day: date, title: str, *, is_due: bool = False) -> dict[str, Any]:
    return {
        "first_on": day,
        "when": row_day(day),
        "distance": beside_row_day(day),
        "title": title,
        "late": lateness(day) if is_due else "",
        "why": period(contract),
        "act_label": _(CONTRACT.label_of(step)),
        "act_url": url_for(f"contracts.{step}", person_id=contract.person_id, contract_id=contract.id),
    }
