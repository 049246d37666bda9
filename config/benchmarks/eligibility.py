"""Conditions: one person before two thousand open sessions, and one session before all the people of a platform."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, text

from clais.clock import now, today
from clais.database import unit_of_work
from clais.exchange.eligibility.models import EligibilityVersion
from clais.exchange.eligibility.rules.judging import Rule
from clais.exchange.eligibility.schemas import stored
from clais.exchange.publications.models import Scheme, SchemeSession
from config.benchmarks.browser import Browser, Call
from config.benchmarks.pages import similar_files
from tenants.eligibility.facts import facts_of_all
from tenants.eligibility.spotting import found_for

CHOOSE, MOST_CHOOSING = "choose", 30
"""The page, and how many bare views it may take."""
SPOT, MOST_SPOTTING = "spot", 1000
"""The milliseconds in which one session is compared with everybody."""
SCHEMES, SESSIONS_EACH = 100, 20
PUBLISHED = text("UPDATE scheme SET state = 'open' WHERE owner_tenant_id = :owner AND id = :id")
"""Past the workflow, as the rows of the benchmarks are written."""
RULES = (
    Rule("1", "age", "at_least", 18, "18 ans et plus"),
    Rule("2", "status", "none_of", ["student", "worker"], "Sans emploi"),
    Rule("3", "schooling", "at_most", "cess", "CESS au plus"),
    Rule("4", "language.fr.spoken", "at_least", "A2", "Français oral A2"),
    Rule("5", "alternating_before", "no", None, "Jamais d'alternance"),
    Rule("6", "vehicle", "yes", None, "Un véhicule", hard=False),
)


def choosing(engine: Engine, centre: Browser, large: Browser) -> Call:
    """The page on which a scheme is chosen for somebody, once the basin has so many sessions."""
    _publish(engine, centre)
    return large.get(f"{similar_files(engine, large)[0]}/orienter")


def _publish(engine: Engine, centre: Browser) -> None:
    owner = {"owner_tenant_id": centre.tenant.id, "basin_id": centre.tenant.basin_id}
    with unit_of_work(engine, centre.scope) as session:
        for number in range(SCHEMES):
            about = {"kind": "forem_training", "operator": "Opérateur", "audience": "Tous", "description": "Apprendre."}
            about |= {"name": f"Formation {number:03d}"}
            scheme = Scheme(**owner, required_fields=["name", "phone"], **about)
            session.add(scheme)
            session.flush()
            session.execute(PUBLISHED, {"owner": owner["owner_tenant_id"], "id": scheme.id})
            version = {"number": 1, "rules": stored(RULES), "published_by": "Mesure", "published_at": now()}
            session.add(EligibilityVersion(**owner, scheme_id=scheme.id, **version))
            session.add_all(_sessions(owner, scheme))


def _sessions(owner: Mapping[str, Any], scheme: Scheme) -> Iterator[SchemeSession]:
    for week in range(SESSIONS_EACH):
        first = today() + timedelta(days=20 + 7 * week)
        yield SchemeSession(
            **owner, scheme_id=scheme.id, starts_on=first, ends_on=first + timedelta(days=60),
            closes_on=first - timedelta(days=7), place="Charleroi", postal_code="6000", seats=12,
        )  # fmt: skip


def spotting_times(engine: Engine, large: Browser, times: int) -> list[float]:
    """How many seconds one session takes, its facts read anew each time."""
    found, first = [], today() + timedelta(days=30)
    for _ in range(times):
        with unit_of_work(engine, large.scope) as session:
            begun = perf_counter()
            found_for(RULES, facts_of_all(session, {rule.field for rule in RULES if rule.hard}), set(), first)
            found.append(perf_counter() - begun)
    return found
