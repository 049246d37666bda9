"""The conditions of some schemes, published yesterday, and what people answered when they were asked."""

from datetime import timedelta
from typing import Any

from clais.exchange.eligibility.models import EligibilityVersion
from config.demo.catalogue import PublishedScheme
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from support_center.eligibility.models import EligibilityDraft
from tenants.eligibility.models import DeclaredFact

_ASKED = {"alternating_before": 0.12, "free_weekdays": 0.7, "reads_mail": 0.6, "self_employed_idea": 0.15}
"""Question → how often the answer is a yes."""
_NOTE = "Ce que demandent les opérateurs depuis leur réunion d'octobre."


def write_conditions(desk: Desk, dice: Dice, published: dict[str, PublishedScheme]) -> None:
    """Publish the conditions of the schemes that have some, and leave one change in preparation."""
    moment, officer = at(desk.yesterday, 10, 20), desk.of_role("support_officer")[0]
    for scheme in published.values():
        rules = [
            _rule(f"{scheme.about['code']}-{number}", about)
            for number, about in enumerate(scheme.about.get("rules", ()))
        ]
        if not rules:
            continue
        desk.ledger.add(
            EligibilityVersion, dice, moment, owner_tenant_id=desk.tenant_id, basin_id=desk.basin_id,
            scheme_id=scheme.key, number=1, rules=rules, note=_NOTE, published_by=officer.name, published_at=moment,
        )  # fmt: skip
        desk.record(dice, moment, officer, "eligibility.publish", "scheme", scheme.key, details={"number": 1})
        moment += timedelta(minutes=4)
        if scheme.about["code"] == "placement":
            added = {
                **_rule("placement-2", {"field": "reads_mail", "operator": "yes", "sentence": "Lit ses mails"}),
                "hard": False,
            }
            desk.ledger.add(
                EligibilityDraft,
                dice,
                moment,
                scheme_id=scheme.key,
                rules=[*rules, added],
                saved_by=officer.name,
                version=1,
            )
            desk.record(dice, moment, officer, "eligibility.edit", "scheme", scheme.key)


def _rule(key: str, about: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": key,
        "field": about["field"],
        "operator": about["operator"],
        "value": about.get("value"),
        "sentence": about["sentence"],
        "hard": True,
        "next_step": about.get("next_step", ""),
        "valid_from": None,
        "valid_until": None,
    }


def write_answers(desk: Desk, dice: Dice, histories: list[History]) -> None:
    """What some people answered when their agent looked at the schemes with them."""
    for history in histories:
        if history.timeline.stage != "in_follow_up" or not dice.chance(0.4):
            continue
        moment = at(desk.yesterday, dice.randint(11, 16), dice.randint(0, 59))
        for code, often in _ASKED.items():
            if not dice.chance(0.6):
                continue
            key = desk.ledger.add(
                DeclaredFact, dice, moment, person_id=history.key, code=code, answer=dice.chance(often),
                said_on=moment.date(), noted_by=history.referent.name,
            )  # fmt: skip
            desk.record(
                dice, moment, history.referent, "eligibility.declare", "declared_fact", key, person_id=history.key,
                details={"fields": [code]},
            )  # fmt: skip
            moment += timedelta(seconds=20)
