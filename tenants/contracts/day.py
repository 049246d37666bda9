"""On someone's day: contracts to evaluate, to sign, and those that end."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import lateness, near_day, relative_day
from tenants.contracts.rules.figures import figures
from tenants.contracts.waiting import ENDS, EVALUATE, waiting
from tenants.contracts.workflow import CONTRACT
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url


def contracts(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """What the contracts of the people whom the actor follows wait for."""
    for row in waiting(session, actor, services().permissions, figures(session), MOST):
        yield Waiting(
            _urgency(row),
            name_in_row(session, row),
            partial(_words, row),
            row.day,
            # With the day: what is planned on another one waits anew.
            subject=f"{row.evaluation_id or row.contract_id} {row.kind} {row.day.isoformat()}",
            icon="file-earmark-text",
            person_id=row.person_id,
        )


def _urgency(row: Row[*tuple[Any, ...]]) -> int:
    if row.kind not in {EVALUATE, ENDS}:
        return TODAY
    return LATE + 1 if row.day < today() else TODAY if row.day == today() else SOON


def _words(row: Row[*tuple[Any, ...]]) -> Words:
    if row.kind == EVALUATE:
        return Words(
            _("Contract to evaluate: %(rank)s of %(number)s.", rank=row.rank, number=row.number),
            _("Evaluate"),
            url_for("contracts.hold", person_id=row.person_id, contract_evaluation_id=row.evaluation_id),
            *_tag(row),
            who_url=file_url(row.person_id),
        )
    address = {"person_id": row.person_id, "contract_id": row.contract_id}
    if row.kind == ENDS and row.day >= today():
        return Words(
            _("The contract ends on %(day)s: what follows?", day=near_day(row.day)),
            _("Open the contract"),
            url_for("contracts.show", **address),
            *_tag(row),
            who_url=file_url(row.person_id),
        )
    if row.kind == ENDS:
        return Words(
            _("The contract came to its term on %(day)s: is it over?", day=near_day(row.day)),
            _(CONTRACT.label_of("end")),
            url_for("contracts.end", **address),
            *_tag(row),
            who_url=file_url(row.person_id),
        )
    return Words(
        _("Contract given on %(day)s, the time to think is over: is it signed?", day=near_day(row.day)),
        _(CONTRACT.label_of("sign")),
        url_for("contracts.sign", **address),
        _("to sign"),
        "wait",
        file_url(row.person_id),
    )


def _tag(row: Row[*tuple[Any, ...]]) -> tuple[str, str]:
    if row.day < today():
        return lateness(row.day), "late"
    return relative_day(row.day), "wait" if row.day == today() else ""
